/**
 * Linearizability of one register all of whose values are written once, by the zones of P. Gibbons, E. Korach, "Testing Shared
 * Memories", SIAM J. Comput. 26(4), 1997, section 4; also E. Anderson et al., "What Consistency Does Your Key-Value Store
 * Actually Provide?", HotDep 2010. O(n log n).
 *
 * The write of a value and its reads, its cluster, stand together in every order. Let `first` be the earliest completion in a
 * cluster and `last` its latest invocation. Cluster A certainly begins before B ends when A.first < B.last; the history is
 * linearizable exactly when no two clusters must each begin before the other ends, no read completes before its write is
 * invoked, and nothing is read that was never written. With `first < last` the register holds the value from one to the other (a
 * forward zone); two clusters of which neither is so never conflict, which is what makes the sweep below complete.
 */
import { invariant } from '../kernel/invariant.ts';
import type { Misfit, RegisterOperation } from './register-linearizability.ts';

interface Cluster {
  /** Undefined for the initial null. */
  readonly write: RegisterOperation | undefined;
  firstUs: number;
  lastUs: number;
  /** The operations at `firstUs` and `lastUs`; undefined for the initial write itself. */
  first: RegisterOperation | undefined;
  last: RegisterOperation | undefined;
}

/** Undefined when the operations have an order. */
export function orderByZones(operations: readonly RegisterOperation[], name: string): Misfit | undefined {
  const clusters = new Map<number | null, Cluster>([[null, clusterOf(undefined)]]);
  for (const operation of operations) {
    if (operation.kind !== 'read' && operation.outcome !== 'failed') {
      clusters.set(operation.value ?? null, clusterOf(operation));
    }
  }
  for (const read of operations) {
    if (read.kind !== 'read' || read.outcome !== 'ok') continue;
    const cluster = clusters.get(read.result ?? null);
    if (cluster === undefined) return unwritten(read, operations, name);
    if (completionOf(read) < (cluster.write?.invokedUs ?? -Infinity)) return fromTheFuture(read, cluster, name);
    widen(cluster, read);
  }
  const conflict = findConflict([...clusters.values()].filter(isSeen));
  return conflict === undefined ? undefined : explain(conflict, name);
}

function clusterOf(write: RegisterOperation | undefined): Cluster {
  const firstUs = write === undefined ? -Infinity : completionOf(write);
  return { write, firstUs, lastUs: write?.invokedUs ?? -Infinity, first: write, last: write };
}

function completionOf({ completedUs = Infinity }: RegisterOperation): number {
  return completedUs;
}

function widen(cluster: Cluster, read: RegisterOperation): void {
  if (completionOf(read) < cluster.firstUs) {
    cluster.firstUs = completionOf(read);
    cluster.first = read;
  }
  if (read.invokedUs > cluster.lastUs) {
    cluster.lastUs = read.invokedUs;
    cluster.last = read;
  }
}

/** An open write that nobody has read may never have happened. */
function isSeen({ firstUs }: Cluster): boolean {
  return firstUs !== Infinity;
}

/** Two clusters of which each begins before the other ends. */
function findConflict(clusters: readonly Cluster[]): [Cluster, Cluster] | undefined {
  const forward = clusters.filter(({ firstUs, lastUs }) => firstUs < lastUs).sort((a, b) => a.firstUs - b.firstUs);
  for (let index = 1; index < forward.length; index++) {
    const [before, after] = [forward[index - 1], forward[index]];
    if (before !== undefined && after !== undefined && after.firstUs < before.lastUs) return [before, after];
  }
  for (const cluster of clusters) {
    if (cluster.firstUs < cluster.lastUs) continue;
    const around = lastBefore(forward, cluster.lastUs);
    if (around !== undefined && cluster.firstUs < around.lastUs) return [around, cluster];
  }
  return undefined;
}

/** The last of the disjoint forward zones that begins before `timeUs`. */
function lastBefore(forward: readonly Cluster[], timeUs: number): Cluster | undefined {
  let [low, high] = [0, forward.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((forward[middle]?.firstUs ?? Infinity) < timeUs) low = middle + 1;
    else high = middle;
  }
  return forward[low - 1];
}

/** The older cluster is the one whose write was invoked first: its last operation is a read, and the one out of place. */
function explain([a, b]: readonly [Cluster, Cluster], name: string): Misfit {
  const [older, newer] = (a.write?.invokedUs ?? -Infinity) <= (b.write?.invokedUs ?? -Infinity) ? [a, b] : [b, a];
  const { first: olderFirst, last: read } = older;
  const { first: seen, last: again } = newer;
  invariant(read?.kind === 'read', 'the last operation of the older value is a read');
  invariant(seen !== undefined && again !== undefined, 'a value other than the initial one has a write');
  const late = `${did(read, name)} after ${had(seen, name)}`;
  // When all of the newer value began after the older was there, the sentence says enough.
  if (again === newer.write || olderFirst === undefined) return { operation: read, reason: late };
  return { operation: read, reason: `${late}, while ${did(again, name)} after ${had(olderFirst, name)}` };
}

function did({ process, result }: RegisterOperation, name: string): string {
  return `client ${process} read ${name}=${result}`;
}

function had({ kind, process, value, result }: RegisterOperation, name: string): string {
  return kind === 'write'
    ? `client ${process}'s write of ${value} had completed`
    : `client ${process} had read ${name}=${result}`;
}

function unwritten(read: RegisterOperation, operations: readonly RegisterOperation[], name: string): Misfit {
  const refused = operations.find(({ kind, value }) => kind === 'write' && value === read.result);
  const why = refused === undefined ? 'nobody wrote' : `only client ${refused.process} tried to write, and was refused`;
  return { operation: read, reason: `${did(read, name)}, which ${why}` };
}

function fromTheFuture(read: RegisterOperation, { write }: Cluster, name: string): Misfit {
  return { operation: read, reason: `${did(read, name)} before client ${write?.process} asked to write it` };
}
