import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../src/kernel/failure.ts';
import type { ToolAnswer } from '../src/registry/call-tool.ts';
import { createInProcessExecutor } from '../src/runs/in-process-executor.ts';
import { createMemoryRunStore } from '../src/runs/memory-run-store.ts';
import { type SimulationReport, simulationReportSchema } from '../src/schemas/simulation.ts';
import { registry } from './index.ts';

const ABD = { protocol: 'abd-register', nodes: 3, runs: 3, duration_ms: 2000, settle_ms: 1000 };

const execute = (input: unknown, options: object = {}, nowMs = (): number => 0) =>
  createInProcessExecutor({ registry, runs: createMemoryRunStore(), nowMs }).call('run_simulation', input, options);

async function answerTo(input: unknown): Promise<SimulationReport & ToolAnswer> {
  const outcome = await execute(input);
  if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.message}`);
  return outcome.value as never;
}

async function refusalOf(input: unknown): Promise<Failure> {
  const outcome = await execute(input);
  if (outcome.ok) throw new Error(`answered: ${String(outcome.value.summary)}`);
  return outcome.failure;
}

test('a run without faults costs the messages of the closed form, and nothing is broken', async () => {
  const answer = await answerTo({ ...ABD, scenario: 'none' });
  expect(answer.verdict).toBe('holds');
  expect(answer.metrics.availability).toEqual({ mean: 1, min: 1 });
  expect(answer.metrics.messages_per_op).toBeCloseTo(12, 0);
  expect(answer.messages_expected).toContain('= 12');
});

test('the same call gives the same answer, another seed another', async () => {
  const [first, second] = [await answerTo({ ...ABD, seed: 5 }), await answerTo({ ...ABD, seed: 5 })];
  expect(first).toEqual(second);
  expect((await answerTo({ ...ABD, seed: 50 })).hash).not.toBe(first.hash);
});

test('a breach comes with its smallest run, whose token shows it again', async () => {
  const found = await answerTo({ ...ABD, nodes: 2, variant: 'quorums-do-not-meet', duration_ms: 500 });
  expect([found.verdict, found.counterexample?.property]).toEqual(['violated', 'stored by a quorum']);
  const replayed = await answerTo({ replay: found.counterexample?.replay });
  expect(replayed.verdict).toBe('violated');
  expect(replayed.counterexample?.values).toBe(found.counterexample?.values);
  expect(replayed.counterexample?.replay).toBe(found.counterexample?.replay);
});

describe('given states of Paxos', () => {
  const CHOSEN_8 = {
    protocol: 'paxos',
    nodes: 3,
    runs: 3,
    duration_ms: 2000,
    scenario: 'none',
    given_states: [
      { promised: '2.n2', accepted_in: '1.n1', accepted: 7 },
      { promised: '2.n2', accepted_in: '2.n2', accepted: 8 },
      { promised: '2.n2', accepted_in: '2.n2', accepted: 8 },
    ],
  };

  test('are analysed, and the cluster goes on from them', async () => {
    const answer = await answerTo(CHOSEN_8);
    expect(answer.given?.chosen).toEqual(['8 is chosen in ballot 2.n2: n2 and n3 accepted it.']);
    expect(answer.given?.proposals).toEqual([
      'A new proposer that is answered by {n1, n2} or {n1, n3} or {n2, n3} must propose 8.',
    ]);
    expect([answer.verdict, answer.runs_broken]).toEqual(['holds', 0]);
    expect(answer.timeline.join()).toContain('Learn 8');
    expect(answer.assumptions).toContain('The cluster begins with the given states, and no message is under way.');
  });

  test('lead a proposer with a known mistake to another value, and the token brings them along', async () => {
    const found = await answerTo({ ...CHOSEN_8, variant: 'paxos-any-reported-value' });
    expect([found.verdict, found.counterexample?.property]).toEqual(['violated', 'at most one value chosen']);
    const replayed = await answerTo({ replay: found.counterexample?.replay });
    expect(replayed.counterexample?.values).toBe(found.counterexample?.values);
    expect(replayed.given).toEqual(found.given);
  });

  test.each<[string, unknown, string, string, string]>([
    ['a member of the wrong type', { promised: 2 }, 'given_states[0].promised', '2', 'a string'],
    ['a member misspelt', { promised: '1.n1', acepted: 7 }, 'given_states[0]', '', 'perhaps "accepted"'],
    ['a ballot that is none', { promised: 'two' }, 'given_states[0].promised', '"two"', 'a round from 1 and the node'],
    ['a node of Raft', { term: 1, log: [1] }, 'given_states[0]', 'a node of Raft', 'promised, accepted_in, accepted'],
    [
      'what no run leads to',
      { promised: '2.n2', accepted_in: '2.n2', accepted: 7 },
      'given_states',
      'n1 and n2 hold different values of ballot 2.n2',
      'states of one run',
    ],
  ])('are refused: %s', async (_what, first, path, received, expected) => {
    const failure = await refusalOf({ ...CHOSEN_8, given_states: [first, ...CHOSEN_8.given_states.slice(1)] });
    expect(failure).toMatchObject({ path, received: expect.stringContaining(received) });
    expect(failure.expected).toContain(expected);
    expect(failure.nextStep).toMatch(/"promised":|A call that works: run_simulation/);
  });
});

const crash = { kind: 'crash', at_ms: 100, until_ms: 200, nodes: ['n1'] };

describe('what cannot be is refused, at its place and with what would do', () => {
  test.each<[string, object, string, string]>([
    ['no node', { nodes: 0 }, 'nodes', 'input/invalid'],
    ['1,000 nodes', { nodes: 1000 }, 'nodes', 'input/invalid'],
    ['more nodes than the protocol runs on', { nodes: 40 }, 'nodes', 'input/invalid'],
    ['a protocol that does not exist', { protocol: 'no-such-protocol' }, 'protocol', 'input/invalid'],
    [
      'a quorum larger than n',
      { protocol: 'dynamo', settings: { write_quorum: '9' } },
      'settings.write_quorum',
      'input/',
    ],
    ['an unknown setting', { settings: { fsync: 'no' } }, 'settings.fsync', 'input/invalid'],
    ['an unknown variant', { variant: 'hasty' }, 'variant', 'input/invalid'],
    ['an unknown scenario', { scenario: 'flood' }, 'scenario', 'input/invalid'],
    ['an unknown kind of fault', { faults: [{ ...crash, kind: 'meteor' }] }, 'faults[0].kind', 'input/invalid'],
    ['a node that is not there', { faults: [{ ...crash, nodes: ['n9'] }] }, 'faults[0].nodes[0]', 'input/invalid'],
    ['a fault of nobody', { faults: [{ kind: 'pause', at_ms: 1 }] }, 'faults[0].nodes', 'input/'],
    [
      'a fault after the end',
      { faults: [{ ...crash, at_ms: 5000, until_ms: 6000 }] },
      'faults[0].at_ms',
      'input/invalid',
    ],
    [
      'a fault that ends before it begins',
      { faults: [{ ...crash, until_ms: 50 }] },
      'faults[0].until_ms',
      'input/invalid',
    ],
    ['a probability above 1', { network: { loss_probability: 1.5 } }, 'network.loss_probability', 'input/invalid'],
    ['one below 0', { workload: { read_fraction: -0.1 } }, 'workload.read_fraction', 'input/invalid'],
    [
      'one in a fault',
      { faults: [{ kind: 'link', at_ms: 1, duplication_probability: 2 }] },
      'faults[0].duplication_probability',
      'input/invalid',
    ],
    [
      'more regions than nodes',
      { network: { regions: Array(20).fill('us-east-1') } },
      'network.regions',
      'input/conflict',
    ],
    ['a region that nobody measured', { network: { regions: ['atlantis'] } }, 'network.regions', 'input/invalid'],
    [
      'a disk quicker than its least',
      { disk_write_min_ms: 9, disk_write_max_ms: 2 },
      'disk_write_min_ms',
      'input/conflict',
    ],
    ['a day and more', { duration_ms: 1e9 }, 'duration_ms', 'input/invalid'],
    ['no run', { runs: 0 }, 'runs', 'input/invalid'],
    ['PBFT with three nodes', { protocol: 'pbft', nodes: 3 }, '', 'input/'],
    ['a foreign token', { protocol: undefined, replay: 'q1.00000000.e30' }, 'replay', 'simulation/foreign_token'],
    ['neither a protocol nor a token', { protocol: undefined, nodes: undefined }, 'protocol', 'input/missing'],
  ])('%s', async (_what, change, path, code) => {
    const failure = await refusalOf({ ...ABD, ...change });
    expect(failure.code).toContain(code);
    if (path !== '') expect(failure.path).toBe(path);
    expect(failure.nextStep).not.toBe('');
  });
});

describe('a run of a day', () => {
  /** A clock that moves a second whenever somebody looks. */
  const hurriedClock = () => {
    let now = 0;
    return (): number => {
      now += 1000;
      return now;
    };
  };

  test('is ended by the time limit, says how far it got and keeps what it measured', async () => {
    const input = { ...ABD, runs: 2, scenario: 'none', duration_ms: 86_400_000, time_limit_ms: 20_000 };
    const outcome = await execute(input, {}, hurriedClock());
    const answer = (outcome.ok ? outcome.value : {}) as unknown as SimulationReport;
    expect(answer.verdict).toBe('unknown');
    expect(answer.summary).toMatch(
      /time limit of 20000 ms reached after 0 of 2 runs, and \d+ of 86401000 ms of another/,
    );
    expect(answer.metrics.operations.ok).toBeGreaterThan(100);
    expect(answer.invariants.filter(({ verdict, kind }) => verdict === 'holds' && kind !== 'sometimes')).toEqual([]);
    expect(answer.timeline.length).toBeGreaterThan(0);
  });

  test('is not what a breach that was found before waits for', async () => {
    const input = { ...ABD, runs: 2, variant: 'quorums-do-not-meet', duration_ms: 86_400_000, time_limit_ms: 2000 };
    const outcome = await execute(input, {}, hurriedClock());
    const answer = (outcome.ok ? outcome.value : {}) as unknown as SimulationReport;
    expect(answer.verdict).toBe('violated');
    expect(answer.counterexample?.values).toContain('was told of key');
  });
});

test('progress is told while it runs, and a call that is cancelled ends as such', async () => {
  const told: string[] = [];
  await execute(ABD, { progress: (done: number, total: number) => told.push(`${done}/${total}`) });
  expect(told.at(-1)).toBe('3/3');
  const controller = new AbortController();
  let runs = 0;
  const outcome = await execute(
    { ...ABD, runs: 190, settle_ms: 0 },
    {
      signal: controller.signal,
      progress: () => {
        runs += 1;
        if (runs === 2) controller.abort();
      },
    },
  );
  expect(outcome).toMatchObject({ ok: false, failure: { code: 'call/cancelled' } });
  expect(runs).toBeLessThan(10);
});

test('whatever is asked, it is answered by its schema or refused in words', async () => {
  const probability = fc.constantFrom(0, 0, 0.1, 1);
  const nodes = fc.array(fc.constantFrom('n1', 'n2', 'leader', 'minority', 'other-minority', 'follower'), {
    minLength: 1,
    maxLength: 3,
  });
  const fault = fc.record(
    {
      kind: fc.constantFrom('partition', 'crash', 'pause', 'slow', 'slow-disk', 'clock', 'link', 'command'),
      at_ms: fc.constantFrom(0, 0.5, 100),
      until_ms: fc.constantFrom(101, 250, 9000),
      nodes,
      from: nodes,
      direction: fc.constantFrom('both', 'inbound', 'outbound'),
      flap_period_ms: fc.constantFrom(1, 70),
      loses_disk: fc.boolean(),
      torn_write: fc.boolean(),
      delay_ms: fc.constantFrom(0, 3, 60_000),
      clock_rate: fc.constantFrom(0.01, 1, 100),
      jump_ms: fc.constantFrom(-86_400_000, 0, 50),
      loss_probability: probability,
      command: fc.constantFrom('transfer', 'write'),
    },
    { requiredKeys: ['kind', 'at_ms', 'nodes', 'command'] },
  );
  const input = fc.record(
    {
      protocol: fc.constantFrom('abd-register', 'dynamo', 'two-phase-commit', 'crdt-gossip', 'saga'),
      nodes: fc.constantFrom(3, 4, 5, 9, 1),
      variant: fc.constantFrom(...Array<undefined>(9), 'quorums-do-not-meet', 'toString'),
      scenario: fc.constantFrom('swarm', 'none', 'leader-flapping', 'rolling-restart', 'crash-during-recovery'),
      faults: fc.array(fault, { maxLength: 4 }),
      seed: fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER),
      duration_ms: fc.constantFrom(300, 300, 1.5),
      settle_ms: fc.constantFrom(0, 1, 400),
      runs: fc.constantFrom(1, 2),
      disk_write_max_ms: fc.constantFrom(0, 5),
      workload: fc.record(
        {
          clients: fc.constantFrom(0, 1, 20),
          rate_per_second: fc.constantFrom(0.01, 500),
          zipf: fc.constantFrom(0, 5),
          read_fraction: probability,
        },
        { requiredKeys: [] },
      ),
      network: fc.record(
        {
          distribution: fc.constantFrom('constant', 'exponential', 'lognormal'),
          one_way_ms: fc.constantFrom(0, 1),
          loss_probability: probability,
          duplication_probability: probability,
          fifo: fc.boolean(),
          bandwidth_bytes_per_ms: fc.constantFrom(1, 1000),
        },
        { requiredKeys: [] },
      ),
      include: fc.constantFrom(['events'], ['shiviz', 'space_time_svg'], []),
      time_limit_ms: fc.constant(2000),
    },
    { requiredKeys: ['protocol', 'duration_ms', 'settle_ms', 'runs', 'time_limit_ms'] },
  );
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(input, async (each) => {
      const outcome = await execute(each, {}, () => performance.now());
      if (!outcome.ok) expect(outcome.failure.code).toMatch(/^(?:input|simulation)\//);
      else {
        answered += 1;
        expect(simulationReportSchema.safeParse(outcome.value).error?.issues ?? []).toEqual([]);
        expect(JSON.stringify(outcome.value)).not.toMatch(/NaN|Infinity|undefined/);
      }
    }),
    { seed: 42, numRuns: 60 },
  );
  expect(answered).toBeGreaterThan(25);
}, 60_000);

test('a known mistake asked for by its name alone is looked for where it shows, found and reduced', async () => {
  const { verdict, counterexample } = await answerTo({ protocol: 'raft', variant: 'commits-earlier-terms' });
  expect([verdict, counterexample?.property]).toEqual(['violated', 'leader completeness']);
  const again = await answerTo({ replay: counterexample?.replay });
  expect(again.counterexample?.values).toBe(counterexample?.values);
});

test.each([
  ['raft', '017621baac576257'],
  ['dynamo', '41cc158e0fe70af7'],
])('what happens in ten runs of %s is pinned, for any process, thread and version of Node', async (protocol, hash) => {
  expect((await answerTo({ protocol, runs: 10, duration_ms: 4000 })).hash).toBe(hash);
});
