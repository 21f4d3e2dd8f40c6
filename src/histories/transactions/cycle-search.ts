/**
 * The shortest cycle of each class of Adya's within a strongly connected component: breadth-first from every edge that the class demands, back
 * to its source. Classes differ in the edges a cycle may have: ww alone (G0), ww and wr (G1c), one rw (G-single), rw that never
 * follow each other (G-nonadjacent: what snapshot isolation forbids), any (G2-item). Each is looked for in the dependencies alone,
 * then with the order of the processes, then with real time.
 *
 * Costs up to edges² within a component; when the budget of a class runs out, the shortest cycle so far is given.
 */
import { type Budget, shareOf, stepBudget } from '../../kernel/budget.ts';
import type { CycleAnomaly } from './anomaly.ts';
import { EdgeList, PROCESS, REALTIME, type Rows, RW, rowsOf, WR, WW } from './edge-list.ts';
import { type Components, strongComponents } from './strong-components.ts';

interface CycleShape {
  /** The edge that the search starts from. */
  readonly through: number;
  /** Kinds of the edges that lead back. */
  readonly back: number;
  readonly isNonadjacent: boolean;
}

interface CycleClass extends CycleShape {
  readonly name: 'G0' | 'G1c' | 'G-single-item' | 'G-nonadjacent-item' | 'G2-item';
  /** Classes that are worse; where one was found, this one tells nothing new. */
  readonly impliedBy: readonly string[];
}

const CLASSES: readonly CycleClass[] = [
  { name: 'G0', through: WW, back: WW, isNonadjacent: false, impliedBy: ['G0'] },
  { name: 'G1c', through: WR, back: WW | WR, isNonadjacent: false, impliedBy: ['G1c'] },
  { name: 'G-single-item', through: RW, back: WW | WR, isNonadjacent: false, impliedBy: ['G-single-item'] },
  {
    name: 'G-nonadjacent-item',
    through: RW,
    back: WW | WR | RW,
    isNonadjacent: true,
    impliedBy: ['G-single-item', 'G-nonadjacent-item'],
  },
  {
    name: 'G2-item',
    through: RW,
    back: WW | WR | RW,
    isNonadjacent: false,
    impliedBy: ['G-single-item', 'G-nonadjacent-item', 'G2-item'],
  },
];

const ORDERS = [
  { suffix: '', kinds: 0 },
  { suffix: '-process', kinds: PROCESS },
  { suffix: '-realtime', kinds: REALTIME },
] as const;

const MOST_STEPS_OF_A_CLASS = 5_000_000;

export interface FoundCycle {
  readonly type: CycleAnomaly;
  /** Numbers of edges in the list, in order. */
  readonly edges: readonly number[];
}

export interface CycleFindings {
  readonly cycles: readonly FoundCycle[];
  /** The budget ended a search that had found nothing. */
  readonly isIncomplete: boolean;
}

/** `nodes` is a component; `local` gives back room for their numbers and must hold -1 outside it. */
export function cyclesOf(
  list: EdgeList,
  rows: Rows,
  nodes: Int32Array,
  local: Int32Array,
  transactions: number,
  budget: Budget,
): CycleFindings {
  const part = partOf(list, rows, nodes, local);
  const cycles: FoundCycle[] = [];
  const found = new Set<string>();
  let isIncomplete = false;
  for (const order of ORDERS) {
    for (const kind of CLASSES) {
      if (kind.impliedBy.some((name) => found.has(name))) continue;
      const search = newSearch(part, nodes, transactions, kind, order.kinds, shareOf(budget, MOST_STEPS_OF_A_CLASS));
      const cycle = shortestCycle(search);
      if (cycle !== undefined) {
        found.add(kind.name);
        cycles.push({ type: `${kind.name}${order.suffix}`, edges: cycle.map((e) => part.origin[e] as number) });
      } else if (search.budget.exhausted !== undefined) {
        isIncomplete = true;
      }
    }
  }
  return { cycles, isIncomplete };
}

/** A shortest cycle of any edges, which must exist in the graph: the first component that has one is searched. */
export function shortestCycleIn(
  list: EdgeList,
  nodes: number,
  components: Components,
  budget: Budget,
): readonly number[] {
  const component = components.cyclic[0] ?? new Int32Array();
  const part = partOf(list, rowsOf(list, nodes, ~0), component, new Int32Array(nodes).fill(-1));
  const any: CycleShape = { through: ~0, back: ~0, isNonadjacent: false };
  // One cycle is owed even when there is no budget left: the first edge inside a component always leads back.
  const search = newSearch(part, component, nodes, any, 0, shareOf(budget, MOST_STEPS_OF_A_CLASS));
  const owed = { ...search, seenIn: search.seenIn.slice(), budget: stepBudget(2 * (list.count + nodes) + 2) };
  const cycle = shortestCycle(search) ?? shortestCycle(owed);
  return (cycle ?? []).map((e) => part.origin[e] as number);
}

/** The component as a graph of its own. */
interface Part {
  readonly edges: EdgeList;
  /** By edge of the part, its number in the whole. */
  readonly origin: readonly number[];
}

function partOf(list: EdgeList, rows: Rows, nodes: Int32Array, local: Int32Array): Part {
  nodes.forEach((node, index) => {
    local[node] = index;
  });
  const edges = new EdgeList();
  const origin: number[] = [];
  for (const node of nodes) {
    for (let at = rows.starts[node] as number; at < (rows.starts[node + 1] as number); at++) {
      const e = rows.edges[at] as number;
      const to = local[list.to[e] as number] as number;
      if (to < 0) continue;
      edges.add(local[node] as number, to, list.kind[e] as number, e);
      origin.push(e);
    }
  }
  for (const node of nodes) local[node] = -1;
  return { edges, origin };
}

interface Search {
  readonly part: Part;
  readonly kind: CycleShape;
  readonly rows: Rows;
  readonly components: Components;
  readonly budget: Budget;
  /** 1 for barriers of real time: they are passed at no cost. */
  readonly isBarrier: Uint8Array;
  /** A state is a node and whether it was entered by an rw edge, where that matters. */
  readonly seenIn: Int32Array;
  readonly enteredBy: Int32Array;
  readonly enteredFrom: Int32Array;
}

function newSearch(
  part: Part,
  nodes: Int32Array,
  transactions: number,
  kind: CycleShape,
  order: number,
  budget: Budget,
): Search {
  const rows = rowsOf(part.edges, nodes.length, kind.through | kind.back | order);
  return {
    part,
    kind,
    rows,
    components: strongComponents(part.edges, rows),
    budget,
    isBarrier: Uint8Array.from(nodes, (node) => (node >= transactions ? 1 : 0)),
    seenIn: new Int32Array(nodes.length * 2).fill(-1),
    enteredBy: new Int32Array(nodes.length * 2),
    enteredFrom: new Int32Array(nodes.length * 2),
  };
}

function shortestCycle(search: Search): readonly number[] | undefined {
  const { edges } = search.part;
  const { of } = search.components;
  let best: readonly number[] | undefined;
  let bestLength = Infinity;
  for (let e = 0; e < edges.count; e++) {
    if (!((edges.kind[e] as number) & search.kind.through)) continue;
    if (of[edges.from[e] as number] !== of[edges.to[e] as number]) continue;
    const back = wayBack(search, e, bestLength - 2);
    if (back !== undefined) {
      best = [e, ...back.edges];
      bestLength = back.length + 1;
    }
    if (bestLength <= 2 || search.budget.exhausted !== undefined) break;
  }
  return best;
}

/** Breadth-first from where the edge leads to where it comes from, in at most `limit` steps. */
function wayBack(search: Search, start: number, limit: number): { edges: number[]; length: number } | undefined {
  const { part, kind, seenIn } = search;
  const goal = (part.edges.from[start] as number) * 2;
  const origin = (part.edges.to[start] as number) * 2 + (kind.isNonadjacent ? 1 : 0);
  seenIn[origin] = start;
  let level = [origin];
  for (let length = 1; level.length > 0 && length <= limit; length++) {
    const next: number[] = [];
    // Grows while it is walked through: a barrier is passed within the level.
    for (let index = 0; index < level.length; index++) {
      if (leave(search, start, level[index] as number, level, next, goal))
        return { edges: trace(search, origin, goal), length };
    }
    if (search.budget.exhausted !== undefined) return undefined;
    level = next;
  }
  return undefined;
}

/** Follows the edges out of a state; true when the goal was reached. */
function leave(search: Search, start: number, state: number, level: number[], next: number[], goal: number): boolean {
  const { part, kind, rows, components, isBarrier, seenIn } = search;
  const node = state >> 1;
  const fromBarrier = isBarrier[node] === 1;
  const first = rows.starts[node] as number;
  const end = rows.starts[node + 1] as number;
  if (!search.budget.spend(end - first + 1)) return false;
  for (let at = first; at < end; at++) {
    const e = rows.edges[at] as number;
    const edgeKind = part.edges.kind[e] as number;
    const isRw = edgeKind === RW;
    if (isRw && (!(kind.back & RW) || (state & 1) === 1)) continue;
    const to = part.edges.to[e] as number;
    if (components.of[to] !== components.of[node]) continue;
    const after = to * 2 + (isRw && kind.isNonadjacent ? 1 : 0);
    if (seenIn[after] === start) continue;
    seenIn[after] = start;
    search.enteredBy[after] = e;
    search.enteredFrom[after] = state;
    if (after === goal) return true;
    (fromBarrier ? level : next).push(after);
  }
  return false;
}

function trace(search: Search, origin: number, goal: number): number[] {
  const edges: number[] = [];
  for (let state = goal; state !== origin; state = search.enteredFrom[state] as number) {
    edges.push(search.enteredBy[state] as number);
  }
  return edges.reverse();
}
