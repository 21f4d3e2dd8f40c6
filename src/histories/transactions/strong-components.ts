/**
 * Strongly connected components by Tarjan's algorithm (1972), without recursion: histories make chains of a million transactions.
 * Linear in nodes and edges. Components come in reverse topological order.
 */
import type { EdgeList, Rows } from './edge-list.ts';

export interface Components {
  /** Number of the component of each node; a higher number never comes after a lower one along an edge. */
  readonly of: Int32Array;
  readonly count: number;
  /** The components of two and more nodes, each as its nodes in ascending order. */
  readonly cyclic: readonly Int32Array[];
}

export function strongComponents(list: EdgeList, rows: Rows): Components {
  const { nodes, starts, edges } = rows;
  const of = new Int32Array(nodes).fill(-1);
  const low = new Int32Array(nodes);
  const index = new Int32Array(nodes);
  const cursor = new Int32Array(nodes);
  const path = new Int32Array(nodes);
  const open = new Int32Array(nodes);
  const cyclic: Int32Array[] = [];
  let count = 0;
  let time = 0;
  for (let root = 0; root < nodes; root++) {
    if (index[root] !== 0) continue;
    let depth = 0;
    let opened = 0;
    path[depth++] = root;
    while (depth > 0) {
      const v = path[depth - 1] as number;
      if (index[v] === 0) {
        index[v] = ++time;
        low[v] = time;
        cursor[v] = starts[v] as number;
        open[opened++] = v;
      }
      const end = starts[v + 1] as number;
      let descended = false;
      let at = cursor[v] as number;
      while (at < end) {
        const w = list.to[edges[at] as number] as number;
        if (index[w] === 0) {
          path[depth++] = w;
          descended = true;
          break;
        }
        if (of[w] === -1 && (low[w] as number) < (low[v] as number)) low[v] = low[w] as number;
        at++;
      }
      // The edge to the child stays next, so that on return its low point is taken over.
      cursor[v] = at;
      if (descended) continue;
      depth--;
      if (low[v] !== index[v]) continue;
      const bottom = close(open, opened, v, of, count++);
      if (opened - bottom > 1) cyclic.push(open.slice(bottom, opened).sort());
      opened = bottom;
    }
  }
  return { of, count, cyclic };
}

/** Gives the nodes above and with `v` their component; where they begin on the stack. */
function close(open: Int32Array, opened: number, v: number, of: Int32Array, component: number): number {
  let bottom = opened;
  do {
    bottom--;
    of[open[bottom] as number] = component;
  } while (open[bottom] !== v);
  return bottom;
}
