/**
 * A quorum report in one to three sentences.
 */
import { formatAvailability, formatNumber, plural } from '../format.ts';
import { whyNoStrategy } from './describe-strategy.ts';
import type { QuorumFindings } from './findings.ts';

export function summarize(findings: QuorumFindings): string {
  return [
    sizesSentence(findings),
    membershipSentence(findings),
    strategySentence(findings),
    availabilitySentence(findings),
    durabilitySentence(findings),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function sizesSentence({ model, structure }: QuorumFindings): string {
  const { read_quorums: reads, write_quorums: writes, intersection } = structure;
  const n = model.system.nodes.length;
  const sizes =
    reads.smallest === writes.smallest
      ? `quorums of ${writes.smallest}`
      : `reads from ${reads.smallest}, writes to ${writes.smallest} at least`;
  const { read_write: readWrite, byzantine } = intersection;
  const crossing =
    readWrite.holds === false
      ? 'read and write quorums do NOT always intersect'
      : model.byzantineFaults > 0 && byzantine.holds === false
        ? `two quorums may share fewer than ${byzantine.required} nodes, too few if ${plural(model.byzantineFaults, 'node')} may lie`
        : readWrite.holds === undefined
          ? 'intersection undecided'
          : 'read and write quorums always intersect';
  return `${plural(n, 'node')}: ${sizes}; ${survival(model, structure)}; ${crossing}.`;
}

function survival(
  { toleranceWanted: wanted }: QuorumFindings['model'],
  { failure_tolerance: tolerance, resilience }: QuorumFindings['structure'],
): string {
  if (tolerance === undefined) return 'failure tolerance undecided';
  const short = wanted !== undefined && tolerance < wanted ? `, not the ${wanted} asked for` : '';
  const crashes = resilience.overall ?? tolerance;
  const silent = crashes > tolerance ? ` (${crashes} that only stop)` : '';
  return `survives ${plural(tolerance, 'failure')}${silent}${short}`;
}

function membershipSentence({ model }: QuorumFindings): string {
  const { membership } = model;
  if (membership === undefined) return '';
  if (membership.one_step_is_safe) return 'The change is safe in one step: every old majority meets every new one.';
  const { old = [], new: fresh = [] } = membership.disjoint_majorities ?? {};
  return `In one step the change is not safe: {${old.join(', ')}} and {${fresh.join(', ')}} are majorities that do not meet.`;
}

function strategySentence({ strategy }: QuorumFindings): string {
  if (strategy.feasible !== true) return `No strategy: ${whyNoStrategy(strategy)}.`;
  const { objective, value, exact, capacity, certificate } = strategy;
  const unit = { load: '', network: ' nodes per operation', latency: ' ms' }[objective];
  const fraction = exact === undefined || exact === String(value) ? '' : ` (${exact})`;
  const serves = `capacity ${formatNumber(capacity)} operations per second`;
  return certificate.verified
    ? `Optimal ${objective} ${formatNumber(value)}${fraction}${unit}, ${serves}.`
    : `Best ${objective} found ${formatNumber(value)}${unit}, NOT proven optimal (none is below ${formatNumber(certificate.bound)}), ${serves}.`;
}

function availabilitySentence({ availability }: QuorumFindings): string {
  if (availability === undefined) return '';
  const { read, write, exact, unavailability, downtimeSecondsPerYear: downtime } = availability;
  const bound = exact ? '' : 'at least ';
  const reads = formatAvailability(read, unavailability.read);
  const writes = formatAvailability(write, unavailability.write);
  return `Available ${bound}${reads} for reads, ${bound}${writes} for writes (${formatNumber(downtime.write)} s of write downtime a year).`;
}

function durabilitySentence({ durability }: QuorumFindings): string {
  if (durability === undefined) return '';
  const { annual_loss_probability: loss, mean_time_to_data_loss_hours: hours, nines } = durability;
  return `Data is lost with probability ${loss.toPrecision(3)} a year (${nines.toFixed(1)} nines), mean time to data loss ${hours.toPrecision(3)} hours.`;
}
