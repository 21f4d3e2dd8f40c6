/**
 * Zones of P. Gibbons, E. Korach, "Testing Shared Memories", SIAM J. Comput. 26(4), 1997, section 4; also E. Anderson et al., "What Consistency Does Your
 * Key-Value Store Actually Provide?", HotDep 2010: for a register all of whose values are written once. O(n log n).
 *
 * The write of a value and its reads, its cluster, stand together in every order. Let `first` be the earliest completion in a cluster and `last` its latest
 * invocation. Cluster A certainly begins before B ends when A.first < B.last; the history is linearizable exactly when no two clusters must each begin before
 * the other ends, no read completes before its write is invoked, and nothing is read that was never written. With `first < last` the register holds
 * the value from one to the other (a forward zone); two clusters of which neither is so never conflict, which is what makes the sweep below complete.
 */

/** A cluster, with the operations at both ends of its zone; undefined ones are those of the initial value, written before all time. */
export interface Zone<T> {
  readonly write: T | undefined;
  first: number;
  last: number;
  firstBy: T | undefined;
  lastBy: T | undefined;
}

export function zoneOfInitialValue<T>(): Zone<T> {
  return { write: undefined, first: -Infinity, last: -Infinity, firstBy: undefined, lastBy: undefined };
}

export function zoneOfWrite<T>(write: T, invoked: number, completed: number): Zone<T> {
  return { write, first: completed, last: invoked, firstBy: write, lastBy: write };
}

export function addRead<T>(zone: Zone<T>, read: T, invoked: number, completed: number): void {
  if (completed < zone.first) {
    zone.first = completed;
    zone.firstBy = read;
  }
  if (invoked > zone.last) {
    zone.last = invoked;
    zone.lastBy = read;
  }
}

/** Two clusters of which each begins before the other ends. An open write that nobody has read may never have happened. */
export function findConflict<T>(zones: readonly Zone<T>[]): readonly [Zone<T>, Zone<T>] | undefined {
  const seen = zones.filter(({ first }) => first !== Infinity);
  const forward = seen.filter(({ first, last }) => first < last).sort((a, b) => a.first - b.first);
  for (let index = 1; index < forward.length; index++) {
    const [before, after] = [forward[index - 1], forward[index]];
    if (before !== undefined && after !== undefined && after.first < before.last) return [before, after];
  }
  for (const zone of seen) {
    if (zone.first < zone.last) continue;
    const around = lastBefore(forward, zone.last);
    if (around !== undefined && zone.first < around.last) return [around, zone];
  }
  return undefined;
}

/** The last of the disjoint forward zones that begins before `time`. */
function lastBefore<T>(forward: readonly Zone<T>[], time: number): Zone<T> | undefined {
  let [low, high] = [0, forward.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((forward[middle]?.first ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return forward[low - 1];
}
