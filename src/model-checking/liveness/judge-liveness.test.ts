import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import type { Fairness } from '../check-request.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { judgeLiveness, type LivenessProperty, type LivenessResult } from './judge-liveness.ts';

interface Edge {
  readonly from: number;
  readonly to: number;
  /** Class for fairness; -1 owes nothing. */
  readonly by: number;
}

/** A graph as a transition system: state 0 is the initial one, the code of an action is its place among the edges. */
function graphSystem(edges: readonly Edge[]): TransitionSystem {
  return {
    width: 1,
    properties: [],
    initial: (into) => {
      into.copy(new Int32Array([0]), 0);
      into.keep(0);
    },
    expand: (words, at, into) => {
      for (const [index, { from, to }] of edges.entries()) {
        if (from !== words[at]) continue;
        into.words[into.copy(words, at)] = to;
        into.keep(index);
      }
    },
    fairnessClass: (_words, _at, action) => edges[action]?.by ?? -1,
    describeState: (words, at) => ({ state: words[at] }),
    describeAction: (_words, _at, action) => ({ text: `edge ${action}` }),
  };
}

const LIMITS = { statesMax: 1000, bytesMax: 1e9 };
const isIn =
  (...states: number[]) =>
  (words: Int32Array, at: number): boolean =>
    states.includes(words[at] as number);

function eventually(...states: number[]): LivenessProperty {
  return { kind: 'eventually', name: 'p', statement: 'p', holds: isIn(...states) };
}

function judge(edges: readonly Edge[], property: LivenessProperty, fairness: Fairness): LivenessResult {
  return judgeLiveness(graphSystem(edges), [property], fairness, LIMITS, stepBudget(1e6))[0] as LivenessResult;
}

const edge = (from: number, to: number, by = 0): Edge => ({ from, to, by });

describe('eventually', () => {
  test('a state in which nothing can happen is a breach', () => {
    const result = judge([edge(0, 1), edge(0, 2)], eventually(2), 'strong');
    expect(result).toMatchObject({ status: 'violated', lasso: { stem: [0, 0], loop: [] } });
  });

  test('a loop is a breach without fairness, and none under weak fairness where the way out stays open', () => {
    const edges = [edge(0, 0, 0), edge(0, 1, 1)];
    expect(judge(edges, eventually(1), 'none')).toMatchObject({ status: 'violated', lasso: { stem: [0], loop: [0] } });
    expect(judge(edges, eventually(1), 'weak').status).toBe('holds');
  });

  test('weak fairness does not take a way out that opens and closes, strong fairness does', () => {
    const edges = [edge(0, 1, 0), edge(1, 0, 0), edge(1, 2, 1)];
    expect(judge(edges, eventually(2), 'weak')).toMatchObject({ status: 'violated', lasso: { loop: [0, 1] } });
    expect(judge(edges, eventually(2), 'strong').status).toBe('holds');
  });

  test('what fairness does not speak of need not happen', () => {
    expect(judge([edge(0, 0, 0), edge(0, 1, -1)], eventually(1), 'strong').status).toBe('violated');
  });

  test('what was true at the beginning has come true', () => {
    expect(judge([edge(0, 1), edge(1, 1)], eventually(0), 'none').status).toBe('holds');
  });
});

describe('bounds', () => {
  const within = (edges: readonly Edge[], limit: number): TransitionSystem => ({
    ...graphSystem(edges),
    isWithinBoundary: (words, at) => (words[at] as number) <= limit,
  });
  const judgeWithin = (edges: readonly Edge[], limit: number, fairness: Fairness): LivenessResult =>
    judgeLiveness(within(edges, limit), [eventually(9)], fairness, LIMITS, stepBudget(1e6))[0] as LivenessResult;

  test('what may come true beyond them is unknown, not true', () => {
    expect(judgeWithin([edge(0, 1), edge(1, 9)], 1, 'weak')).toMatchObject({
      status: 'unknown',
      because: 'leaves_bounds',
    });
    expect(judgeWithin([edge(0, 1), edge(1, 9)], 9, 'weak').status).toBe('holds');
  });

  test('a loop is no fair one where fairness would have left it by a way out of the bounds', () => {
    const edges = [edge(0, 0, 0), edge(0, 5, 1)];
    expect(judgeWithin(edges, 1, 'weak')).toMatchObject({ status: 'unknown', because: 'leaves_bounds' });
    expect(judgeWithin(edges, 1, 'none').status).toBe('violated');
  });
});

describe('leads to', () => {
  const leadsTo = (from: number, to: number): LivenessProperty => ({
    kind: 'leads_to',
    name: 'p',
    statement: 'p',
    from: isIn(from),
    to: isIn(to),
  });

  test('it is awaited only after its cause', () => {
    const edges = [edge(0, 0), edge(0, 1, 1), edge(1, 2, 1), edge(2, 2, 1)];
    expect(judge(edges, leadsTo(1, 2), 'weak').status).toBe('holds');
    expect(judge([...edges, edge(1, 1, -1)], leadsTo(1, 2), 'none')).toMatchObject({
      status: 'violated',
      lasso: { stem: [0, 1], loop: [4] },
    });
  });
});

/** A lasso is one: its stem leads from state 0, its loop back to where it began, and all of it but the stem of a `leads to` awaits. */
function walkAlong(edges: readonly Edge[], actions: readonly number[], from: number): readonly number[] {
  const states = [from];
  for (const action of actions) {
    const taken = edges[action] as Edge;
    expect(taken.from).toBe(states.at(-1));
    states.push(taken.to);
  }
  return states;
}

/** By definition: some set of states outside the goal, strongly connected by paths, from 0 on without the goal, is fair. Tries all sets. */
function breaksByDefinition(edges: readonly Edge[], goal: number, fairness: Fairness, count: number): boolean {
  const open = Array.from({ length: count }, (_, state) => state).filter((state) => state !== goal);
  const inside = edges.filter(({ from, to }) => from !== goal && to !== goal);
  const reached = reach(inside, 0);
  if (goal === 0) return false;
  const isEnd = (state: number): boolean => !edges.some(({ from }) => from === state);
  if (open.some((state) => reached.has(state) && isEnd(state))) return true;
  for (let bits = 1; bits < 2 ** count; bits++) {
    const set = open.filter((state) => (bits >> state) % 2 === 1);
    if (set.length === 0 || !set.every((state) => reached.has(state))) continue;
    const within = inside.filter(({ from, to }) => set.includes(from) && set.includes(to));
    const isConnected = set.every((state) => {
      const further = new Set(within.filter(({ from }) => from === state).flatMap(({ to }) => [...reach(within, to)]));
      return set.every((other) => further.has(other));
    });
    if (isConnected && isFair(edges, within, set, fairness)) return true;
  }
  return false;
}

function isFair(edges: readonly Edge[], within: readonly Edge[], set: readonly number[], fairness: Fairness): boolean {
  if (fairness === 'none') return true;
  const classes = new Set(edges.map(({ by }) => by).filter((by) => by >= 0));
  return [...classes].every((by) => {
    const enabled = set.filter((state) => edges.some((each) => each.from === state && each.by === by));
    const owes = fairness === 'weak' ? enabled.length === set.length : enabled.length > 0;
    return !owes || within.some((each) => each.by === by);
  });
}

function reach(edges: readonly Edge[], start: number): Set<number> {
  const found = new Set([start]);
  for (const state of found) for (const { from, to } of edges) if (from === state) found.add(to);
  return found;
}

test('agrees with the definition on small graphs, and every lasso is one', () => {
  const count = 5;
  const state = fc.integer({ min: 0, max: count - 1 });
  const edges = fc.array(fc.record({ from: state, to: state, by: fc.integer({ min: -1, max: 2 }) }), { maxLength: 9 });
  const fairness = fc.constantFrom<Fairness>('none', 'weak', 'strong');
  fc.assert(
    fc.property(edges, state, fairness, (graph, goal, fair) => {
      const result = judge(graph, eventually(goal), fair);
      expect(result.status).toBe(breaksByDefinition(graph, goal, fair, count) ? 'violated' : 'holds');
      if (result.status !== 'violated') return;
      const stem = walkAlong(graph, result.lasso.stem.slice(1), 0);
      const loop = walkAlong(graph, result.lasso.loop, stem.at(-1) as number);
      expect(loop.at(-1)).toBe(stem.at(-1));
      expect([...stem, ...loop]).not.toContain(goal);
    }),
    { seed: 42, numRuns: 400 },
  );
});
