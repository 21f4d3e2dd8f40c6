/** A topological order that takes, of what is ready, what has the least priority first (Kahn 1962, with a heap). */
import { type EdgeList, rowsOf } from './edge-list.ts';

/** By node its place. The graph must be acyclic. */
export function topologicalOrder(list: EdgeList, nodes: number, priority: Float64Array): Int32Array {
  const rows = rowsOf(list, nodes, ~0);
  const waits = new Int32Array(nodes);
  for (let e = 0; e < list.count; e++) {
    const to = list.to[e] as number;
    waits[to] = (waits[to] as number) + 1;
  }
  const place = new Int32Array(nodes);
  const heap: number[] = [];
  for (let v = 0; v < nodes; v++) if (waits[v] === 0) push(heap, priority, v);
  for (let next = 0; heap.length > 0; next++) {
    const v = pop(heap, priority);
    place[v] = next;
    for (let at = rows.starts[v] as number; at < (rows.starts[v + 1] as number); at++) {
      const to = list.to[rows.edges[at] as number] as number;
      waits[to] = (waits[to] as number) - 1;
      if (waits[to] === 0) push(heap, priority, to);
    }
  }
  return place;
}

function isBefore(priority: Float64Array, a: number, b: number): boolean {
  const difference = (priority[a] as number) - (priority[b] as number);
  // Infinity minus itself is no number: open transactions stay in their own order.
  return difference < 0 || (!(difference > 0) && a < b);
}

function push(heap: number[], priority: Float64Array, v: number): void {
  let at = heap.length;
  heap.push(v);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(priority, v, heap[parent] as number)) break;
    heap[at] = heap[parent] as number;
    at = parent;
  }
  heap[at] = v;
}

function pop(heap: number[], priority: Float64Array): number {
  const top = heap[0] as number;
  const last = heap.pop() as number;
  const size = heap.length;
  if (size === 0) return top;
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= size) break;
    if (child + 1 < size && isBefore(priority, heap[child + 1] as number, heap[child] as number)) child++;
    if (!isBefore(priority, heap[child] as number, last)) break;
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = last;
  return top;
}
