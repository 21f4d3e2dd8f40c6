/**
 * Linearizability of one register all of whose values are written once, by zones (see `linearizability/zones.ts`), with the reason in words.
 */
import { invariant } from '../kernel/invariant.ts';
import { addRead, findConflict, type Zone, zoneOfInitialValue, zoneOfWrite } from './linearizability/zones.ts';
import type { Misfit, RegisterOperation } from './register-linearizability.ts';

type Cluster = Zone<RegisterOperation>;

/** Undefined when the operations have an order. */
export function orderByZones(operations: readonly RegisterOperation[], name: string): Misfit | undefined {
  const clusters = new Map<number | null, Cluster>([[null, zoneOfInitialValue()]]);
  for (const operation of operations) {
    if (operation.kind !== 'read' && operation.outcome !== 'failed') {
      clusters.set(operation.value ?? null, zoneOfWrite(operation, operation.invokedUs, completionOf(operation)));
    }
  }
  for (const read of operations) {
    if (read.kind !== 'read' || read.outcome !== 'ok') continue;
    const cluster = clusters.get(read.result ?? null);
    if (cluster === undefined) return unwritten(read, operations, name);
    if (completionOf(read) < (cluster.write?.invokedUs ?? -Infinity)) return fromTheFuture(read, cluster, name);
    addRead(cluster, read, read.invokedUs, completionOf(read));
  }
  const conflict = findConflict([...clusters.values()]);
  return conflict === undefined ? undefined : explain(conflict, name);
}

function completionOf({ completedUs = Infinity }: RegisterOperation): number {
  return completedUs;
}

/** The older cluster is the one whose write was invoked first: its last operation is a read, and the one out of place. */
function explain([a, b]: readonly [Cluster, Cluster], name: string): Misfit {
  const [older, newer] = (a.write?.invokedUs ?? -Infinity) <= (b.write?.invokedUs ?? -Infinity) ? [a, b] : [b, a];
  const { firstBy: olderFirst, lastBy: read } = older;
  const { firstBy: seen, lastBy: again } = newer;
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
