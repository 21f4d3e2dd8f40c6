/**
 * A binary heap: the smallest entry by `compare` comes out first.
 */
export interface PriorityQueue<T> {
  readonly push: (entry: T) => void;
  readonly pop: () => T | undefined;
}

export function createPriorityQueue<T>(compare: (left: T, right: T) => number): PriorityQueue<T> {
  const heap: T[] = [];
  const isBefore = (a: T | undefined, b: T | undefined): boolean =>
    a !== undefined && (b === undefined || compare(a, b) < 0);

  const push = (entry: T): void => {
    let hole = heap.push(entry) - 1;
    for (;;) {
      const parent = (hole - 1) >> 1;
      const above = hole === 0 ? undefined : heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = entry;
  };

  const pop = (): T | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let hole = 0;
    for (;;) {
      const left = 2 * hole + 1;
      const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      const below = heap[child];
      if (below === undefined || !isBefore(below, last)) break;
      heap[hole] = below;
      hole = child;
    }
    heap[hole] = last;
    return first;
  };

  return { push, pop };
}
