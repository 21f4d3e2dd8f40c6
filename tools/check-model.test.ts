import { describe, expect, test } from 'vitest';
import { createInProcessExecutor } from '../src/runs/in-process-executor.ts';
import { createMemoryRunStore } from '../src/runs/memory-run-store.ts';
import type { ModelCheckReport } from '../src/schemas/model-checking.ts';
import { registry } from './index.ts';

async function outcomeOf(input: unknown) {
  const executor = createInProcessExecutor({ registry, runs: createMemoryRunStore(), nowMs: () => 0 });
  return executor.call('check_model', input);
}

async function check(input: unknown): Promise<ModelCheckReport> {
  const outcome = await outcomeOf(input);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
  return outcome.value as unknown as ModelCheckReport;
}

async function failureOf(input: unknown) {
  const outcome = await outcomeOf(input);
  if (outcome.ok) throw new Error('the call was accepted');
  return outcome.failure;
}

describe('reference models', () => {
  test('are counted to the end, as the published runs of TLC and Stateright count', async () => {
    const { verdict, exhaustive, states, properties } = await check({ model: 'two_phase_commit', config: { rms: 5 } });
    expect({ verdict, exhaustive }).toEqual({ verdict: 'holds', exhaustive: true });
    expect(states).toMatchObject({ unique: 8832, generated: 58_146, depth: 17, frontier: 0 });
    expect(properties.map(({ status }) => status)).toEqual(['holds', 'reached', 'reached']);
  });

  test('give the shortest way to what must not be', async () => {
    const { verdict, counterexample } = await check({ model: 'die_hard', only: ['not solved'] });
    expect(verdict).toBe('violated');
    expect(counterexample).toMatchObject({ length: 6, shortest: true });
    expect(counterexample?.steps).toHaveLength(6);
  });

  test('what never comes true is told as stem and loop', async () => {
    const config = { max_nat: 2, loss: 'lossy', network: 'unordered_non_duplicating' };
    const { counterexample } = await check({ model: 'ping_pong', config });
    expect(counterexample).toMatchObject({ property: 'must reach max', length: 1, loop: [] });
  });

  test('properties of one’s own are judged in every state', async () => {
    const { properties, counterexample } = await check({
      model: 'die_hard',
      config: { jugs: '3,5' },
      properties: ['sometimes contents["jug 2 of 5"] = 4', 'always all jug in values(contents): jug < 5'],
    });
    expect(properties.map(({ name, status }) => [name, status])).toEqual(
      expect.arrayContaining([['all jug in values(contents): jug < 5', 'violated']]),
    );
    expect(counterexample).toMatchObject({ property: 'all jug in values(contents): jug < 5', length: 1 });
  });
});

describe('protocols', () => {
  const amnesia = { protocol: 'raft', variant: 'forgets-vote', bounds: { max_term: 1 }, faults: { crashes: 1 } };

  test('a vote that is forgotten elects two leaders in one term, in eight steps', async () => {
    const { counterexample, verdict } = await check(amnesia);
    expect(verdict).toBe('violated');
    expect(counterexample).toMatchObject({ property: 'election safety', length: 8, shortest: true });
    expect(counterexample?.decisive.join('\n')).toMatch(/n2 starts again/);
  });

  test('the same answer every time', async () => {
    expect(await check(amnesia)).toEqual(await check(amnesia));
  });

  test('without the mistake everything within the same bounds is explored, and holds', async () => {
    const { verdict, exhaustive } = await check({
      protocol: 'raft',
      bounds: { max_term: 1, timeouts: 2 },
      faults: { crashes: 1 },
      only: ['election safety', 'log matching'],
    });
    expect({ verdict, exhaustive }).toEqual({ verdict: 'holds', exhaustive: true });
  });

  test('what was not explored to the end is unknown, and says which limit ended it', async () => {
    const report = await check({ protocol: 'raft', max_states: 1000 });
    expect(report).toMatchObject({ verdict: 'unknown', exhaustive: false });
    expect(report.stopped_by).toContain('limit of 1000 states');
    expect(report.states.frontier).toBeGreaterThan(0);
  });
});

describe('bad input', () => {
  test.each([
    ['nothing', {}, 'input/missing', 'protocol'],
    ['both', { protocol: 'raft', model: 'paxos' }, 'input/conflict', 'model'],
    ['an unknown protocol', { protocol: 'raf' }, 'input/invalid', 'protocol'],
    ['an unknown model', { model: 'two_phase' }, 'input/invalid', 'model'],
    ['an unknown setting', { model: 'die_hard', config: { jug: 3 } }, 'input/invalid', 'config.jug'],
    ['faults of a model', { model: 'die_hard', faults: { crashes: 1 } }, 'input/conflict', 'faults'],
    ['config of a protocol', { protocol: 'raft', config: {} }, 'input/conflict', 'config'],
    ['an unknown node', { protocol: 'raft', operations: [[{ kind: 'reconfigure', nodes: ['n9'] }]] }, 'input/invalid'],
    ['an unknown property', { model: 'die_hard', only: ['solved'] }, 'input/invalid', 'only[0]'],
    ['half an expression', { model: 'die_hard', properties: ['big <'] }, 'model/bad_expression', 'properties[0]'],
    ['an unknown name', { model: 'die_hard', properties: ['huge < 3'] }, 'model/bad_expression', 'properties[0]'],
  ])('%s', async (_, input, code, path?: string) => {
    const failure = await failureOf(input);
    expect(failure.code).toBe(code);
    if (path !== undefined) expect(failure.path).toBe(path);
    expect(failure.nextStep).not.toBe('');
  });
});
