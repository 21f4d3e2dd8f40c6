/**
 * The numbers of a strategy problem, in doubles or in rationals: what one contact costs a node, how often each side is
 * used, and the limits.
 *
 * In doubles, capacities are divided by the largest and latencies by the longest: solvers have absolute tolerances, and
 * with capacities of millions a load of 1e-7 would pass for zero. In rationals nothing needs scaling.
 */
import { fail } from '../../kernel/failure.ts';
import type { QuorumSystem } from '../quorum-system.ts';
import type { Field } from './linear-program.ts';
import type { Objective, StrategyGoal } from './strategy-problem.ts';

export type Side = 'reads' | 'writes';

export interface WorkloadShare {
  readonly readFraction: number;
  readonly weight: number;
  /** weight / total weight. */
  readonly share: number;
}

export interface Units {
  /** Operations per second that count as one. */
  readonly capacity: number;
  /** Milliseconds that count as one. */
  readonly latencyMs: number;
}

export const NO_UNITS: Units = { capacity: 1, latencyMs: 1 };

export interface Figures<T> {
  readonly field: Field<T>;
  /** Share of each read fraction of the workload. */
  readonly shares: readonly T[];
  /** Load that one contact for every operation of this side puts on a node, at the workload's k-th read fraction. */
  readonly contactLoad: (side: Side, k: number, node: number) => T;
  /** Share of all operations that are reads, or writes. */
  readonly sideShare: Readonly<Record<Side, T>>;
  readonly latency: (latencyMs: number) => T;
  readonly loadLimit?: T;
  readonly networkLimit?: T;
  readonly latencyLimit?: T;
}

/** The workload without duplicates and zero weights, in the order given. */
export function normalizeWorkload(workload: StrategyGoal['workload']): readonly WorkloadShare[] {
  const weights = new Map<number, number>();
  for (const { readFraction, weight } of workload) {
    if (weight > 0) weights.set(readFraction, (weights.get(readFraction) ?? 0) + weight);
  }
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0) || [...weights.keys()].some((fraction) => !(fraction >= 0 && fraction <= 1))) {
    return fail('input/invalid', {
      message: 'the workload needs read fractions between 0 and 1 with positive weights',
      path: 'workload',
      expected: 'entries such as {"read_fraction":0.9,"weight":1}',
      nextStep: 'Give at least one entry with a positive weight.',
    });
  }
  return [...weights].map(([readFraction, weight]) => ({ readFraction, weight, share: weight / total }));
}

/** The largest capacity and the longest latency. */
export function unitsOf({ nodes }: QuorumSystem): Units {
  return {
    capacity:
      nodes.reduce((most, { readCapacity, writeCapacity }) => Math.max(most, readCapacity, writeCapacity), 0) || 1,
    latencyMs: nodes.reduce((most, { latencyMs }) => Math.max(most, latencyMs ?? 0), 0) || 1,
  };
}

export function figuresOf<T>(
  { system, ...goal }: StrategyGoal & { readonly system: QuorumSystem },
  workload: readonly WorkloadShare[],
  field: Field<T>,
  units: Units,
): Figures<T> {
  const total = sumOf(
    field,
    workload.map(({ weight }) => field.of(weight)),
  );
  const shares = workload.map(({ weight }) => field.divide(field.of(weight), total));
  const fractions = workload.map(({ readFraction }) => sidesOf(field, readFraction));
  const capacityUnit = field.of(units.capacity);
  const costs = {
    reads: system.nodes.map(({ readCapacity }) => field.divide(capacityUnit, field.of(readCapacity))),
    writes: system.nodes.map(({ writeCapacity }) => field.divide(capacityUnit, field.of(writeCapacity))),
  };
  const shareOf = (side: Side): T =>
    sumOf(
      field,
      shares.map((share, k) => field.multiply(share, fractions[k]?.[side] ?? field.of(0))),
    );
  // Asked again for every set that contains the node.
  const loads: Readonly<Record<Side, T[][]>> = { reads: workload.map(() => []), writes: workload.map(() => []) };
  const loadOf = (side: Side, k: number, node: number): T =>
    field.multiply(fractions[k]?.[side] ?? field.of(0), costs[side][node] ?? field.of(0));
  const { loadLimit, networkLimit, latencyLimitMs } = goal;
  const latencyUnit = field.of(units.latencyMs);
  return {
    field,
    shares,
    contactLoad: (side, k, node) => {
      const known = loads[side][k]?.[node];
      if (known !== undefined) return known;
      const load = loadOf(side, k, node);
      const row = loads[side][k];
      if (row !== undefined) row[node] = load;
      return load;
    },
    sideShare: { reads: shareOf('reads'), writes: shareOf('writes') },
    latency: (latencyMs) => field.divide(field.of(latencyMs), latencyUnit),
    ...(loadLimit === undefined ? {} : { loadLimit: field.multiply(field.of(loadLimit), capacityUnit) }),
    ...(networkLimit === undefined ? {} : { networkLimit: field.of(networkLimit) }),
    ...(latencyLimitMs === undefined ? {} : { latencyLimit: field.divide(field.of(latencyLimitMs), latencyUnit) }),
  };
}

/** How much one of these counts in the caller's units. */
export function unitOf(measure: Objective, units: Units): number {
  if (measure === 'load') return 1 / units.capacity;
  return measure === 'latency' ? units.latencyMs : 1;
}

function sidesOf<T>(field: Field<T>, readFraction: number): Readonly<Record<Side, T>> {
  const reads = field.of(readFraction);
  return { reads, writes: field.add(field.of(1), field.multiply(field.of(-1), reads)) };
}

function sumOf<T>(field: Field<T>, values: readonly T[]): T {
  return values.reduce((sum, value) => field.add(sum, value), field.of(0));
}
