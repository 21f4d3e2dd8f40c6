/**
 * Edges between transactions, as they are inferred: grown in typed arrays, frozen into compressed rows (CSR) for the searches.
 */

/** Kinds of edges, as bits, so that a set of kinds is a number. */
export const WW = 1;
export const WR = 2;
export const RW = 4;
export const PROCESS = 8;
export const REALTIME = 16;
/** Follows from an axiom of the model, not from what was observed of these two. */
export const INFERRED = 32;

export const NO_LABEL = -1;

/** Hot and mutable on purpose: a million transactions bring several million edges. */
export class EdgeList {
  count = 0;
  from = new Int32Array(1024);
  to = new Int32Array(1024);
  kind = new Uint8Array(1024);
  /** The version that explains the edge: the one read (wr) or the later one (ww, rw). */
  label = new Int32Array(1024);

  add(from: number, to: number, kind: number, label: number): void {
    if (this.count === this.from.length) this.grow();
    this.from[this.count] = from;
    this.to[this.count] = to;
    this.kind[this.count] = kind;
    this.label[this.count] = label;
    this.count++;
  }

  private grow(): void {
    const length = this.from.length * 2;
    this.from = widened(this.from, new Int32Array(length));
    this.to = widened(this.to, new Int32Array(length));
    this.kind = widened(this.kind, new Uint8Array(length));
    this.label = widened(this.label, new Int32Array(length));
  }
}

function widened<T extends Int32Array | Uint8Array>(old: T, wide: T): T {
  wide.set(old);
  return wide;
}

/** The edges out of node v lie from `starts[v]` up to `starts[v + 1]` in `edges`, which holds numbers of edges. */
export interface Rows {
  readonly nodes: number;
  readonly starts: Int32Array;
  readonly edges: Int32Array;
}

export function rowsOf(list: EdgeList, nodes: number, kinds: number): Rows {
  const starts = new Int32Array(nodes + 1);
  for (let e = 0; e < list.count; e++) {
    if ((list.kind[e] as number) & kinds) increment(starts, (list.from[e] as number) + 1);
  }
  for (let v = 0; v < nodes; v++) starts[v + 1] = (starts[v + 1] as number) + (starts[v] as number);
  const next = starts.slice(0, nodes);
  const edges = new Int32Array(starts[nodes] as number);
  for (let e = 0; e < list.count; e++) {
    if (!((list.kind[e] as number) & kinds)) continue;
    const from = list.from[e] as number;
    edges[next[from] as number] = e;
    increment(next, from);
  }
  return { nodes, starts, edges };
}

function increment(counts: Int32Array, at: number): void {
  counts[at] = (counts[at] as number) + 1;
}
