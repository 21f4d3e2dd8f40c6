/**
 * Sleep sets against the full search: the same states and verdicts by fewer steps, on models, on protocols and on actors drawn at random.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { attempt } from '../../kernel/failure.ts';
import { protocolNamed } from '../../protocols/catalogue.ts';
import { readSettings } from '../../protocols/settings.ts';
import type { ActorModel, ActorStep, NetworkKind } from '../actors/actor-model.ts';
import { actorSystem } from '../actors/actor-system.ts';
import { Check } from '../check.ts';
import { type CheckRequest, type SearchRequest, STANDARD_SEARCH } from '../check-request.ts';
import { type ClusterRequest, NO_FAULTS } from '../cluster/cluster-request.ts';
import { Exploration, STANDARD_EXPLORATION } from './exploration.ts';
import type { Finding } from './explorer.ts';
import { pathOf } from './path.ts';
import { SleepSetSearch } from './sleep-set-search.ts';

const GENERATED_MAX = 5_000_000;

type Model = CheckRequest['subject'] & { readonly kind: 'model' };

function model(name: string, config: Readonly<Record<string, string>> = {}): Model {
  return { kind: 'model', model: name, config };
}

function cluster(
  protocol: string,
  nodes: number,
  given: Partial<Omit<ClusterRequest, 'settings'>> & { readonly settings?: Readonly<Record<string, string>> },
): CheckRequest['subject'] {
  const definition = protocolNamed(protocol);
  const { settings = {}, ...rest } = given;
  return {
    kind: 'protocol',
    cluster: {
      protocol,
      nodes,
      settings: readSettings(protocol, definition.settings, settings),
      network: 'unordered_non_duplicating',
      bounds: { attemptsMax: 1 },
      faults: NO_FAULTS,
      operations: [],
      judgesHistory: false,
      ...rest,
    },
  };
}

function explored(subject: CheckRequest['subject'], search: Partial<SearchRequest>): Check {
  const request = { subject, properties: [], fairness: 'weak' } as const;
  const full = { ...STANDARD_SEARCH, order: 'depth_first', usesSymmetry: false, goesOnAfterViolation: true } as const;
  const check = new Check({ ...request, search: { ...full, ...search } });
  expect(check.run(stepBudget(GENERATED_MAX))).toBe(true);
  return check;
}

function verdictsOf(check: Check) {
  return check.properties.map(({ name, status }) => ({ name, status }));
}

interface Compared {
  readonly name: string;
  readonly subject: CheckRequest['subject'];
  readonly unique: number;
  /** Steps of the full search, and with sleep sets. */
  readonly full: number;
  readonly taken: number;
}

const WRITE = { kind: 'write', key: 0, value: 1 };
const ELECTIONS = { attemptsMax: 1, termMax: 1, messagesPerLinkMax: 1 };

const COMPARED: readonly Compared[] = [
  { name: '2PC, 4 managers', subject: model('two_phase_commit', { rms: '4' }), unique: 1568, full: 8258, taken: 3771 },
  {
    name: '2PC that commits on a majority',
    subject: model('two_phase_commit', { rms: '3', mistake: 'commit_on_majority' }),
    unique: 348,
    full: 1359,
    taken: 744,
  },
  {
    name: '2PC whose manager forgets',
    subject: model('two_phase_commit', { rms: '3', mistake: 'decision_not_logged' }),
    unique: 568,
    full: 2906,
    taken: 1588,
  },
  { name: 'Paxos, a bag', subject: model('paxos', { clients: '1' }), unique: 265, full: 482, taken: 423 },
  {
    name: 'Paxos, a set: its state holds the message delivered last, so that nothing commutes',
    subject: model('paxos', { clients: '1', network: 'unordered_duplicating' }),
    unique: 634,
    full: 1783,
    taken: 1783,
  },
  {
    name: 'Paxos, queues',
    subject: model('paxos', { clients: '1', network: 'ordered' }),
    unique: 237,
    full: 512,
    taken: 427,
  },
  {
    name: 'ABD, queues',
    subject: model('abd_register', { clients: '2', servers: '2', network: 'ordered' }),
    unique: 620,
    full: 883,
    taken: 809,
  },
  {
    name: 'Raft elections, any number on the way',
    subject: cluster('raft', 3, { bounds: { attemptsMax: 1, termMax: 1, timeoutsMax: 2 } }),
    unique: 5959,
    full: 16_240,
    taken: 9849,
  },
  {
    name: 'Raft elections, one message a link',
    subject: cluster('raft', 3, { bounds: ELECTIONS }),
    unique: 26_889,
    full: 141_136,
    taken: 124_120,
  },
  {
    name: 'Raft elections, a set',
    subject: cluster('raft', 2, {
      network: 'unordered_duplicating',
      bounds: { ...ELECTIONS, termMax: 2, messagesPerLinkMax: 2 },
    }),
    unique: 69,
    full: 311,
    taken: 248,
  },
  {
    name: 'Raft that forgets its votes, queues, a crash',
    subject: cluster('raft', 2, {
      variant: 'forgets-vote',
      network: 'ordered',
      bounds: { ...ELECTIONS, termMax: 2, messagesPerLinkMax: 2 },
      faults: { ...NO_FAULTS, crashes: 1 },
    }),
    unique: 12_727,
    full: 47_539,
    taken: 46_437,
  },
  {
    name: 'Raft that moves its commit index back',
    subject: cluster('raft', 2, {
      variant: 'commit-index-regresses',
      bounds: { ...ELECTIONS, termMax: 2 },
      operations: [[WRITE]],
    }),
    unique: 1092,
    full: 3699,
    taken: 3461,
  },
  {
    name: 'Raft, a cut and a loss',
    subject: cluster('raft', 2, {
      bounds: { ...ELECTIONS, termMax: 2 },
      faults: { ...NO_FAULTS, partitions: 1, losses: 1 },
    }),
    unique: 2319,
    full: 8423,
    taken: 8314,
  },
];

describe('sleep sets', () => {
  it.each(COMPARED)('meet the states of the full search, and say the same of them: $name', (compared) => {
    const full = explored(compared.subject, {});
    const sleeping = explored(compared.subject, { usesSleepSets: true });
    expect(verdictsOf(sleeping)).toEqual(verdictsOf(full));
    expect(sleeping.ending).toEqual(full.ending);
    expect({
      unique: full.measures.unique,
      full: full.measures.generated,
      taken: sleeping.measures.generated,
    }).toEqual({ unique: compared.unique, full: compared.full, taken: compared.taken });
    expect(sleeping.measures).toMatchObject({ unique: compared.unique, frontier: 0 });
    expect(sleeping.explorer.reached.toSorted()).toEqual(full.explorer.reached.toSorted());
  });

  it('do so whatever actors do, on every kind of network, within any bounds', () => {
    let saved = 0;
    fc.assert(
      fc.property(drawnModel(), fc.boolean(), (drawn, isExact) => {
        // `isSettled` remembers what was asked: each search has a system of its own.
        const options = { ...STANDARD_EXPLORATION, order: 'depth_first', isExact, goesOnAfterViolation: true } as const;
        const full = new Exploration(actorSystem(drawn), options);
        const sleeping = new SleepSetSearch(actorSystem(drawn), options);
        for (const search of [full, sleeping]) expect(search.run(stepBudget(GENERATED_MAX))).toBe(true);
        expect(sleeping.measures.unique).toBe(full.measures.unique);
        expect(sleeping.measures.generated).toBeLessThanOrEqual(full.measures.generated);
        expect(namesOf(sleeping.findings)).toEqual(namesOf(full.findings));
        expect(sleeping.reached).toEqual(full.reached);
        saved += full.measures.generated - sleeping.measures.generated;
      }),
      { seed: 42, numRuns: 150 },
    );
    expect(saved).toBeGreaterThan(4000);
  });

  it('lead to a breach by steps that the system can take', () => {
    const check = explored(model('two_phase_commit', { rms: '3', mistake: 'commit_on_majority' }), {
      usesSleepSets: true,
      goesOnAfterViolation: false,
    });
    const finding = check.finding!;
    const last = pathOf(check.subject.system, finding.actions, false).at(-1)!;
    const property = check.subject.system.properties.find(({ name }) => name === finding.property)!;
    expect(property.kind === 'always' && property.holds(last.words, 0)).toBe(false);
  });

  it('stop at a limit of states, of bytes, of depth, and say so', () => {
    const subject = model('two_phase_commit', { rms: '5' });
    const stopped = (search: Partial<SearchRequest>) => explored(subject, { usesSleepSets: true, ...search });
    expect(stopped({ statesMax: 1000 }).ending).toEqual({
      kind: 'stopped',
      reason: 'the limit of 1000 states was reached',
    });
    expect(stopped({ bytesMax: 500_000 }).ending).toEqual({
      kind: 'stopped',
      reason: 'the limit of 500000 bytes was reached',
    });
    expect(stopped({ depthMax: 4 }).ending).toEqual({ kind: 'stopped', reason: 'the limit of depth 4 was reached' });
    expect(stopped({ statesMax: 1000 }).measures.frontier).toBeGreaterThan(0);
  });

  it('are refused where they mean nothing, and the failure says what works', () => {
    const refused = (subject: CheckRequest['subject'], search: Partial<SearchRequest>) => {
      const result = attempt(() => explored(subject, { usesSleepSets: true, ...search }));
      return result.ok ? undefined : `${result.failure.code}: ${result.failure.message}`;
    };
    const raft = cluster('raft', 3, { bounds: ELECTIONS });
    expect(refused(raft, { order: 'breadth_first' })).toBe(
      'input/conflict: sleep sets are a way of searching depth-first',
    );
    expect(refused(raft, { usesSymmetry: true })).toBe(
      'input/conflict: sleep sets compare the steps of one state, and symmetry merges states',
    );
    expect(refused(model('die_hard'), {})).toBe(
      'input/conflict: sleep sets need to know on which node a step takes place, which this model does not say',
    );
    // Without any symmetry in the system there is none to turn off.
    expect(refused(model('paxos', { clients: '1' }), { usesSymmetry: true })).toBeUndefined();
  });
});

function namesOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ property }) => property).toSorted();
}

const ACTORS = 3;
const STATES = 3;
const MESSAGES = 2;

interface Rule {
  readonly state: number;
  readonly sends: readonly { readonly to: number; readonly message: number }[];
  readonly told: readonly number[];
}

/** Three actors that follow tables drawn at random; what they tell, seldom, is counted up to 2. */
function drawnModel(): fc.Arbitrary<ActorModel<number, number, number, number, number>> {
  const send = fc.record({ to: fc.nat({ max: ACTORS - 1 }), message: fc.nat({ max: MESSAGES - 1 }) });
  const rule: fc.Arbitrary<Rule> = fc.record({
    state: fc.nat({ max: STATES - 1 }),
    sends: fc.array(send, { maxLength: 1 }),
    told: fc.constantFrom([], [], [], [1]),
  });
  const table = (rules: number) =>
    fc.array(fc.option(rule, { nil: undefined, freq: 2 }), { minLength: rules, maxLength: rules });
  return fc
    .record({
      network: fc.constantFrom<NetworkKind>('unordered_non_duplicating', 'unordered_duplicating', 'ordered'),
      isLossy: fc.boolean(),
      dropsIdleDeliveries: fc.boolean(),
      messagesPerLinkMax: fc.constantFrom(1, 1, 2),
      starts: fc.array(fc.array(send, { maxLength: 2 }), { minLength: ACTORS, maxLength: ACTORS }),
      receives: table(ACTORS * STATES * MESSAGES),
      acts: table(ACTORS * STATES),
      isCut: fc.boolean(),
      hasBoundary: fc.boolean(),
    })
    .map(({ starts, receives, acts, isCut, hasBoundary, ...rest }) => ({
      ...rest,
      names: ['a', 'b', 'c'],
      environment: 0,
      start: (actor) => ({ state: 0, sends: starts[actor]! }),
      receive: (actor, state, _, message) => stepOf(receives[(actor * STATES + state) * MESSAGES + message]),
      actions: () => [0],
      act: (actor, state) => [stepOf(acts[actor * STATES + state])].filter((step) => step !== undefined),
      isPossible: (counter, actor) => actor === 0 || counter < 2,
      observe: (counter, observation) => (counter + observation > 2 ? undefined : counter + observation),
      lose: (counter) => (counter > 1 ? undefined : counter + 1),
      isLinked: (counter, from, to) => !isCut || counter !== 1 || from + to !== 1,
      ...(hasBoundary ? { isWithinBoundary: (actor: number, state: number) => actor !== 1 || state < 2 } : {}),
      properties: [
        {
          kind: 'always',
          name: 'not all in 2',
          statement: 'Not all actors are in state 2.',
          holds: ({ states }) => (states.every((state) => state === 2) ? `states ${states.join()}` : undefined),
        },
        {
          kind: 'always_step',
          name: 'no step down',
          statement: 'No step leads from state 2 to 0.',
          holds: (_, before, after) => (before === 2 && after === 0 ? 'down' : undefined),
        },
        {
          kind: 'sometimes',
          name: 'many on the way',
          statement: 'Four messages are on the way at once.',
          looksAt: 'network',
          reached: (view) => view.inFlight().length > 3,
        },
      ],
      describe: { state: (_, state) => state, message: String },
    }));
}

function stepOf(rule: Rule | undefined): ActorStep<number, number, number> | undefined {
  return rule === undefined ? undefined : { state: rule.state, sends: rule.sends, observations: rule.told };
}
