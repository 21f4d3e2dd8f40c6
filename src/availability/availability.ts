/**
 * How often a quorum system can serve: the probability that a read quorum, a write quorum, or both are up, when nodes and
 * failure domains fail independently of each other and a domain takes everything in it down.
 *
 * M. Naor, A. Wool, "The Load, Capacity, and Availability of Quorum Systems", SIAM J. Comput. 27(2), 1998,
 * 10.1137/S0097539795281232, section 4 (their F_p is `unavailability`). It is the steady state of a moment: how long an
 * outage lasts, and whether a leader is elected in it, is not decided here.
 */
import type { Budget } from '../kernel/budget.ts';
import { allOf, type Expression, type Threshold, votesOf } from '../quorum/expressions/expression.ts';
import type { QuorumSystem } from '../quorum/quorum-system.ts';
import { componentsOf } from './components.ts';
import { availabilityOver, type ExpressionAvailability } from './expression-availability.ts';

export interface AvailabilityProblem {
  readonly system: Pick<QuorumSystem, 'nodes' | 'zones' | 'reads' | 'writes'>;
  /** Of nodes that state none; 1 when absent. */
  readonly defaultAvailability?: number;
  readonly budget: Budget;
}

export interface Sides {
  readonly read: number;
  readonly write: number;
  readonly both: number;
}

/** Probabilities; when not exact, `read`, `write` and `both` are lower bounds and `unavailability` is upper bounds. */
export interface AvailabilityReport extends Sides {
  readonly unavailability: Sides;
  readonly exact: boolean;
  /** Present when not exact. */
  readonly upper?: Sides;
  /** Of a year of 365 days; an upper bound when not exact. */
  readonly downtimeSecondsPerYear: Sides;
  readonly method: string;
}

export function availability({ system, defaultAvailability = 1, budget }: AvailabilityProblem): AvailabilityReport {
  const { nodes, zones, reads, writes } = system;
  const components = componentsOf({
    availabilityOf: nodes.map((node) => node.availability ?? defaultAvailability),
    zoneOf: nodes.map(({ zone }) => zone),
    zones,
  });
  const read = availabilityOver(reads, components, budget);
  const write = isSame(reads, writes) ? read : availabilityOver(writes, components, budget);
  const stricter = stricterOf(reads, writes);
  const both =
    stricter === undefined
      ? tighten(availabilityOver(allOf([reads, writes]), components, budget), read, write)
      : stricter === reads
        ? read
        : write;
  return reportOf({ read, write, both });
}

/** When reads and writes are thresholds over the same children, the larger threshold implies the other. */
function stricterOf(reads: Expression, writes: Expression): Expression | undefined {
  if (reads.kind === 'node' || writes.kind === 'node') return isSame(reads, writes) ? reads : undefined;
  if (!haveSameChildren(reads, writes)) return undefined;
  return reads.needed >= writes.needed ? reads : writes;
}

function isSame(a: Expression, b: Expression): boolean {
  if (a.kind === 'node') return b.kind === 'node' && a.node === b.node;
  return b.kind === 'threshold' && a.needed === b.needed && haveSameChildren(a, b);
}

function haveSameChildren(a: Threshold, b: Threshold): boolean {
  if (a.children.length !== b.children.length) return false;
  return a.children.every((child, index) => {
    const twin = b.children[index];
    return twin !== undefined && isSame(child, twin) && votesOf(a, index) === votesOf(b, index);
  });
}

/** Both are up at most as often as each, and at least as often as if reads and writes were independent. */
function tighten(
  both: ExpressionAvailability,
  read: ExpressionAvailability,
  write: ExpressionAvailability,
): ExpressionAvailability {
  if (both.exact) return both;
  const value = Math.max(both.value, read.value * write.value);
  const upper = Math.min(both.upper ?? 1, read.upper ?? read.value, write.upper ?? write.value);
  // Bounds that meet may cross by a rounding error.
  return { ...both, value: Math.min(value, upper), upper };
}

function reportOf(sides: Record<keyof Sides, ExpressionAvailability>): AvailabilityReport {
  const pick = (choose: (side: ExpressionAvailability) => number): Sides => ({
    read: choose(sides.read),
    write: choose(sides.write),
    both: choose(sides.both),
  });
  const exact = sides.read.exact && sides.write.exact && sides.both.exact;
  return {
    ...pick(({ value }) => value),
    unavailability: pick(({ unavailability }) => unavailability),
    exact,
    ...(exact ? {} : { upper: pick(({ upper, value }) => upper ?? value) }),
    downtimeSecondsPerYear: pick(({ downtimeSecondsPerYear }) => downtimeSecondsPerYear),
    method: methodOf(sides),
  };
}

function methodOf({ read, write, both }: Record<keyof Sides, ExpressionAvailability>): string {
  if (read.method === write.method && write.method === both.method) return read.method;
  return `reads: ${read.method}; writes: ${write.method}; both: ${both.method}`;
}
