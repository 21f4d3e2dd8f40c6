/**
 * Availability and durability in a quorum report.
 */

import { type AvailabilityReport, availability } from '../../availability/availability.ts';
import { durability } from '../../availability/durability.ts';
import type { Budget } from '../../kernel/budget.ts';
import { defined } from '../../kernel/defined.ts';
import type { QuorumSystem } from '../../quorum/quorum-system.ts';
import type { QuorumReport, QuorumRequest } from '../../schemas/quorum.ts';

/** Nothing is said about availability when nothing is known about it. */
export function availabilityOf(system: QuorumSystem, budget: Budget): AvailabilityReport | undefined {
  const known =
    system.nodes.some((node) => node.availability !== undefined) || system.zones.some((zone) => zone.availability < 1);
  return known ? availability({ system, defaultAvailability: 1, budget }) : undefined;
}

export function describeAvailability(report: AvailabilityReport): NonNullable<QuorumReport['availability']> {
  const { read, write, both, exact, unavailability, upper, downtimeSecondsPerYear } = report;
  return {
    read,
    write,
    both,
    exact,
    unavailability,
    ...defined({ upper }),
    downtime_seconds_per_year: downtimeSecondsPerYear,
  };
}

export function describeDurability(
  input: NonNullable<QuorumRequest['durability']>,
): NonNullable<QuorumReport['durability']> {
  const result = durability({
    copies: input.copies,
    copiesNeeded: input.copies_needed,
    meanTimeToFailureHours: input.mean_time_to_failure_hours,
    meanTimeToRepairHours: input.mean_time_to_repair_hours,
    repair: input.repair,
  });
  return {
    mean_time_to_data_loss_hours: result.meanTimeToDataLossHours,
    annual_loss_probability: result.annualLossProbability,
    nines: result.nines,
  };
}
