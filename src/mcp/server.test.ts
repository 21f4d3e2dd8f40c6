/**
 * What the server does with executors and stores that do what real ones seldom do; in memory.
 */
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { fail } from '../kernel/failure.ts';
import { InvariantError } from '../kernel/invariant.ts';
import { createMemoryRunStore } from '../runs/memory-run-store.ts';
import { poolTools } from '../runs/testdata/pool-tools.ts';
import type { ToolExecutor } from '../runs/tool-executor.ts';
import { type ContractClient, connectLegacy } from './contract-client.ts';
import { createServerFactory } from './server.ts';
import type { ServerDependencies } from './server-dependencies.ts';

const executorOf = (call: ToolExecutor['call']): ToolExecutor => ({ call, close: async () => {} });

const DEPENDENCIES: ServerDependencies = {
  registry: poolTools,
  executor: executorOf(async () => ({ ok: true, value: { summary: 'done' } })),
  runs: createMemoryRunStore(),
  prompts: [],
  agentCard: 'the card',
  instructions: 'the instructions',
  knowledge: {
    bibliography: [
      { id: 'lamport1998', title: 'A', authors: 'L', year: 1998, venue: 'TOCS', doi: '10.1145/279227.279229' },
      { id: 'ongaro2014', title: 'B', authors: 'O', year: 2014, venue: 'ATC', url: 'https://raft.github.io' },
    ],
    glossary: [
      { term: 'quorum', definition: 'Enough.', references: ['lamport1998'] },
      { term: 'term', definition: 'A period.' },
    ],
  } as unknown as ServerDependencies['knowledge'],
  version: '1.2.3',
  logger: pino({ level: 'silent' }),
};

async function connect(changes: Partial<ServerDependencies>): Promise<ContractClient> {
  const [here, there] = InMemoryTransport.createLinkedPair();
  const server = await createServerFactory({ ...DEPENDENCIES, ...changes })({ era: 'legacy' });
  await server.connect(there);
  const client = await connectLegacy(here);
  onTestFinished(() => client.close());
  return client;
}

const textOf = async (client: ContractClient, uri: string): Promise<unknown> =>
  (await client.readResource(uri)).contents.map((content) => ('text' in content ? content.text : ''))[0];

test('glossary and literature are lists that a person can read', async () => {
  const client = await connect({});
  expect(await textOf(client, 'quorate://glossary')).toBe(
    '# Glossary\n\n- **quorum**: Enough. [lamport1998]\n- **term**: A period.\n',
  );
  expect(await textOf(client, 'quorate://references')).toBe(
    '# Literature\n\n- `lamport1998` L. A. TOCS, 1998. https://doi.org/10.1145/279227.279229\n' +
      '- `ongaro2014` O. B. ATC, 2014. https://raft.github.io\n',
  );
  expect(await textOf(client, 'quorate://agent')).toBe('the card');
});

test('a store that cannot be read is an error of the server, not a resource that is missing', async () => {
  const describe = async (): Promise<never> =>
    fail('run/store_unavailable', { message: 'no disk', nextStep: 'Mend it.' });
  const client = await connect({ runs: { ...createMemoryRunStore(), describe } });
  const reading = client.readResource(`quorate://runs/${'0'.repeat(32)}`);
  await expect(reading).rejects.toMatchObject({
    code: -32_603,
    message: expect.stringContaining('run/store_unavailable'),
  });
});

test('progress that does not grow is not passed on', async () => {
  const executor = executorOf(async (_name, _args, { progress } = {}) => {
    for (const done of [1, 3, 2, 3, 4]) progress?.(done, 4, `step ${done}`);
    return { ok: true, value: { summary: 'done' } };
  });
  const reports: unknown[] = [];
  await (await connect({ executor })).callTool('misbehave', {}, { onprogress: (report) => void reports.push(report) });
  expect(reports).toEqual([1, 3, 4].map((progress) => ({ progress, total: 4, message: `step ${progress}` })));
});

test('a client that asks for no progress costs none', async () => {
  const executor = executorOf(async (_name, _args, options) => ({
    ok: true,
    value: { summary: options?.progress === undefined ? 'none wanted' : 'wanted' },
  }));
  const { structuredContent } = await (await connect({ executor })).callTool('misbehave', {});
  expect(structuredContent).toEqual({ summary: 'none wanted' });
});

test('an executor that rejects is an error of the protocol, and the connection lives on', async () => {
  const client = await connect({ executor: executorOf(() => Promise.reject(new Error('broken executor'))) });
  await expect(client.callTool('misbehave', {})).rejects.toMatchObject({ code: -32_603 });
  await client.roundTrip();
});

test('instructions that hosts would cut are refused at the start', () => {
  expect(() => createServerFactory({ ...DEPENDENCIES, instructions: 'x'.repeat(4_097) })).toThrow(InvariantError);
});
