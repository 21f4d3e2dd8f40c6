/**
 * Reachability in a growing acyclic graph, as a square of bits: asked in one look, kept up under new edges in n²/32 words at worst.
 */
import { type EdgeList, type Rows, rowsOf } from './edge-list.ts';
import { strongComponents } from './strong-components.ts';

export interface Closure {
  readonly nodes: number;
  readonly words: number;
  /** Row by row: what a node reaches. A node does not reach itself. */
  readonly bits: Uint32Array;
}

/** Undefined where the graph has a cycle. */
export function closureOf(list: EdgeList, nodes: number): Closure | undefined {
  const rows = rowsOf(list, nodes, ~0);
  const components = strongComponents(list, rows);
  if (components.cyclic.length > 0) return undefined;
  const words = (nodes + 31) >>> 5;
  const closure = { nodes, words, bits: new Uint32Array(nodes * words) };
  // Components are numbered against the edges, so what a node reaches is complete before the node is.
  const order = new Int32Array(nodes);
  for (let v = 0; v < nodes; v++) order[components.of[v] as number] = v;
  for (const v of order) takeOver(closure, list, rows, v);
  return closure;
}

function takeOver(closure: Closure, list: EdgeList, rows: Rows, v: number): void {
  for (let at = rows.starts[v] as number; at < (rows.starts[v + 1] as number); at++) {
    join(closure, v, list.to[rows.edges[at] as number] as number);
  }
}

/** `v` reaches `to` and all that it reaches. */
function join({ words, bits }: Closure, v: number, to: number): void {
  const own = v * words;
  const other = to * words;
  for (let w = 0; w < words; w++) bits[own + w] = (bits[own + w] as number) | (bits[other + w] as number);
  const word = own + (to >>> 5);
  bits[word] = (bits[word] as number) | (1 << (to & 31));
}

export function reaches({ words, bits }: Closure, from: number, to: number): boolean {
  return (((bits[from * words + (to >>> 5)] as number) >>> (to & 31)) & 1) === 1;
}

/** The edge must not close a cycle. */
export function extend(closure: Closure, from: number, to: number): void {
  if (reaches(closure, from, to)) return;
  for (let v = 0; v < closure.nodes; v++) {
    if ((v === from || reaches(closure, v, from)) && !reaches(closure, v, to)) join(closure, v, to);
  }
}

export function copyOf(closure: Closure): Closure {
  return { ...closure, bits: closure.bits.slice() };
}
