/**
 * Stems and loops: the shortest way to where a run is trapped, and a loop in which a fair run can stay.
 */
import { invariant } from '../../kernel/invariant.ts';
import type { Fairness } from '../check-request.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { OUTSIDE, type StateGraph } from './state-graph.ts';

export interface Stem {
  readonly state: number;
  /** The first is the number of the initial state. */
  readonly actions: readonly number[];
}

/**
 * A shortest path from an initial state that passes a start and stays inside from there on until `isGoal`. A pair of a state and whether a start was
 * passed is searched at most once.
 */
export function shortestStem(
  graph: StateGraph,
  isStart: (state: number) => boolean,
  isInside: (state: number) => boolean,
  isGoal: (state: number) => boolean,
): Stem {
  const { count } = graph.states;
  // Places 0 to count - 1: no start was passed yet; count to 2 count - 1: one was.
  const parents = new Int32Array(2 * count).fill(-2);
  const actions = new Int32Array(2 * count);
  const queue: number[] = [];
  const visit = (state: number, isStarted: boolean, parent: number, action: number): void => {
    // Once started, a path that leaves the inside has got what it awaited; it may start anew.
    const started = (isStarted || isStart(state)) && isInside(state);
    const place = started ? count + state : state;
    if (parents[place] !== -2) return;
    parents[place] = parent;
    actions[place] = action;
    queue.push(place);
  };
  for (let state = 0; state < graph.initialStates; state++) visit(state, false, -1, state);
  for (let head = 0; head < queue.length; head++) {
    const place = queue[head] as number;
    const [state, isStarted] = [place % count, place >= count];
    if (isStarted && isGoal(state)) return { state, actions: actionsTo(place, parents, actions) };
    for (let edge = graph.firstEdge(state); edge < graph.firstEdge(state + 1); edge++)
      if (graph.target(edge) !== OUTSIDE) visit(graph.target(edge), isStarted, place, graph.action(edge));
  }
  invariant(false, 'a trap is reached from a start');
}

function actionsTo(place: number, parents: Int32Array, actions: Int32Array): readonly number[] {
  const path: number[] = [];
  for (let each = place; each !== -1; each = parents[each] as number) path.push(actions[each] as number);
  return path.reverse();
}

/**
 * A loop from `start` back to it inside the trap, in which every class of actions that fairness speaks of is taken or, for weak fairness, is
 * disabled somewhere.
 */
export function loopThrough(
  system: TransitionSystem,
  graph: StateGraph,
  trap: readonly number[],
  start: number,
  fairness: Fairness,
): readonly number[] {
  const members = new Set(trap);
  const debts = fairness === 'none' ? [] : debtsOf(system, graph, trap, members, fairness);
  const loop: Taken[] = [];
  let at = start;
  for (const { isPaidBy } of debts) {
    if (loop.some(({ state, edge }) => isPaidBy(state, edge))) continue;
    loop.push(...walk(graph, members, at, isPaidBy));
    at = graph.target((loop.at(-1) as Taken).edge);
  }
  // At least one step, even where the loop is that one step.
  if (at !== start || loop.length === 0)
    loop.push(...walk(graph, members, at, (_, edge) => graph.target(edge) === start));
  return loop.map(({ edge }) => graph.action(edge));
}

/** An edge and the state that it leaves. */
interface Taken {
  readonly state: number;
  readonly edge: number;
}

interface Debt {
  /** Whether going along this edge from this state pays: by the action, or because the class is disabled here. */
  readonly isPaidBy: (state: number, edge: number) => boolean;
}

function debtsOf(
  system: TransitionSystem,
  graph: StateGraph,
  trap: readonly number[],
  members: ReadonlySet<number>,
  fairness: Fairness,
): readonly Debt[] {
  const classOf = (state: number, edge: number): number =>
    system.fairnessClass?.(graph.states.chunkOf(state), graph.states.offsetOf(state), graph.action(edge)) ?? -1;
  const edgesOf = (state: number): number[] => {
    const first = graph.firstEdge(state);
    return Array.from({ length: graph.firstEdge(state + 1) - first }, (_, index) => first + index);
  };
  const classes = new Set(trap.flatMap((state) => edgesOf(state).map((edge) => classOf(state, edge))));
  classes.delete(-1);
  const isEnabled = (state: number, number: number): boolean =>
    edgesOf(state).some((edge) => classOf(state, edge) === number);
  return [...classes].map((number) => ({
    isPaidBy: (state, edge) =>
      (classOf(state, edge) === number && members.has(graph.target(edge))) ||
      (fairness === 'weak' && !isEnabled(state, number)),
  }));
}

/** The shortest walk inside the trap whose last edge is a goal. */
function walk(
  graph: StateGraph,
  members: ReadonlySet<number>,
  from: number,
  isGoal: (state: number, edge: number) => boolean,
): readonly Taken[] {
  const cameBy = new Map<number, Taken | undefined>([[from, undefined]]);
  const queue = [from];
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] as number;
    for (let edge = graph.firstEdge(state); edge < graph.firstEdge(state + 1); edge++) {
      const target = graph.target(edge);
      if (!members.has(target)) continue;
      if (isGoal(state, edge)) return [...wayTo(cameBy, state), { state, edge }];
      if (cameBy.has(target)) continue;
      cameBy.set(target, { state, edge });
      queue.push(target);
    }
  }
  invariant(false, 'the states of a trap reach each other');
}

function wayTo(cameBy: ReadonlyMap<number, Taken | undefined>, state: number): readonly Taken[] {
  const way: Taken[] = [];
  for (let each = cameBy.get(state); each !== undefined; each = cameBy.get(each.state)) way.push(each);
  return way.reverse();
}
