/**
 * Every way of exploring against a search in a few lines, on transition systems drawn at random: with and without symmetry, with
 * fingerprints and with whole states, breadth-first, depth-first and by iterative deepening.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { type SettingValue, standardSettings } from '../../protocols/settings.ts';
import { modelNamed } from '../models/catalogue.ts';
import type { SystemProperty, TransitionSystem } from '../transition-system.ts';
import { Exploration, type ExplorationOptions, STANDARD_EXPLORATION } from './exploration.ts';
import type { Explorer } from './explorer.ts';
import { IterativeDeepening } from './iterative-deepening.ts';
import { pathOf, successorsOf } from './path.ts';

const GENERATED_MAX = 10_000_000;

/** A graph whose states are numbers; edges by state, in the order of their codes. */
interface Graph {
  readonly initial: readonly number[];
  readonly edges: readonly (readonly number[])[];
  readonly outside: readonly number[];
  readonly bad: readonly number[];
  readonly badStep: readonly [number, number];
  readonly mayEnd: readonly number[];
  readonly goal: number;
}

const drawnGraph: fc.Arbitrary<Graph> = fc.integer({ min: 1, max: 30 }).chain((states) => {
  const state = fc.nat({ max: states - 1 });
  const some = (maxLength: number) => fc.array(state, { maxLength });
  return fc.record({
    initial: fc.uniqueArray(state, { minLength: 1, maxLength: 2 }),
    edges: fc.array(some(3), { minLength: states, maxLength: states }),
    outside: some(2),
    bad: some(2),
    badStep: fc.tuple(state, state),
    mayEnd: some(states),
    goal: state,
  });
});

function systemOf({ initial, edges, outside, bad, badStep, mayEnd, goal }: Graph): TransitionSystem {
  const put = (words: Int32Array, at: number, state: number): void => words.set([state, 7 * state, -state], at);
  const text = { statement: 'drawn' };
  const properties: readonly SystemProperty[] = [
    { ...text, kind: 'always', name: 'good', holds: (words, at) => !bad.includes(words[at]!) },
    {
      ...text,
      kind: 'always_step',
      name: 'good step',
      holds: (words, at, _, next, nextAt) => words[at] !== badStep[0] || next[nextAt] !== badStep[1],
    },
    { ...text, kind: 'deadlock_free', name: 'goes on', mayEnd: (words, at) => mayEnd.includes(words[at]!) },
    { ...text, kind: 'sometimes', name: 'goal', reached: (words, at) => words[at] === goal },
  ];
  return {
    width: 3,
    initial: (into) => {
      for (const [code, state] of initial.entries()) {
        const to = into.copy(new Int32Array(3), 0);
        put(into.words, to, state);
        into.keep(code);
      }
    },
    expand: (words, at, into) => {
      for (const [code, state] of edges[words[at]!]!.entries()) {
        const to = into.copy(words, at);
        put(into.words, to, state);
        into.keep(code);
      }
    },
    isWithinBoundary: (words, at) => !outside.includes(words[at]!),
    properties,
    describeState: (words, at) => ({ state: words[at] }),
    describeAction: (_words, _at, action) => ({ text: `edge ${action}` }),
  };
}

interface Expected {
  readonly unique: number;
  readonly generated: number;
  readonly depth: number;
  /** Steps to the first breach, by property. */
  readonly broken: Readonly<Record<string, number>>;
  readonly reached: readonly string[];
}

function searchGraph(graph: Graph): Expected {
  const { initial, edges, outside, bad, badStep, mayEnd, goal } = graph;
  const levels = new Map(initial.filter((state) => !outside.includes(state)).map((state) => [state, 0]));
  const broken: Record<string, number> = {};
  const breaks = (name: string, steps: number): void => {
    broken[name] = Math.min(steps, broken[name] ?? steps);
  };
  let generated = initial.length;
  for (const [state, level] of levels) {
    if (bad.includes(state)) breaks('good', level);
    if (edges[state]!.length === 0 && !mayEnd.includes(state)) breaks('goes on', level);
    generated += edges[state]!.length;
    for (const next of edges[state]!.filter((each) => !outside.includes(each))) {
      if (state === badStep[0] && next === badStep[1]) breaks('good step', level + 1);
      if (!levels.has(next)) levels.set(next, level + 1);
    }
  }
  // Where no initial state is within the boundary the depth counts the first level all the same.
  const depth = Math.max(0, ...levels.values()) + 1;
  return { unique: levels.size, generated, depth, broken, reached: levels.has(goal) ? ['goal'] : [] };
}

function explored(system: TransitionSystem, options: Partial<ExplorationOptions> | 'deepening'): Explorer {
  const all = { ...STANDARD_EXPLORATION, goesOnAfterViolation: true };
  const explorer =
    options === 'deepening' ? new IterativeDeepening(system, all) : new Exploration(system, { ...all, ...options });
  expect(explorer.run(stepBudget(GENERATED_MAX))).toBe(true);
  return explorer;
}

function stepsOf({ findings }: Explorer): Readonly<Record<string, number>> {
  return Object.fromEntries(findings.map(({ property, actions }) => [property, actions.length - 1]));
}

describe('breadth-first, depth-first and iterative deepening', () => {
  it('count and judge as a search in a few lines does', () => {
    fc.assert(
      fc.property(drawnGraph, fc.boolean(), (graph, isExact) => {
        const { unique, generated, depth, broken, reached } = searchGraph(graph);
        const breadth = explored(systemOf(graph), { isExact });
        expect(breadth.measures).toMatchObject({ unique, generated, depth, frontier: 0 });
        expect(stepsOf(breadth)).toEqual(broken);
        const deep = explored(systemOf(graph), { order: 'depth_first', isExact });
        expect(deep.measures).toMatchObject({ unique, generated, frontier: 0 });
        const deepening = explored(systemOf(graph), 'deepening');
        expect(deepening.measures).toMatchObject({ unique, depth: unique === 0 ? 0 : depth });
        expect(stepsOf(deepening)).toEqual(broken);
        for (const explorer of [breadth, deep, deepening]) {
          expect(Object.keys(stepsOf(explorer)).toSorted()).toEqual(Object.keys(broken).toSorted());
          expect(explorer.reached).toEqual(reached);
          expect(explorer.ending?.kind).toBe(Object.keys(broken).length > 0 ? 'violated' : 'exhausted');
        }
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  it('tell paths that lead to the breach', () => {
    fc.assert(
      fc.property(drawnGraph, fc.constantFrom('breadth_first', 'depth_first', 'deepening'), (graph, order) => {
        const system = systemOf(graph);
        const explorer = explored(system, order === 'deepening' ? order : { order });
        for (const { property, actions } of explorer.findings) {
          const states = pathOf(system, actions, false).map(({ words }) => words[0]!);
          expect(brokenAtEnd(graph, property, states)).toBe(true);
        }
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  it('stop at a breach, breadth-first and by deepening by a shortest path', () => {
    fc.assert(
      fc.property(drawnGraph, (graph) => {
        const { broken } = searchGraph(graph);
        const options = { ...STANDARD_EXPLORATION, goesOnAfterViolation: false };
        for (const explorer of [
          new Exploration(systemOf(graph), options),
          new IterativeDeepening(systemOf(graph), options),
        ]) {
          explorer.run(stepBudget(GENERATED_MAX));
          const [finding] = explorer.findings;
          expect(explorer.ending?.kind).toBe(finding === undefined ? 'exhausted' : 'violated');
          if (finding === undefined) expect(broken).toEqual({});
          else expect(finding.actions.length - 1).toBe(broken[finding.property]);
        }
      }),
      { seed: 42, numRuns: 300 },
    );
  });
});

function brokenAtEnd({ bad, badStep, edges, mayEnd }: Graph, property: string, states: readonly number[]): boolean {
  const last = states.at(-1)!;
  if (property === 'good') return bad.includes(last);
  if (property === 'good step') return states.at(-2) === badStep[0] && last === badStep[1];
  return edges[last]!.length === 0 && !mayEnd.includes(last);
}

describe('reference models', () => {
  const MODELS: readonly (readonly [string, Record<string, SettingValue>])[] = [
    ['die_hard', {}],
    ['two_phase_commit', { rms: 4 }],
    ['two_phase_commit', { rms: 3, mistake: 'commit_on_majority' }],
    ['static_raft', { max_term: 2, max_log: 2 }],
    ['paxos', { clients: 1 }],
    ['kafka_isr', { replicas: 2, log_size: 1 }],
  ];

  it.each(MODELS)('are the same in every order, with fingerprints and without: %s %o', (name, settings) => {
    const build = (): TransitionSystem => {
      const model = modelNamed(name);
      return model.build({ ...standardSettings(model.settings), ...settings });
    };
    const breadth = explored(build(), {});
    const { unique, generated, depth } = breadth.measures;
    for (const isExact of [false, true])
      for (const order of ['breadth_first', 'depth_first'] as const) {
        const other = explored(build(), { order, isExact });
        expect(other.measures).toMatchObject({ unique, generated, frontier: 0 });
        expect(Object.keys(stepsOf(other)).toSorted()).toEqual(Object.keys(stepsOf(breadth)).toSorted());
        if (order === 'breadth_first') expect(stepsOf(other)).toEqual(stepsOf(breadth));
      }
    const deepening = explored(build(), 'deepening');
    expect(deepening.measures).toMatchObject({ unique, depth });
    expect(stepsOf(deepening)).toEqual(stepsOf(breadth));
  });
});

describe('bounds', () => {
  const build = (): TransitionSystem => {
    const model = modelNamed('two_phase_commit');
    return model.build({ ...standardSettings(model.settings), rms: 6 });
  };

  it.each(['breadth_first', 'depth_first'] as const)('end the search and say so, with what is left (%s)', (order) => {
    const states = explored(build(), { order, statesMax: 2000 });
    expect(states.ending).toEqual({ kind: 'stopped', reason: 'the limit of 2000 states was reached' });
    expect(states.measures.frontier).toBeGreaterThan(0);
    expect(states.measures.unique).toBeGreaterThanOrEqual(2000);
    const bytes = explored(build(), { order, bytesMax: 500_000 });
    expect(bytes.ending).toEqual({ kind: 'stopped', reason: 'the limit of 500000 bytes was reached' });
    const depth = explored(build(), { order, depthMax: 5 });
    expect(depth.ending).toEqual({ kind: 'stopped', reason: 'the limit of depth 5 was reached' });
    expect(depth.measures.depth).toBe(5);
  });

  it('of depth leave breadth-first what a full search has up to there', () => {
    // The depth of 2PC with 6 managers is 20; no path of 20 states leads on.
    const full = explored(build(), {});
    const { depth } = full.measures;
    expect(explored(build(), { depthMax: depth }).measures.unique).toBe(full.measures.unique);
    expect(explored(build(), { depthMax: depth - 1 }).measures.unique).toBeLessThan(full.measures.unique);
  });

  it('end iterative deepening between rounds', () => {
    const system = build();
    const options = { ...STANDARD_EXPLORATION, statesMax: 500 };
    const states = new IterativeDeepening(system, options);
    states.run(stepBudget(GENERATED_MAX));
    expect(states.ending).toEqual({ kind: 'stopped', reason: 'the limit of 500 states was reached' });
    const depth = new IterativeDeepening(system, { ...STANDARD_EXPLORATION, depthMax: 5 });
    depth.run(stepBudget(GENERATED_MAX));
    expect(depth.ending).toEqual({ kind: 'stopped', reason: 'the limit of depth 5 was reached' });
    expect(depth.measures.unique).toBe(explored(build(), { depthMax: 5 }).measures.unique);
  });

  it('of the budget pause the search: run again, it ends as if it had not been', () => {
    for (const make of [
      () => new Exploration(build(), STANDARD_EXPLORATION),
      () => new Exploration(build(), { ...STANDARD_EXPLORATION, order: 'depth_first' }),
      () => new IterativeDeepening(build(), { ...STANDARD_EXPLORATION, depthMax: 8 }),
    ]) {
      const [paused, straight] = [make(), make()];
      let runs = 1;
      while (!paused.run(stepBudget(5000))) runs += 1;
      straight.run(stepBudget(GENERATED_MAX));
      expect(runs).toBeGreaterThan(2);
      expect(paused.measures).toEqual(straight.measures);
      expect(paused.ending).toEqual(straight.ending);
    }
  });
});

const PROCESSES = 3;
const LOCAL = 4;
const GLOBAL = 3;

/** By local state and shared state, what a process may make of them. */
type Rules = readonly (readonly (readonly [local: number, shared: number])[])[];

const drawnRules: fc.Arbitrary<Rules> = fc.array(
  fc.array(fc.tuple(fc.nat({ max: LOCAL - 1 }), fc.nat({ max: GLOBAL - 1 })), { maxLength: 2 }),
  { minLength: LOCAL * GLOBAL, maxLength: LOCAL * GLOBAL },
);

/** Alike processes beside a shared state: states that differ in the order of processes are one orbit. */
function alikeProcesses(rules: Rules): TransitionSystem {
  const text = { statement: 'drawn' };
  const locals = (words: Int32Array, at: number): Int32Array => words.subarray(at, at + PROCESSES);
  return {
    width: PROCESSES + 1,
    initial: (into) => {
      into.copy(new Int32Array(PROCESSES + 1), 0);
      into.keep(0);
    },
    expand: (words, at, into) => {
      for (let process = 0; process < PROCESSES; process++) {
        const shared = words[at + PROCESSES]!;
        for (const [code, [local, next]] of rules[words[at + process]! * GLOBAL + shared]!.entries()) {
          const to = into.copy(words, at);
          into.words[to + process] = local;
          into.words[to + PROCESSES] = next;
          into.keep(process * 2 + code);
        }
      }
    },
    canonicalise: (words, at) => {
      locals(words, at).sort();
    },
    properties: [
      {
        ...text,
        kind: 'always',
        name: 'one in 3',
        holds: (words, at) => locals(words, at).filter((local) => local === 3).length < 2,
      },
      {
        ...text,
        kind: 'always_step',
        name: 'no step from 2 to 0',
        holds: (words, at, action, next, nextAt) => {
          const process = action >> 1;
          return words[at + process] !== 2 || next[nextAt + process] !== 0;
        },
      },
      { ...text, kind: 'deadlock_free', name: 'goes on', mayEnd: (words, at) => words[at + PROCESSES] !== 1 },
      {
        ...text,
        kind: 'sometimes',
        name: 'all in 1',
        reached: (words, at) => locals(words, at).every((local) => local === 1),
      },
    ],
    describeState: (words, at) => ({ locals: [...locals(words, at)].join(), shared: words[at + PROCESSES] }),
    describeAction: (_words, _at, action) => ({ text: `process ${action >> 1}, rule ${action & 1}` }),
  };
}

describe('symmetry', () => {
  it('leaves verdicts and shortest lengths as they are, and the paths told are real', () => {
    let merged = 0;
    fc.assert(
      fc.property(drawnRules, (rules) => {
        const system = alikeProcesses(rules);
        const all = explored(system, { usesSymmetry: false });
        const orbits = explored(system, { usesSymmetry: true });
        expect(stepsOf(orbits)).toEqual(stepsOf(all));
        expect(orbits.reached).toEqual(all.reached);
        expect(stepsOf(explored(system, 'deepening'))).toEqual(stepsOf(all));
        merged += all.measures.unique - orbits.measures.unique;
        for (const { property, actions } of orbits.findings) {
          const path = pathOf(system, actions, true);
          for (const [at, { action, words }] of path.entries()) {
            const successors = successorsOf(system, path[at - 1]?.words);
            const index = successors.actions.subarray(0, successors.count).indexOf(action);
            expect([...successors.words.subarray(index * 4, (index + 1) * 4)]).toEqual([...words]);
          }
          expect([property, isBrokenBy(system, property, path)]).toEqual([property, true]);
        }
      }),
      { seed: 42, numRuns: 300 },
    );
    expect(merged).toBeGreaterThan(1000);
  });
});

function isBrokenBy(system: TransitionSystem, name: string, path: ReturnType<typeof pathOf>): boolean {
  const property = system.properties.find((each) => each.name === name)!;
  const { action, words } = path.at(-1)!;
  if (property.kind === 'always') return !property.holds(words, 0);
  if (property.kind === 'always_step') return !property.holds(path.at(-2)!.words, 0, action, words, 0);
  return property.kind === 'deadlock_free' && successorsOf(system, words).count === 0 && !property.mayEnd(words, 0);
}
