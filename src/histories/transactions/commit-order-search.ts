/**
 * Decides a commit-order problem. First a guess: write orders taken from a topological order that prefers early completions; if the graph
 * that follows is acyclic, it is a witness, in linear time. Otherwise the closure of what is known decides pairs of writers by
 * contradiction (one order would close a cycle, so the other holds), to a fixed point; then a new guess; then it branches on a pair that
 * the guess got wrong. Exact; NP-complete in general (Papadimitriou 1979), so large or hard rests end in `unknown`, with the reason.
 */
import type { Budget } from '../../kernel/budget.ts';
import { type Closure, closureOf, copyOf, extend, reaches } from './closure.ts';
import { type CommitProblem, someEdgeOfOrder } from './commit-order-problem.ts';
import { shortestCycleIn } from './cycle-search.ts';
import { EdgeList, INFERRED, RW, rowsOf, WW } from './edge-list.ts';
import { strongComponents } from './strong-components.ts';
import { topologicalOrder } from './topological-order.ts';

export type CommitOutcome =
  | { readonly verdict: 'holds' }
  /** The graph of what is known is cyclic, after so many pairs of writers were ordered by contradiction. */
  | {
      readonly verdict: 'violated';
      readonly edges: EdgeList;
      readonly cycle: readonly number[];
      readonly inferences: readonly WritePair[];
    }
  /** Every way to order the writes was refuted. */
  | { readonly verdict: 'violated'; readonly refuted: number; readonly pair: WritePair }
  | { readonly verdict: 'unknown'; readonly reason: string };

/** Two transactions that write a key, in this order. */
export interface WritePair {
  readonly key: number;
  readonly before: number;
  readonly after: number;
}

interface State {
  readonly closure: Closure;
  readonly edges: EdgeList;
  readonly open: readonly WritePair[];
  readonly inferences: WritePair[];
}

const MOST_NODES = 16_384;
const MOST_PAIRS = 2_000_000;
const MOST_DEPTH = 48;
/** Each assumption holds a closure of its own. */
const MOST_CLOSURE_BYTES = 256 * 1024 * 1024;
/** Words of a closure that are joined for about the price of one step. */
const WORDS_A_STEP = 1024;

export function searchCommitOrder(problem: CommitProblem, budget: Budget): CommitOutcome {
  const { nodes, known } = problem;
  const components = strongComponents(known, rowsOf(known, nodes, ~0));
  if (components.cyclic.length > 0) {
    return {
      verdict: 'violated',
      edges: known,
      cycle: shortestCycleIn(known, nodes, components, budget),
      inferences: [],
    };
  }
  if (!budget.spend(nodes + known.count)) return { verdict: 'unknown', reason: budget.exhausted ?? '' };
  if (guess(problem, known) === undefined) return { verdict: 'holds' };
  if (nodes > MOST_NODES)
    return { verdict: 'unknown', reason: `${nodes} nodes are too many for an exact search (at most ${MOST_NODES})` };
  const open = openPairs(problem);
  if (open === undefined)
    return { verdict: 'unknown', reason: `more than ${MOST_PAIRS} pairs of writes have no known order` };
  const closure = closureOf(known, nodes);
  if (closure === undefined) return { verdict: 'unknown', reason: 'the graph changed under the search' };
  const counter = { refuted: 0 };
  return solve(problem, { closure, edges: known, open, inferences: [] }, budget, counter, 0);
}

function openPairs({ writers }: CommitProblem): WritePair[] | undefined {
  const pairs: WritePair[] = [];
  for (let key = 0; key < writers.length; key++) {
    const list = writers[key] ?? [];
    if (pairs.length + (list.length * (list.length - 1)) / 2 > MOST_PAIRS) return undefined;
    for (let i = 0; i < list.length; i++) {
      for (let j = i + 1; j < list.length; j++)
        pairs.push({ key, before: list[i] as number, after: list[j] as number });
    }
  }
  return pairs;
}

function solve(
  problem: CommitProblem,
  start: State,
  budget: Budget,
  counter: { refuted: number },
  depth: number,
): CommitOutcome {
  const settled = propagate(problem, start, budget);
  if ('verdict' in settled) return settled;
  const wrong = guess(problem, settled.edges);
  if (wrong === undefined) return { verdict: 'holds' };
  if (depth === MOST_DEPTH || (depth + 2) * start.closure.bits.byteLength > MOST_CLOSURE_BYTES)
    return {
      verdict: 'unknown',
      reason: `${settled.open.length} pairs of writes stay undecided after ${depth} assumptions`,
    };
  const pair = pairToBranchOn(settled.open, wrong);
  if (pair === undefined) return { verdict: 'unknown', reason: 'the guess went wrong where nothing is left to decide' };
  for (const choice of [{ ...pair, before: pair.after, after: pair.before }, pair]) {
    const assumed = assume(problem, settled, choice);
    const outcome = assumed === undefined ? undefined : solve(problem, assumed, budget, counter, depth + 1);
    if (outcome !== undefined && outcome.verdict !== 'violated') return outcome;
    counter.refuted++;
  }
  return { verdict: 'violated', refuted: counter.refuted, pair };
}

function assume(
  problem: CommitProblem,
  { closure, edges, open, inferences }: State,
  choice: WritePair,
): State | undefined {
  const state = {
    closure: copyOf(closure),
    edges: copyEdges(edges),
    open: open.filter((pair) => !isSamePair(pair, choice)),
    inferences: [...inferences],
  };
  return place(problem, state, choice) ? state : undefined;
}

function isSamePair(one: WritePair, other: WritePair): boolean {
  const same = one.before === other.before && one.after === other.after;
  return one.key === other.key && (same || (one.before === other.after && one.after === other.before));
}

/** Orders pairs by contradiction until nothing changes. */
function propagate(problem: CommitProblem, start: State, budget: Budget): State | CommitOutcome {
  let state: State = { ...start, edges: copyEdges(start.edges), inferences: [...start.inferences] };
  const joinCost = Math.ceil(state.closure.bits.length / WORDS_A_STEP);
  for (;;) {
    const open: WritePair[] = [];
    for (const pair of state.open) {
      if (!budget.spend()) return { verdict: 'unknown', reason: budget.exhausted ?? '' };
      const reverse = { key: pair.key, before: pair.after, after: pair.before };
      const forward = isPossible(problem, state.closure, pair);
      const backward = isPossible(problem, state.closure, reverse);
      const isForced = forward !== backward;
      if (isForced && !budget.spend(joinCost)) return { verdict: 'unknown', reason: budget.exhausted ?? '' };
      if (forward && backward) open.push(pair);
      else if (!forward && !backward) return contradiction(problem, state, pair, budget);
      else if (!place(problem, state, forward ? pair : reverse))
        return cyclic(problem, state.edges, state.inferences, budget);
    }
    if (open.length === state.open.length) return state;
    state = { ...state, open };
  }
}

function isPossible(problem: CommitProblem, closure: Closure, { key, before, after }: WritePair): boolean {
  return !someEdgeOfOrder(problem, key, before, after, (from, to) => from === to || reaches(closure, to, from));
}

/** Adds what follows from the order of a pair; false when that closes a cycle, which the last edge then does. */
function place(problem: CommitProblem, state: State, pair: WritePair): boolean {
  const { key, before, after } = pair;
  const label = state.inferences.length;
  state.inferences.push(pair);
  return !someEdgeOfOrder(problem, key, before, after, (from, to, kind) => {
    // Edges that do not change what is reachable are kept too: they make for short cycles.
    state.edges.add(from, to, kind | INFERRED, label);
    if (reaches(state.closure, to, from)) return true;
    extend(state.closure, from, to);
    return false;
  });
}

/** Neither order is possible: the cycle that one of them closes is shown. */
function contradiction(problem: CommitProblem, state: State, pair: WritePair, budget: Budget): CommitOutcome {
  place(problem, state, pair);
  return cyclic(problem, state.edges, state.inferences, budget);
}

function cyclic(
  problem: CommitProblem,
  edges: EdgeList,
  inferences: readonly WritePair[],
  budget: Budget,
): CommitOutcome {
  const components = strongComponents(edges, rowsOf(edges, problem.nodes, ~0));
  return { verdict: 'violated', edges, cycle: shortestCycleIn(edges, problem.nodes, components, budget), inferences };
}

/** Orders all writes as a topological order has them; undefined when nothing speaks against it, else the guessed pairs on a cycle. */
function guess(problem: CommitProblem, known: EdgeList): WritePair[] | undefined {
  const { nodes, writers, readers, writeNode, transactionOf, observations } = problem;
  const { operations } = observations.table.history;
  const priority = Float64Array.from(transactionOf, (t) => (t < 0 ? -1 : (operations[t]?.completed ?? Infinity)));
  const place = topologicalOrder(known, nodes, priority);
  const edges = copyEdges(known);
  const pairs: WritePair[] = [];
  const target = problem.axiom === 'prefix' ? writeNode : problem.readNode;
  for (let key = 0; key < writers.length; key++) {
    const order = [...(writers[key] ?? [])].sort((a, b) => placeOf(place, writeNode, a) - placeOf(place, writeNode, b));
    for (let index = 0; index + 1 < order.length; index++) {
      const before = order[index] as number;
      const after = order[index + 1] as number;
      const label = pairs.length;
      pairs.push({ key, before, after });
      edges.add(writeNode[before] as number, target[after] as number, WW | INFERRED, label);
      for (const reader of readers[key]?.get(before) ?? []) {
        if (reader !== after)
          edges.add(problem.readNode[reader] as number, writeNode[after] as number, RW | INFERRED, label);
        // A reader that overwrites at once is bound to what comes after it through its own write.
      }
    }
  }
  return guessedOnCycle(edges, nodes, known.count, pairs);
}

function guessedOnCycle(
  edges: EdgeList,
  nodes: number,
  knownCount: number,
  pairs: readonly WritePair[],
): WritePair[] | undefined {
  const components = strongComponents(edges, rowsOf(edges, nodes, ~0));
  if (components.cyclic.length === 0) return undefined;
  const onCycle = new Set<WritePair>();
  for (let e = knownCount; e < edges.count; e++) {
    if (components.of[edges.from[e] as number] !== components.of[edges.to[e] as number]) continue;
    const pair = pairs[edges.label[e] as number];
    if (pair !== undefined) onCycle.add(pair);
  }
  return [...onCycle];
}

function placeOf(place: Int32Array, writeNode: Int32Array, t: number): number {
  return place[writeNode[t] as number] as number;
}

/** Neighbours in the guessed order may be decided already; then any open pair of the same key will do. */
function pairToBranchOn(open: readonly WritePair[], wrong: readonly WritePair[]): WritePair | undefined {
  const first = wrong.find((pair) => open.some((other) => isSamePair(pair, other)));
  if (first !== undefined) return first;
  const keys = new Set(wrong.map(({ key }) => key));
  return open.find(({ key }) => keys.has(key)) ?? open[0];
}

function copyEdges(list: EdgeList): EdgeList {
  const copy = new EdgeList();
  copy.count = list.count;
  copy.from = list.from.slice();
  copy.to = list.to.slice();
  copy.kind = list.kind.slice();
  copy.label = list.label.slice();
  return copy;
}
