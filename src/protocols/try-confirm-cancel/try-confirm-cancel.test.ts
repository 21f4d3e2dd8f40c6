import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import type { AnyDefinition } from '../definition.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { ALL_OR_NONE, EVERY_TRANSACTION_ENDS, OUTSIDE_CANCELLED } from './tcc-properties.ts';
import { tryConfirmCancel } from './try-confirm-cancel.ts';
import { tryConfirmCancelDefinition } from './try-confirm-cancel-definition.ts';

const definition = tryConfirmCancelDefinition as unknown as AnyDefinition;

interface Options {
  readonly nodes?: number;
  readonly variant?: string;
  readonly settings?: Record<string, string>;
}

function configOf({ nodes = 2, variant, settings = {} }: Options = {}) {
  return tryConfirmCancelDefinition.configure({
    nodes,
    settings: readSettings('try-confirm-cancel', tryConfirmCancelDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

/** Branches from 0, then the coordinator. */
function clusterOf(options: Options = {}) {
  const config = configOf(options);
  return createScriptedCluster({ protocol: tryConfirmCancel, config, nodeCount: config.branches + 1 });
}
type Cluster = ReturnType<typeof clusterOf>;

/** Free, reserved and used units of article 0, by branch. */
function stocks({ states }: Cluster): number[][] {
  return states.flatMap((state) => {
    if (state.role !== 'branch') return [];
    const { free, reserved, used } = state.stocks[0] ?? { free: 100, reserved: 0, used: 0 };
    return [[free, reserved, used]];
  });
}

function statuses({ states }: Cluster): string[] {
  return states.flatMap((state) => (state.role === 'branch' ? [state.rows[0]?.status ?? 'none'] : []));
}

function complaint(cluster: Cluster, name: string): string | undefined {
  const property = tryConfirmCancel.properties(configOf()).find((each) => each.name === name);
  return property?.kind === 'sometimes' ? undefined : property?.holds?.(cluster);
}

const told = (cluster: Cluster): string[] => cluster.answered.map(({ response }) => response.status);

describe('a transaction', () => {
  test('reserves and uses one unit at every branch, for 4n messages', () => {
    for (const nodes of [1, 3]) {
      const run = clusterOf({ nodes });
      run.request(nodes, 1, 1, { kind: 'reserve', key: 0, value: 0 });
      expect(run.settle()).toBe(4 * nodes);
      expect(tryConfirmCancelDefinition.messagesPerOperation?.(configOf({ nodes })).count).toBe(4 * nodes);
      expect(stocks(run)).toEqual(Array.from({ length: nodes }, () => [99, 0, 1]));
      expect(told(run)).toEqual(['ok']);
    }
  });

  test('is seen as a reservation while it is under way', () => {
    const run = clusterOf();
    run.request(2, 1, 1, { kind: 'reserve', key: 0, value: 0 });
    run.deliver(2, 0);
    expect(stocks(run)).toEqual([
      [99, 1, 0],
      [100, 0, 0],
    ]);
  });

  test('is cancelled everywhere when one Try fails', () => {
    const run = clusterOf({ nodes: 3 });
    run.request(3, 1, 1, { kind: 'reserve', key: 0, value: 2 });
    run.settle();
    expect(stocks(run)).toEqual([
      [100, 0, 0],
      [100, 0, 0],
      [100, 0, 0],
    ]);
    expect(told(run)).toEqual(['failed']);
  });

  test('that was undecided when the coordinator crashed is cancelled; one that was decided is confirmed', () => {
    for (const isDecided of [false, true]) {
      const run = clusterOf();
      run.request(2, 1, 1, { kind: 'reserve', key: 0, value: 0 });
      for (const branch of [0, 1]) run.deliver(2, branch);
      if (isDecided) for (const branch of [0, 1]) run.deliver(branch, 2);
      for (const branch of [0, 1]) run.drop(2, branch);
      run.crash(2);
      run.settle();
      run.restart(2);
      run.settle();
      expect(statuses(run)).toEqual(isDecided ? ['confirmed', 'confirmed'] : ['cancelled', 'cancelled']);
    }
  });
});

/** Orders of the coordinator to one branch in the order given; what the branch answers is lost, but repeated. */
function branchAfter(orders: readonly ('try' | 'confirm' | 'cancel')[], variant?: string): Cluster {
  const run = clusterOf(variant === undefined ? { nodes: 1 } : { nodes: 1, variant });
  for (const kind of orders) {
    run.inFlight.push({
      from: 1,
      to: 0,
      message: { kind, transaction: { client: 1, number: 1, key: 0, failsAt: 0 } },
    });
    run.deliver(1, 0);
  }
  return run;
}

describe('a branch, whatever the order of its orders', () => {
  test.each([
    [['try'], [99, 1, 0], 'tried'],
    [['try', 'try'], [99, 1, 0], 'tried'],
    [['try', 'cancel', 'cancel'], [100, 0, 0], 'cancelled'],
    [['cancel', 'try'], [100, 0, 0], 'suspended'],
    [['cancel', 'cancel', 'try'], [100, 0, 0], 'suspended'],
    [['try', 'confirm', 'confirm'], [99, 0, 1], 'confirmed'],
    [['try', 'confirm', 'try'], [99, 0, 1], 'confirmed'],
  ] as const)('%j leaves %j, %s', (orders, stock, status) => {
    const run = branchAfter(orders);
    expect([stocks(run), statuses(run)]).toEqual([[stock], [status]]);
  });

  test('but without suspension a Try that comes after its Cancel reserves for good', () => {
    expect(stocks(branchAfter(['cancel', 'try'], 'tcc-no-suspension'))).toEqual([[99, 1, 0]]);
  });

  test('a cancel between the fence row and the Try is not lost', () => {
    const run = clusterOf({ nodes: 1 });
    run.request(1, 1, 1, { kind: 'reserve', key: 0, value: 0 });
    const [state] = run.states;
    if (state === undefined) throw new Error('there is a branch');
    const transaction = { client: 1, number: 1, key: 0, failsAt: 0 };
    const give = (from: typeof state, kind: 'try' | 'cancel' | 'fenced') =>
      tryConfirmCancel.step(from, { kind: 'message', from: 1, message: { kind, transaction } }).state;
    const after = give(give(give(state, 'try'), 'cancel'), 'fenced');
    expect(after).toMatchObject({ rows: [{ status: 'cancelled' }], orders: [], stocks: [] });
  });
});

describe('known mistakes', () => {
  test('tcc-no-empty-rollback: a branch that never heard of the Try keeps the transaction open', () => {
    for (const variant of ['tcc-no-empty-rollback', undefined]) {
      const run = clusterOf(variant === undefined ? {} : { variant });
      run.request(2, 1, 1, { kind: 'reserve', key: 0, value: 1 });
      run.drop(2, 1);
      run.settle();
      for (let round = 0; round < 5; round++) {
        if (run.timers[2]?.has('retry') === true) run.fire(2, 'retry');
        run.settle();
      }
      expect(complaint(run, EVERY_TRANSACTION_ENDS)).toBe(variant && 'T1.1 is still cancelling after 5 rounds');
    }
  });

  test('tcc-no-suspension: a late Try of a cancelled transaction stands', () => {
    for (const variant of ['tcc-no-suspension', undefined]) {
      const run = clusterOf(variant === undefined ? {} : { variant });
      run.request(2, 1, 1, { kind: 'reserve', key: 0, value: 1 });
      run.deliver(2, 0);
      run.deliver(0, 2);
      run.deliver(2, 1, 1);
      run.deliver(1, 2);
      run.settle();
      expect(complaint(run, ALL_OR_NONE)).toBe(variant && 'T1.1 is cancelled, but n2 has it as tried');
    }
  });

  test.each(tryConfirmCancelDefinition.variants.map(({ name, breaks }) => [name, breaks]))(
    '%s is found by random schedules',
    (variant, breaks) => {
      const config = configOf({ variant, nodes: 3 });
      const runs = Array.from({ length: 40 }, (_, seed) => runRandomSchedule({ definition, config, seed, steps: 300 }));
      const found = runs.flatMap(({ byHolds = '', unsettled }) => [byHolds, ...unsettled]);
      expect(found.some((each) => each.startsWith(breaks))).toBe(true);
      for (const { byHolds, byMonitors } of runs) expect(byMonitors === undefined).toBe(byHolds === undefined);
    },
  );
});

const FAILED_TRY = `request coordinator 1 1 reserve 0 1
settle
state
`;

describe('a Try that fails after it has ordered outside', () => {
  test('is cancelled outside, too', async () => {
    const text = runTranscript({ definition, config: configOf(), script: FAILED_TRY });
    expect(text.split('\n').at(-4)).toBe('  n1 branch: T1.1 cancelled');
    await expect(
      `# The fence row is on disk before Try begins, so the cancel finds it although Try has failed.\n${text}`,
    ).toMatchFileSnapshot('testdata/failed-try.txt');
  });

  test('stays ordered when the fence row was rolled back with it', async () => {
    const config = configOf({ variant: 'tcc-fence-same-local-txn' });
    const text = runTranscript({ definition, config, script: FAILED_TRY });
    expect(text).toContain('n1 branch: T1.1 suspended; ordered outside for T1.1');
    await expect(
      `# The variant tcc-fence-same-local-txn: the row is rolled back with the failing Try; the cancel takes it for an empty rollback.\n${text}`,
    ).toMatchFileSnapshot('testdata/failed-try-hidden.txt');
    const run = clusterOf({ variant: 'tcc-fence-same-local-txn' });
    run.request(2, 1, 1, { kind: 'reserve', key: 0, value: 1 });
    run.settle();
    expect(complaint(run, OUTSIDE_CANCELLED)).toBe('T1.1 is cancelled, but n1 has it ordered outside');
  });
});

describe('random schedules', () => {
  test('keep all properties, and every transaction ends', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom(1, 2, 4), (seed, nodes) => {
        const outcome = runRandomSchedule({ definition, config: configOf({ nodes }), seed, steps: 400 });
        for (const name of outcome.reached) reached.add(name);
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
      }),
      { seed: 42, numRuns: 100 },
    );
    expect([...reached].sort()).toEqual(['a transaction is cancelled', 'a transaction is confirmed']);
  });
});

describe('a setup', () => {
  test('with no branch, or an unknown variant, is refused', () => {
    for (const options of [{ nodes: 0 }, { nodes: 26 }, { variant: 'no-such' }])
      expect(attempt(() => configOf(options))).toMatchObject({ ok: false, failure: { code: 'input/invalid' } });
  });
});
