/**
 * Strongly connected components of a part of the graph (R. Tarjan, SIAM Journal on Computing 1(2), 1972), without recursion: linear in
 * states and edges.
 */
import { OUTSIDE, type StateGraph } from './state-graph.ts';

/** Components of the states for which `isInside`, each as a list of states; those from which most can be reached come last. */
export function componentsOf(
  graph: StateGraph,
  roots: readonly number[],
  isInside: (state: number) => boolean,
): readonly (readonly number[])[] {
  const search = new Search(graph, isInside);
  for (const root of roots) if (isInside(root)) search.from(root);
  return search.components;
}

class Search {
  readonly components: number[][] = [];
  private readonly graph: StateGraph;
  private readonly isInside: (state: number) => boolean;
  /** By state: order of discovery plus one, the least order reachable, whether it waits for its component. */
  private readonly orders: Int32Array;
  private readonly lows: Int32Array;
  private readonly isWaiting: Uint8Array;
  private readonly waiting: number[] = [];
  /** The path of the search: states, and of each the next edge. */
  private readonly path: number[] = [];
  private readonly edges: number[] = [];
  private found = 0;

  constructor(graph: StateGraph, isInside: (state: number) => boolean) {
    this.graph = graph;
    this.isInside = isInside;
    this.orders = new Int32Array(graph.states.count);
    this.lows = new Int32Array(graph.states.count);
    this.isWaiting = new Uint8Array(graph.states.count);
  }

  from(root: number): void {
    if (this.orders[root] !== 0) return;
    this.enter(root);
    while (this.path.length > 0) this.advance();
  }

  private enter(state: number): void {
    this.found += 1;
    this.orders[state] = this.found;
    this.lows[state] = this.found;
    this.isWaiting[state] = 1;
    this.waiting.push(state);
    this.path.push(state);
    this.edges.push(this.graph.firstEdge(state));
  }

  private advance(): void {
    const { graph, path, edges, orders, lows } = this;
    const state = path[path.length - 1] as number;
    const edge = edges[edges.length - 1] as number;
    if (edge === graph.firstEdge(state + 1)) {
      this.leave(state);
      return;
    }
    edges[edges.length - 1] = edge + 1;
    const target = graph.target(edge);
    if (target === OUTSIDE || !this.isInside(target)) return;
    if (orders[target] === 0) this.enter(target);
    else if (this.isWaiting[target] === 1) lows[state] = Math.min(lows[state] as number, orders[target] as number);
  }

  private leave(state: number): void {
    const { path, edges, orders, lows } = this;
    path.pop();
    edges.pop();
    const parent = path.at(-1);
    if (parent !== undefined) lows[parent] = Math.min(lows[parent] as number, lows[state] as number);
    if (lows[state] !== orders[state]) return;
    const component: number[] = [];
    let member: number;
    do {
      member = this.waiting.pop() as number;
      this.isWaiting[member] = 0;
      component.push(member);
    } while (member !== state);
    this.components.push(component);
  }
}
