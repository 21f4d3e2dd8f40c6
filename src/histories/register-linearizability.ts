/**
 * Decides whether a history of reads, writes and compare-and-sets is linearizable, each key being a register that first
 * holds null. Linearizability is local (M. Herlihy, J. Wing, TOPLAS 12(3), 1990, theorem 1), so keys are judged one by one.
 *
 * Where every value of a key is written once and nothing compares-and-sets, the zones of P. Gibbons, E. Korach ("Testing Shared
 * Memories", SIAM J. Comput. 26(4), 1997) decide in O(n log n); see `register-zones.ts`. Else Lowe's just-in-time search does:
 * exponential in the operations that overlap, so it takes a budget; see `register-search.ts`.
 *
 * An operation precedes another when it completed strictly before the other was invoked: equal times count as overlapping. An
 * open operation may have taken effect at any time since, or never; a failed one certainly had none. A failed compare-and-set
 * therefore says nothing about the value that it found.
 */
import type { Budget } from '../kernel/budget.ts';
import { searchOrder } from './register-search.ts';
import { findStaleReads } from './register-staleness.ts';
import { orderByZones } from './register-zones.ts';

export interface RegisterOperation {
  /** Who asked; a client has one operation open at a time. */
  readonly process: number;
  readonly kind: 'read' | 'write' | 'cas';
  readonly key: number;
  /** What is written, by a write or a successful compare-and-set. */
  readonly value?: number;
  /** For a compare-and-set: what must be there. */
  readonly expected?: number | null;
  readonly invokedUs: number;
  /** Undefined while the operation is open. */
  readonly completedUs?: number;
  readonly outcome: 'ok' | 'failed' | 'open';
  /** What a read returned. */
  readonly result?: number | null;
}

export type LinearizabilityVerdict =
  | { readonly verdict: 'holds'; readonly staleReads: readonly StaleRead[] }
  | {
      readonly verdict: 'violated';
      readonly key: number;
      /** The operation that no order has a place for. */
      readonly operation: RegisterOperation;
      /** One sentence that names the operations in conflict. */
      readonly reason: string;
      readonly staleReads: readonly StaleRead[];
    }
  | {
      readonly verdict: 'unknown';
      /** The first key that could not be decided. */
      readonly key: number;
      /** Why the search stopped. */
      readonly reason: string;
      readonly staleReads: readonly StaleRead[];
    };

/** A read of a value that had certainly been replaced before the read was invoked. */
export interface StaleRead {
  readonly read: RegisterOperation;
  /** The write or compare-and-set that had replaced it. */
  readonly replacedBy: RegisterOperation;
}

/** What is wrong with one key. */
export interface Misfit {
  readonly operation: RegisterOperation;
  readonly reason: string;
}

/** `nameOfKey` is how reasons call a key: `x` in `client 2 read x=1`. */
export function checkRegisterLinearizability(
  history: readonly RegisterOperation[],
  budget: Budget,
  nameOfKey: (key: number) => string = (key) => `k${key}`,
): LinearizabilityVerdict {
  const staleReads: StaleRead[] = [];
  let misfit: (Misfit & { readonly key: number }) | undefined;
  let undecided: number | undefined;
  for (const [key, operations] of byKey(history)) {
    const found = judge(operations, nameOfKey(key), budget);
    if (found === 'unknown') undecided ??= key;
    else if (found !== undefined && (misfit === undefined || isEarlier(found, misfit))) misfit = { ...found, key };
    // A stale read is by itself a violation, so keys that hold have none.
    if (found !== undefined) staleReads.push(...findStaleReads(operations));
  }
  if (misfit !== undefined) return { verdict: 'violated', ...misfit, staleReads };
  if (undecided === undefined) return { verdict: 'holds', staleReads };
  return { verdict: 'unknown', key: undecided, reason: budget.exhausted ?? 'the budget is exhausted', staleReads };
}

function isEarlier(a: Misfit, b: Misfit): boolean {
  return (a.operation.completedUs ?? Infinity) < (b.operation.completedUs ?? Infinity);
}

/** By key, keys ascending. */
function byKey(history: readonly RegisterOperation[]): [number, RegisterOperation[]][] {
  const groups = new Map<number, RegisterOperation[]>();
  for (const operation of history) {
    const group = groups.get(operation.key);
    if (group === undefined) groups.set(operation.key, [operation]);
    else group.push(operation);
  }
  return [...groups].sort(([a], [b]) => a - b);
}

function judge(operations: readonly RegisterOperation[], name: string, budget: Budget): Misfit | 'unknown' | undefined {
  if (!hasUniqueWrites(operations)) return searchOrder(operations, name, budget);
  return budget.spend(operations.length) ? orderByZones(operations, name) : 'unknown';
}

function hasUniqueWrites(operations: readonly RegisterOperation[]): boolean {
  const written = new Set<number | undefined>();
  for (const { kind, outcome, value } of operations) {
    if (kind === 'read' || outcome === 'failed') continue;
    if (kind === 'cas' || written.has(value)) return false;
    written.add(value);
  }
  return true;
}
