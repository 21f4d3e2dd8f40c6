import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import type { AnyDefinition } from '../definition.ts';
import type { Property } from '../property.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { AC1, AC3, AC5 } from './commit-properties.ts';
import type { CommitState } from './commit-types.ts';
import { twoPhaseCommit } from './two-phase-commit.ts';
import { twoPhaseCommitDefinition } from './two-phase-commit-definition.ts';

const definition = twoPhaseCommitDefinition as unknown as AnyDefinition;

interface Options {
  readonly nodes?: number;
  readonly variant?: string;
  readonly settings?: Record<string, string>;
}

function configOf({ nodes = 2, variant, settings = {} }: Options = {}) {
  return twoPhaseCommitDefinition.configure({
    nodes,
    settings: readSettings('two-phase-commit', twoPhaseCommitDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

/** Participants from 0, then the coordinator; the first transaction of client 1 is asked for. */
function clusterOf(options: Options = {}, noVoter = 0) {
  const config = configOf(options);
  const coordinator = config.participants;
  const cluster = createScriptedCluster({ protocol: twoPhaseCommit, config, nodeCount: coordinator + 1 });
  cluster.request(coordinator, 1, 1, { kind: 'transaction', value: noVoter });
  const all = Array.from({ length: coordinator }, (_, node) => node);
  return Object.assign(cluster, { coordinator, all });
}
type Cluster = ReturnType<typeof clusterOf>;

/** All participants vote; their votes arrive. */
function vote(cluster: Cluster): void {
  const { coordinator, all } = cluster;
  for (const node of all) cluster.deliver(coordinator, node);
  for (const node of all) cluster.deliver(node, coordinator);
}

function phases({ states }: Cluster): string[] {
  return states.map(({ transactions }) => transactions[0]?.phase ?? 'nothing');
}

function complaint(cluster: Cluster, name: string): string | undefined {
  const properties: readonly Property<CommitState>[] = twoPhaseCommit.properties(configOf());
  const property = properties.find((each) => each.name === name);
  return property?.kind === 'sometimes' ? undefined : property?.holds?.(cluster);
}

/** Fires each armed timer of the participants and delivers what follows, some times. */
function pass(cluster: Cluster, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    for (const node of cluster.all) if (cluster.timers[node]?.has('ask') === true) cluster.fire(node, 'ask');
    cluster.settle();
  }
}

describe('without failures', () => {
  test.each([
    [{}, '4n', 12],
    [{ acks: 'false' }, '3n', 9],
    [{ presumed: 'abort' }, '4n', 12],
    [{ protocol: 'three_phase' }, '6n', 18],
    [{ protocol: 'three_phase', acks: 'false' }, '5n', 15],
    [{ protocol: 'non_blocking' }, '4n + n(n - 1)', 18],
  ])('%j costs %s messages, all commit, and the client is told', (settings, formula, count) => {
    const run = clusterOf({ nodes: 3, settings });
    expect(run.settle()).toBe(count);
    expect(twoPhaseCommitDefinition.messagesPerOperation?.(configOf({ nodes: 3, settings }))).toEqual({
      formula,
      count,
    });
    expect(phases(run)).toEqual(['committed', 'committed', 'committed', 'committed']);
    expect(run.answered.map(({ response }) => response.status)).toEqual(['ok']);
  });

  test.each([[{}], [{ presumed: 'abort' }], [{ protocol: 'three_phase' }], [{ protocol: 'non_blocking' }]])(
    'with %j one vote of no aborts the transaction everywhere',
    (settings) => {
      const run = clusterOf({ nodes: 3, settings }, 2);
      run.settle();
      expect(phases(run)).toEqual(['aborted', 'aborted', 'aborted', 'aborted']);
      expect(run.answered.map(({ response }) => response.status)).toEqual(['failed']);
    },
  );

  test('a repeated request is answered again and does nothing', () => {
    const run = clusterOf();
    run.settle();
    run.request(run.coordinator, 1, 1, { kind: 'transaction', value: 0 });
    expect(run.settle()).toBe(0);
    expect(run.answered).toHaveLength(2);
  });
});

describe('a participant', () => {
  test('that has voted yes is still prepared after a crash, and learns the decision by asking', () => {
    const run = clusterOf();
    vote(run);
    run.drop(run.coordinator, 1);
    run.crash(1);
    run.restart(1);
    expect(phases(run)[1]).toBe('prepared');
    pass(run, 1);
    expect(phases(run)).toEqual(['committed', 'committed', 'committed']);
  });

  test('that is asked for the decision before it has voted aborts, and never votes yes after that', () => {
    const run = clusterOf();
    run.deliver(run.coordinator, 0);
    run.crash(run.coordinator);
    run.fire(0, 'ask');
    run.fire(0, 'ask');
    run.deliver(0, 1);
    run.deliver(1, run.coordinator);
    run.fire(0, 'ask');
    run.deliver(0, 1);
    run.deliver(1, 0);
    expect(phases(run).slice(0, 2)).toEqual(['aborted', 'aborted']);
    run.deliver(run.coordinator, 1);
    expect(phases(run)[1]).toBe('aborted');
  });

  test('votes no on a transaction that is older than its client’s newest', () => {
    const run = clusterOf();
    for (let round = 0; round < 3; round++) run.fire(run.coordinator, 'retry');
    run.request(run.coordinator, 1, 2, { kind: 'transaction', value: 0 });
    const { length } = run.inFlight.filter(({ to }) => to === 0);
    run.deliver(run.coordinator, 0, length - 1);
    run.deliver(run.coordinator, 0);
    expect(run.inFlight.filter(({ from }) => from === 0).map(({ message }) => message)).toMatchObject([
      { kind: 'vote', isYes: true, id: { number: 2 } },
      { kind: 'vote', isYes: false, id: { number: 1 } },
    ]);
  });
});

describe('the coordinator', () => {
  test('begins a client’s next transaction when the earlier one is decided', () => {
    const run = clusterOf();
    run.request(run.coordinator, 1, 2, { kind: 'transaction', value: 0 });
    run.settle();
    expect(phases(run)).toEqual(['committed', 'committed', 'committed']);
    expect(run.states[0]?.transactions).toHaveLength(1);
    run.request(run.coordinator, 1, 2, { kind: 'transaction', value: 0 });
    run.settle();
    expect(run.answered.map(({ request }) => request.number)).toEqual([1, 2]);
  });

  test('aborts when a vote is missing for too long', () => {
    const run = clusterOf();
    run.deliver(run.coordinator, 0);
    run.crash(1);
    for (let round = 0; round < 3; round++) run.fire(run.coordinator, 'retry');
    run.settle();
    expect(phases(run)).toEqual(['aborted', 'nothing', 'aborted']);
  });

  test('that restarts before it decided aborts; one that had logged its commit tells it again', () => {
    const undecided = clusterOf();
    for (const node of undecided.all) undecided.deliver(undecided.coordinator, node);
    undecided.crash(undecided.coordinator);
    undecided.restart(undecided.coordinator);
    undecided.settle();
    expect(phases(undecided)).toEqual(['aborted', 'aborted', 'aborted']);

    const decided = clusterOf();
    vote(decided);
    for (const node of decided.all) decided.drop(decided.coordinator, node);
    decided.crash(decided.coordinator);
    decided.restart(decided.coordinator);
    decided.settle();
    expect(phases(decided)).toEqual(['committed', 'committed', 'committed']);
  });

  test('presumes abort where it finds no record', () => {
    const run = clusterOf({ settings: { presumed: 'abort' } });
    for (const node of run.all) run.deliver(run.coordinator, node);
    run.crash(run.coordinator);
    run.restart(run.coordinator);
    pass(run, 2);
    expect(phases(run)).toEqual(['aborted', 'aborted', 'nothing']);
  });
});

/** All vote yes; the decision reaches nobody; the coordinator is gone for good. */
function loseCoordinatorAfterVotes(settings: Record<string, string>): Cluster {
  const run = clusterOf({ nodes: 3, settings });
  for (const node of run.all) run.deliver(run.coordinator, node);
  run.crash(run.coordinator);
  run.settle();
  pass(run, 10);
  return run;
}

describe('a coordinator that stays down after all voted yes', () => {
  test('blocks the participants of two phases: 10 rounds of 300 ms and counting', () => {
    const run = loseCoordinatorAfterVotes({});
    expect(phases(run).slice(0, 3)).toEqual(['prepared', 'prepared', 'prepared']);
    expect(complaint(run, AC5)).toContain('n1 has waited 3 s for the decision about T1.1, prepared');
  });

  test.each(['three_phase', 'non_blocking'])('does not block those of %s', (protocol) => {
    const run = loseCoordinatorAfterVotes({ protocol });
    expect(phases(run).slice(0, 3)).toEqual(['aborted', 'aborted', 'aborted']);
    expect(complaint(run, AC5)).toBeUndefined();
  });

  test('lets three phases commit when somebody was told that all voted yes', () => {
    const run = clusterOf({ nodes: 3, settings: { protocol: 'three_phase' } });
    vote(run);
    run.deliver(run.coordinator, 1);
    run.crash(run.coordinator);
    run.settle();
    pass(run, 10);
    expect(phases(run).slice(0, 3)).toEqual(['committed', 'committed', 'committed']);
  });

  test('blocks for good as the variant 2pc-coordinator-crash-blocks, where a restart would have helped', () => {
    for (const variant of ['2pc-coordinator-crash-blocks', undefined]) {
      const run = clusterOf(variant === undefined ? {} : { variant });
      for (const node of run.all) run.deliver(run.coordinator, node);
      run.crash(run.coordinator);
      run.restart(run.coordinator);
      run.settle();
      pass(run, 3);
      expect(complaint(run, AC5) === undefined).toBe(variant === undefined);
    }
  });
});

describe('three phases under a partition', () => {
  test('commit on the side that was told and abort on the other', () => {
    const run = clusterOf({ nodes: 3, settings: { protocol: 'three_phase' } });
    vote(run);
    run.deliver(run.coordinator, 0);
    run.drop(run.coordinator, 1);
    run.drop(run.coordinator, 2);
    run.partition([0, run.coordinator], [1, 2]);
    run.crash(run.coordinator);
    pass(run, 10);
    expect(phases(run).slice(0, 3)).toEqual(['committed', 'aborted', 'aborted']);
    expect(complaint(run, AC1)).toBe('n1 committed T1.1, n2 aborted it');
  });

  test('where two phases wait, and decide alike when it heals', () => {
    const run = clusterOf({ nodes: 3 });
    vote(run);
    run.deliver(run.coordinator, 0);
    run.drop(run.coordinator, 1);
    run.drop(run.coordinator, 2);
    run.partition([0, run.coordinator], [1, 2]);
    pass(run, 10);
    expect(phases(run)).toEqual(['committed', 'prepared', 'prepared', 'committed']);
    run.heal();
    pass(run, 2);
    expect(phases(run)).toEqual(['committed', 'committed', 'committed', 'committed']);
  });
});

describe('known mistakes', () => {
  test('acp-deliver-before-forward: the one that was told acts on it and dies, the others give up', () => {
    for (const variant of ['acp-deliver-before-forward', undefined]) {
      const settings = { protocol: 'non_blocking' };
      const run = clusterOf(variant === undefined ? { settings } : { variant });
      vote(run);
      run.deliver(run.coordinator, 0);
      run.drop(run.coordinator, 1);
      run.crash(run.coordinator);
      run.crash(0);
      run.settle();
      pass(run, 10);
      const after = variant === undefined ? ['committed', 'committed'] : ['committed', 'aborted'];
      expect(phases(run).slice(0, 2)).toEqual(after);
      expect(complaint(run, AC1)).toBe(variant && 'n1 committed T1.1, n2 aborted it');
    }
  });

  test('2pc-silence-means-yes: a no that is lost is taken for a yes', () => {
    for (const variant of ['2pc-silence-means-yes', undefined]) {
      const run = clusterOf(variant === undefined ? {} : { variant }, 2);
      for (const node of run.all) run.deliver(run.coordinator, node);
      run.deliver(0, run.coordinator);
      run.drop(1, run.coordinator);
      run.fire(run.coordinator, 'retry');
      run.fire(run.coordinator, 'retry');
      for (const node of run.all) run.drop(run.coordinator, node);
      run.fire(run.coordinator, 'retry');
      run.settle();
      expect(complaint(run, AC3)).toBe(variant && 'n1 committed T1.1, on which n2 votes no');
    }
  });

  test('all are found by random schedules, by check and monitor alike', () => {
    const broken: readonly [string, string][] = [
      ['acp-deliver-before-forward', AC1],
      ['2pc-decision-not-logged', AC1],
      ['2pc-silence-means-yes', AC3],
    ];
    for (const [variant, property] of broken) {
      const config = configOf({ variant, nodes: 3 });
      const runs = Array.from({ length: 40 }, (_, seed) =>
        runRandomSchedule({ definition, config, seed, steps: 500, clients: 6 }),
      );
      expect(runs.some(({ byMonitors }) => byMonitors?.startsWith(property) === true)).toBe(true);
      for (const { byHolds, byMonitors } of runs) if (byHolds !== undefined) expect(byMonitors).toBeDefined();
    }
    const config = configOf({ variant: '2pc-coordinator-crash-blocks', nodes: 3 });
    const runs = Array.from({ length: 40 }, (_, seed) =>
      runRandomSchedule({ definition, config, seed, steps: 500, clients: 6 }),
    );
    expect(runs.some(({ unsettled }) => unsettled.some((each) => each.startsWith(AC5)))).toBe(true);
    expect(runs.every(({ byMonitors }) => byMonitors === undefined)).toBe(true);
  });
});

describe('random schedules', () => {
  test('keep all properties of two phases, and settle', () => {
    const settings = fc.record({
      presumed: fc.constantFrom('abort', 'nothing'),
      acks: fc.constantFrom('true', 'false'),
      cooperative_termination: fc.constantFrom('true', 'false'),
    });
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom(1, 2, 4), settings, (seed, nodes, chosen) => {
        const config = configOf({ nodes, settings: chosen });
        const outcome = runRandomSchedule({ definition, config, seed, steps: 400 });
        for (const name of outcome.reached) reached.add(name);
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
      }),
      { seed: 42, numRuns: 150 },
    );
    expect([...reached]).toEqual(['AC4 all yes can commit']);
  });
});

const transcripts: readonly { file: string; header: string; options: Options; script: string }[] = [
  {
    file: 'commit.txt',
    header: 'Two phases, nothing fails: 4n messages; the decision leaves when it is in the log.',
    options: {},
    script: 'request coordinator 1 1 transaction 0 0\nsettle\nstate\n',
  },
  {
    file: 'blocked.txt',
    header:
      'Bernstein, Hadzilacos, Goodman, section 7.4: both have voted yes and the coordinator is down. Neither may decide alone;\n# asking each other does not help. When the coordinator returns without a decision in its log, it aborts.',
    options: {},
    script: `request coordinator 1 1 transaction 0 0
deliver coordinator n1
deliver coordinator n2
crash coordinator
settle
# One interval may be cut short; after the second they ask.
fire n1 ask
fire n2 ask
fire n1 ask
fire n2 ask
settle
state n1 n2
restart coordinator
settle
`,
  },
  {
    file: 'decision-forgotten.txt',
    header:
      'The variant 2pc-decision-not-logged: n1 has heard the commit when the coordinator crashes; restarted, it finds only\n# that the transaction began, and aborts it.',
    options: { variant: '2pc-decision-not-logged' },
    script: `request coordinator 1 1 transaction 0 0
deliver coordinator n1
deliver coordinator n2
deliver n1 coordinator
deliver n2 coordinator
deliver coordinator n1
drop coordinator n2
crash coordinator
restart coordinator
settle
state
`,
  },
];

describe('transcripts', () => {
  test.each(transcripts)('$file', async ({ file, header, options, script }) => {
    const text = runTranscript({ definition, config: configOf(options), script });
    await expect(`# ${header}\n${text}`).toMatchFileSnapshot(`testdata/${file}`);
  });
});

describe('a setup', () => {
  test('with no participant, an unknown variant, or presumed abort in three phases is refused', () => {
    for (const options of [{ nodes: 0 }, { nodes: 26 }, { variant: 'no-such' }])
      expect(attempt(() => configOf(options))).toMatchObject({ ok: false, failure: { code: 'input/invalid' } });
    const both = { protocol: 'three_phase', presumed: 'abort' };
    expect(attempt(() => configOf({ settings: both }))).toMatchObject({ failure: { code: 'input/conflict' } });
  });
});
