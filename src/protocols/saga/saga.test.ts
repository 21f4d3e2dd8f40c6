import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import type { AnyDefinition } from '../definition.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { saga } from './saga.ts';
import { sagaDefinition } from './saga-definition.ts';
import { ALL_OR_COMPENSATED, BALANCES_SUM } from './saga-properties.ts';

const definition = sagaDefinition as unknown as AnyDefinition;

interface Options {
  readonly nodes?: number;
  readonly variant?: string;
  readonly settings?: Record<string, string>;
}

function configOf({ nodes = 2, variant, settings = {} }: Options = {}) {
  return sagaDefinition.configure({
    nodes,
    settings: readSettings('saga', sagaDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

/** Services from 0, then the orchestrator. */
function clusterOf(options: Options = {}) {
  const config = configOf(options);
  return createScriptedCluster({ protocol: saga, config, nodeCount: config.services + 1 });
}
type Cluster = ReturnType<typeof clusterOf>;

function balances({ states }: Cluster, key = 0): number[] {
  return states.flatMap((state) => (state.role === 'service' ? [state.balances[key] ?? 100] : []));
}

function complaint(cluster: Cluster, name: string): string | undefined {
  const property = saga.properties(configOf()).find((each) => each.name === name);
  return property?.kind === 'sometimes' ? undefined : property?.holds?.(cluster);
}

const told = (cluster: Cluster): string[] => cluster.answered.map(({ response }) => response.status);

describe('a saga', () => {
  test.each([
    [{}, '2n', 6],
    [{ isolation: 'semantic_lock' }, '4n', 12],
  ])('with %j does all its steps for %s messages', (settings, formula, count) => {
    const run = clusterOf({ nodes: 3, settings });
    run.request(3, 1, 1, { kind: 'saga', key: 0, value: 0 });
    expect(run.settle()).toBe(count);
    expect(sagaDefinition.messagesPerOperation?.(configOf({ nodes: 3, settings }))).toEqual({ formula, count });
    expect([balances(run), told(run)]).toEqual([[80, 110, 110], ['ok']]);
  });

  test('undoes in reverse what came before a step that is refused', () => {
    const run = clusterOf({ nodes: 3 });
    run.request(3, 1, 1, { kind: 'saga', key: 0, value: 3 });
    const orders: string[] = [];
    for (let next = run.inFlight[0]; next !== undefined; next = run.inFlight[0]) {
      if (next.from === 3) orders.push(`${next.message.kind} n${next.to + 1}`);
      run.deliver(next.from, next.to);
    }
    expect(orders).toEqual(['do n1', 'do n2', 'do n3', 'undo n2', 'undo n1']);
    expect([balances(run), told(run)]).toEqual([[100, 100, 100], ['failed']]);
  });

  test('goes on after a crash of the orchestrator where its log says', () => {
    const run = clusterOf({ nodes: 2 });
    run.request(2, 1, 1, { kind: 'saga', key: 0, value: 0 });
    run.deliver(2, 0);
    run.deliver(0, 2);
    run.crash(2);
    run.settle();
    run.restart(2);
    run.settle();
    expect([balances(run), told(run)]).toEqual([[90, 110], ['ok']]);
  });

  test('whose step stays silent is undone, that step too, and a late order does not do it after all', () => {
    for (const variant of ['saga-compensation-overtakes-step', undefined]) {
      const run = clusterOf(variant === undefined ? {} : { variant });
      run.request(2, 1, 1, { kind: 'saga', key: 0, value: 0 });
      run.deliver(2, 0);
      run.deliver(0, 2);
      while (run.inFlight.every(({ message }) => message.kind !== 'undo')) run.fire(2, 'retry');
      run.deliver(2, 1, run.inFlight.length - 1);
      run.deliver(1, 2);
      run.settle();
      expect(complaint(run, ALL_OR_COMPENSATED)).toBe(variant && 'S1.1 is compensated, but its step at n2 is done');
    }
  });

  test('of a client waits until its earlier one is over', () => {
    const run = clusterOf();
    run.request(2, 1, 1, { kind: 'saga', key: 0, value: 0 });
    run.request(2, 1, 2, { kind: 'saga', key: 0, value: 0 });
    run.settle();
    expect(balances(run)).toEqual([90, 110]);
    run.request(2, 1, 2, { kind: 'saga', key: 0, value: 0 });
    run.settle();
    expect([balances(run), told(run)]).toEqual([
      [80, 120],
      ['ok', 'ok'],
    ]);
  });
});

describe('steps that are ordered twice', () => {
  test('are done once, but by the variant saga-step-not-idempotent twice', () => {
    for (const variant of ['saga-step-not-idempotent', undefined]) {
      const run = clusterOf(variant === undefined ? {} : { variant });
      run.request(2, 1, 1, { kind: 'saga', key: 0, value: 0 });
      run.fire(2, 'retry');
      run.fire(2, 'retry');
      run.settle();
      expect(complaint(run, BALANCES_SUM)).toBe(variant && 'the accounts of key 0 hold 80 + 110 = 190, not 200');
    }
  });
});

/** The first saga has debited when the second does; the first is refused at n2 and compensated; then the second goes on. */
const LOST_UPDATE = `request orchestrator 1 1 saga 0 2
deliver orchestrator n1
request orchestrator 2 1 saga 0 0
deliver orchestrator n1
deliver n1 orchestrator
deliver orchestrator n2
deliver n2 orchestrator
deliver orchestrator n1
settle
state
`;

describe('two sagas on one account', () => {
  test('lose no update when compensations commute', () => {
    const text = runTranscript({ definition, config: configOf(), script: LOST_UPDATE });
    expect(text).toContain('n1 service: account 0: 90;');
    expect(text).toContain('n2 service: account 0: 110;');
  });

  test('lose one when a compensation puts back the balance it had found', async () => {
    const config = configOf({ variant: 'saga-dirty-read-lost-update' });
    const text = runTranscript({ definition, config, script: LOST_UPDATE });
    await expect(
      `# The variant saga-dirty-read-lost-update: S1.1 takes 100 to 90, S2.1 takes 90 to 80; S1.1 is refused at n2 and puts 100 back.\n# The debit of S2.1 is lost, its credit is not.\n${text}`,
    ).toMatchFileSnapshot('testdata/lost-update.txt');
  });

  test('wait for each other under a semantic lock', async () => {
    const config = configOf({ settings: { isolation: 'semantic_lock' } });
    const text = runTranscript({
      definition,
      config,
      script: `${LOST_UPDATE}fire orchestrator retry\nfire orchestrator retry\nsettle\n`,
    });
    await expect(
      `# Semantic lock: S2.1 finds the account of n1 busy until S1.1 is compensated, and is ordered again later.\n${text}`,
    ).toMatchFileSnapshot('testdata/semantic-lock.txt');
  });
});

describe('random schedules', () => {
  test('keep all properties, and every saga ends', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom(2, 3, 4),
        fc.constantFrom('commutative', 'semantic_lock'),
        (seed, nodes, isolation) => {
          const config = configOf({ nodes, settings: { isolation } });
          const outcome = runRandomSchedule({ definition, config, seed, steps: 400 });
          for (const name of outcome.reached) reached.add(name);
          expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
        },
      ),
      { seed: 42, numRuns: 100 },
    );
    expect([...reached].sort()).toEqual(['a saga is compensated', 'a saga is completed']);
  });

  test.each(sagaDefinition.variants.map(({ name, breaks }) => [name, breaks]))('find %s', (variant, breaks) => {
    const config = configOf({ variant, nodes: 3 });
    const runs = Array.from({ length: 40 }, (_, seed) => runRandomSchedule({ definition, config, seed, steps: 300 }));
    expect(runs.some(({ byHolds }) => byHolds?.startsWith(breaks) === true)).toBe(true);
    for (const { byHolds, byMonitors } of runs) expect(byMonitors === undefined).toBe(byHolds === undefined);
  });
});

describe('a setup', () => {
  test('with fewer than two services, or an unknown variant, is refused', () => {
    for (const options of [{ nodes: 1 }, { nodes: 26 }, { variant: 'no-such' }])
      expect(attempt(() => configOf(options))).toMatchObject({ ok: false, failure: { code: 'input/invalid' } });
  });
});
