/**
 * Properties state themselves twice: without memory, for whoever looks at single moments and steps, and as monitors of whole runs. The two
 * are compared here for all protocols and all their known mistakes, and those without memory are shown what they must complain about.
 */
import { describe, expect, test } from 'vitest';
import { PROTOCOLS, protocolNamed } from './catalogue.ts';
import type { AnyDefinition } from './definition.ts';
import type { AlwaysProperty, Answered, Complaint } from './property.ts';
import type { NodeState } from './protocol.ts';
import { runRandomSchedule } from './random-schedule.ts';
import { standardSettings } from './settings.ts';

/** What cannot be stated without remembering the run, and why. */
const REMEMBERED: Readonly<Record<string, string>> = {
  'raft: stable leader': 'speaks of who heard whom when a leader was deposed',
  'paxos: validity': 'a proposer that restarts forgets what it was asked to propose',
  'fab-paxos: validity': 'as in Paxos',
  'dynamo: quorum reads see acknowledged writes': 'speaks of what was acknowledged before a read began',
  'dynamo: monotonic reads': 'speaks of what was read before a read began',
  'lease-lock: tokens grow': 'speaks of what was accepted before a lease was asked for',
};

type State = NodeState<unknown>;
type Always = AlwaysProperty<State>;

function configOf(definition: AnyDefinition, variant?: string): unknown {
  const setup = { nodes: definition.nodes.standard, settings: standardSettings(definition.settings) };
  return definition.configure(variant === undefined ? setup : { ...setup, variant });
}

function alwaysOf(definition: AnyDefinition, config: unknown): readonly Always[] {
  return definition.protocol.properties(config).filter((each): each is Always => each.kind === 'always');
}

test('every property can be judged without memory, save those that are listed', () => {
  const remembered = PROTOCOLS.flatMap((definition) => {
    const variants = [undefined, ...definition.variants.map(({ name }) => name)];
    return variants
      .flatMap((variant) => alwaysOf(definition, configOf(definition, variant)))
      .filter((each) => each.holds === undefined && each.step === undefined)
      .map(({ name }) => `${definition.name}: ${name}`);
  });
  expect([...new Set(remembered)].sort()).toEqual(Object.keys(REMEMBERED).sort());
});

describe('what is found without memory, a monitor finds too', () => {
  const cases = PROTOCOLS.flatMap((definition) =>
    definition.variants.map(({ name }) => ({ protocol: definition.name, definition, variant: name })),
  );

  test.each(cases)('$protocol with $variant', ({ definition, variant }) => {
    const config = configOf(definition, variant);
    const monitored = alwaysOf(definition, config).filter((each) => each.monitor !== undefined);
    for (let seed = 0; seed < 2; seed++) {
      const { byHolds, byMonitors } = runRandomSchedule({ definition, config, seed, steps: 250 });
      const isMonitored = monitored.some(({ name }) => byHolds?.startsWith(`${name}: `) === true);
      if (isMonitored) expect(byMonitors, byHolds).toBeDefined();
    }
  });

  test.each([
    ['raft', 'forgets-log', 'committed entries stay', 2],
    ['raft', 'forgets-log', 'no acknowledged write is lost', 13],
    ['raft', 'forgets-log', 'leader completeness', 36],
    ['raft', 'commit-index-regresses', 'commit index is monotonic', 2],
    ['paxos', 'disjoint-quorums', 'at most one value chosen', 0],
    ['multi-paxos', 'disjoint-quorums', 'at most one value chosen per slot', 0],
    ['multi-paxos', 'paxos-stale-promise-counted', 'at most one value chosen per slot', 43],
  ])('and the mistakes are found: %s with %s', (protocol, variant, property, seed) => {
    const definition = protocolNamed(protocol);
    const config = configOf(definition, variant);
    const { byHolds, byMonitors } = runRandomSchedule({ definition, config, seed, steps: 300 });
    expect(byHolds).toMatch(new RegExp(`^${property}: `));
    expect(byMonitors).toBeDefined();
  });
});

/** A protocol's states, as they start but for what is changed. */
function statesOf(protocol: string, changes: readonly object[], setup: { readonly [name: string]: boolean } = {}) {
  const definition = protocolNamed(protocol);
  const { nodes, settings } = definition;
  const config = definition.configure({
    nodes: nodes.standard,
    settings: { ...standardSettings(settings), ...setup },
  });
  const states = definition.nodeNames(config).map((_, node) => {
    const { state } = definition.protocol.initial(config, node, undefined, 0);
    return { ...state, ...changes[node] };
  });
  const propertyNamed = (name: string): Always =>
    alwaysOf(definition, config).find((each) => each.name === name) as Always;
  return { states, propertyNamed };
}

function judgeMoment(
  protocol: string,
  property: string,
  changes: readonly object[],
  answered: readonly Answered[] = [],
): Complaint {
  const { states, propertyNamed } = statesOf(protocol, changes);
  return propertyNamed(property).holds?.({ states, up: states.map(() => true), answered });
}

/** The step of node 0, or of `node`, from one state to another; in words by both `step` and the monitor. */
function judgeStep(
  protocol: string,
  property: string,
  [before, after]: readonly [object, object],
  { node = 0, ...setup }: { readonly node?: number; readonly [name: string]: boolean | number | undefined } = {},
): Complaint {
  const at = (change: object): object[] => Array.from({ length: node + 1 }, () => change);
  const flags = setup as { readonly [name: string]: boolean };
  const { states: from, propertyNamed } = statesOf(protocol, at(before), flags);
  const { states: to } = statesOf(protocol, at(after), flags);
  return propertyNamed(property).step?.(node, from[node] as State, to[node] as State);
}

describe('Raft', () => {
  const entry = (term: number, number: number) => ({
    term,
    request: { client: 0, number, command: { kind: 'write', key: 0, value: number } },
    membership: null,
  });
  const machine = { appliedIndex: 0, values: [], sessions: [] };
  const log = (...entries: object[]) => ({ snapshotIndex: 0, snapshotTerm: 0, snapshotMachine: machine, entries });
  const compacted = (...sessions: object[]) => ({
    snapshotIndex: 1,
    snapshotTerm: 1,
    snapshotMachine: { appliedIndex: 1, values: [1], sessions },
    entries: [],
  });
  const write: Answered = {
    request: { client: 0, number: 1, command: { kind: 'write', key: 0, value: 1 } },
    response: { status: 'ok' },
    node: 0,
  };

  test.each<[string, object, object, string | undefined]>([
    ['appends', { term: 2, log: log(entry(1, 1)) }, { term: 2, log: log(entry(1, 1), entry(2, 2)) }, undefined],
    [
      'replaces',
      { term: 2, log: log(entry(1, 1)) },
      { term: 2, log: log(entry(2, 2)) },
      'n1, leader of term 2, replaced its entry 1',
    ],
    [
      'deletes',
      { term: 2, log: log(entry(1, 1)) },
      { term: 2, log: log() },
      'n1, leader of term 2, replaced its entry 1',
    ],
    ['compacts', { term: 2, log: log(entry(1, 1)) }, { term: 2, log: compacted() }, undefined],
    ['leads another term', { term: 2, log: log(entry(1, 1)) }, { term: 3, log: log() }, undefined],
  ])('a leader that %s', (_, before, after, complaint) => {
    const leaders = [
      { role: 'leader', ...before },
      { role: 'leader', ...after },
    ] as const;
    expect(judgeStep('raft', 'leader append-only', leaders)).toBe(complaint);
  });

  test.each<[string, object, object, string | undefined]>([
    [
      'lacks an entry',
      { term: 1, commitIndex: 1, log: log(entry(1, 1)) },
      { term: 2, log: log() },
      'n2 leads term 2 with nothing at 1, where n1 had committed an entry of term 1 in term 1',
    ],
    [
      'has another',
      { term: 1, commitIndex: 1, log: log(entry(1, 1)) },
      { term: 2, log: log(entry(2, 2)) },
      'n2 leads term 2 with an entry of term 2 at 1, where n1 had committed an entry of term 1 in term 1',
    ],
    ['has it', { term: 1, commitIndex: 1, log: log(entry(1, 1)) }, { term: 2, log: log(entry(1, 1)) }, undefined],
    [
      'has it in a snapshot',
      { term: 1, commitIndex: 1, log: log(entry(1, 1)) },
      { term: 2, log: compacted() },
      undefined,
    ],
    [
      'may be older than the commitment',
      { term: 2, commitIndex: 1, log: log(entry(1, 1)) },
      { term: 2, log: log() },
      undefined,
    ],
  ])('a leader that %s where another server has committed', (_, server, leader, complaint) => {
    expect(judgeMoment('raft', 'leader completeness', [server, { role: 'leader', ...leader }])).toBe(complaint);
  });

  test.each<[string, object, object, boolean]>([
    ['lacks it', { term: 2 }, { log: log() }, true],
    ['has it', { term: 2 }, { log: log(entry(1, 1)) }, false],
    ['has it in a snapshot', { term: 2 }, { log: compacted({ number: 1, response: { status: 'ok' } }) }, false],
    ['is not the latest', { term: 3 }, { log: log() }, false],
  ])('a leader that %s where a write was acknowledged', (_, server, leader, isLost) => {
    const changes = [server, { role: 'leader', term: 2, ...leader }];
    expect(judgeMoment('raft', 'no acknowledged write is lost', changes, [write]) !== undefined).toBe(isLost);
  });
});

describe('Paxos', () => {
  const accepted = (value: number, ballot: number) => ({ accepted: value, acceptedBallot: ballot });

  test.each<[string, object[], boolean]>([
    ['nothing', [], false],
    ['one value by a quorum, and an older one by a node', [accepted(1, 1), accepted(2, 5), accepted(2, 5)], false],
    ['one value learned, another by a node', [{ learned: 1 }, accepted(2, 5)], false],
    ['one value learned, another by a quorum', [{ learned: 1 }, accepted(2, 5), accepted(2, 5)], true],
    ['one value learned, another by as many in two ballots', [{ learned: 1 }, accepted(2, 5), accepted(2, 6)], false],
  ])('%s', (_, states, isBroken) => {
    expect(judgeMoment('paxos', 'at most one value chosen', states) !== undefined).toBe(isBroken);
  });

  test.each<[string, object[], boolean]>(
    [
      ['one value applied, another by a node', [1, 2], false],
      ['one value applied, another by a quorum', [1, 2, 2], true],
      ['one value applied, the same by a quorum', [1, 1, 1], false],
    ].map(([what, numbers, isBroken]) => [
      what as string,
      (numbers as number[]).map((number, node) => ({
        log: [{ ballot: number, client: 0, number, command: { kind: 'write', key: 0, value: number } }],
        commit: node === 0 ? 1 : 0,
      })),
      isBroken as boolean,
    ]),
  )('of a slot: %s', (_, states, isBroken) => {
    expect(judgeMoment('multi-paxos', 'at most one value chosen per slot', states) !== undefined).toBe(isBroken);
  });

  test.each(['paxos', 'multi-paxos'])('a promise of %s that shrinks', (protocol) => {
    const step = [{ promised: 6 }, { promised: 5 }] as const;
    expect(judgeStep(protocol, 'promises are kept', step)).toContain('n1 had promised');
    expect(judgeStep(protocol, 'promises are kept', [step[1], step[0]])).toBeUndefined();
  });
});

describe('Viewstamped Replication', () => {
  const operation = (number: number) => ({ client: 0, number, command: { kind: 'write', key: 0, value: number } });

  test.each<[string, object, object, boolean]>([
    ['lacks it as primary of a later view', { view: 0, commit: 1, log: [operation(1)] }, { view: 1, log: [] }, true],
    [
      'has another as primary of a later view',
      { view: 0, commit: 1, log: [operation(1)] },
      { view: 1, log: [operation(2)] },
      true,
    ],
    [
      'has it as primary of a later view',
      { view: 0, commit: 1, log: [operation(1)] },
      { view: 1, log: [operation(1)] },
      false,
    ],
    ['lacks it in the same view', { view: 1, commit: 1, log: [operation(1)] }, { view: 1, log: [] }, false],
    ['commits another', { view: 1, commit: 1, log: [operation(1)] }, { view: 1, commit: 1, log: [operation(2)] }, true],
  ])('a replica that %s where another has committed', (_, committed, other, isBroken) => {
    const changes = [
      { status: 'normal', ...committed },
      { status: 'normal', ...other },
    ];
    expect(judgeMoment('viewstamped-replication', 'committed operations survive', changes) !== undefined).toBe(
      isBroken,
    );
  });

  test('numbers that shrink', () => {
    const judge = (before: object, after: object) =>
      judgeStep('viewstamped-replication', 'numbers only grow', [before, after]);
    expect(judge({ view: 2 }, { view: 1 })).toBe('n1 went from view 2 back to 1');
    expect(judge({ view: 2, commit: 0 }, { view: 3, commit: 1, log: [operation(1)] })).toBeUndefined();
  });
});

test('a server of ABD whose tag shrinks', () => {
  const registers = (time: number) => ({ registers: [{ time, client: 0, number: 1, value: time }] });
  expect(judgeStep('abd-register', 'tags never decrease', [registers(2), registers(1)])).toContain(
    'n1 held key 0 as 2',
  );
  expect(judgeStep('abd-register', 'tags never decrease', [registers(1), registers(2)])).toBeUndefined();
});

test('a replica of Dynamo that holds again what its tombstone had replaced', () => {
  const version = (number: number, value: number | null) => ({
    store: [[{ client: 0, number, value, context: number > 1 ? [number - 1] : [], stampMs: number, node: 0 }]],
  });
  const judge = (before: object, after: object) => judgeStep('dynamo', 'a deleted key stays deleted', [before, after]);
  expect(judge(version(2, null), version(1, 7))).toContain('n1 deleted key 0 and holds');
  expect(judge(version(2, null), version(3, 7))).toBeUndefined();
  expect(judge(version(1, 7), version(2, null))).toBeUndefined();
});

test('a process that reverses its decision', () => {
  const decided = (phase: string) => ({
    role: 'participant',
    transactions: [{ id: { client: 0, number: 1, epoch: 0 }, noVoter: 0, phase, rounds: 0 }],
  });
  const judge = (before: string, after: string) =>
    judgeStep('two-phase-commit', 'AC2 no reversal', [decided(before), decided(after)]);
  expect(judge('committed', 'aborted')).toContain('has aborted T0.1, which it had committed');
  expect(judge('prepared', 'aborted')).toBeUndefined();
  expect(judge('committed', 'committed')).toBeUndefined();
});

describe('the resource of a lock', () => {
  const node = statesOf('lease-lock', []).states.findIndex(
    (state) => protocolNamed('lease-lock').protocol.describe.role(state) === 'resource',
  );
  const last = (worker: number, attempt: number, token: number) => ({
    last: { lease: { worker, incarnation: 0, attempt }, token, value: token },
  });
  const judge = (before: object, after: object, fenced: boolean) =>
    judgeStep('lease-lock', 'mutual exclusion at the resource', [before, after], { node, fencing: fenced });

  test('accepts a smaller token', () => {
    expect(judge(last(node + 1, 1, 5), last(node + 2, 1, 3), true)).toContain('the resource accepts 3 of');
    expect(judge(last(node + 1, 1, 3), last(node + 2, 1, 5), true)).toBeUndefined();
  });

  test('accepts an older lease of the same worker, where there are no tokens', () => {
    expect(judge(last(node + 1, 2, 0), last(node + 1, 1, 0), false)).toContain('who got the lock later');
    expect(judge(last(node + 1, 2, 0), last(node + 2, 1, 0), false)).toBeUndefined();
  });

  test('has not accepted what a client was told', () => {
    const answer: Answered = {
      request: { client: 0, number: 2, command: { kind: 'lock_and_write' } },
      response: { status: 'ok' },
      node: node + 1,
    };
    const judgeDone = (number: number) => {
      const changes = [...Array.from({ length: node }, () => ({})), { done: [{ client: 0, number }] }];
      return judgeMoment('lease-lock', 'acknowledged writes took effect', changes, [answer]);
    };
    expect(judgeDone(1)).toBe('client 0 was told that request 2 is done, which the resource has not accepted');
    expect(judgeDone(2)).toBeUndefined();
  });
});
