/**
 * A quorum report in one to three sentences.
 */
import { formatNumber, formatProbability, plural } from '../format.ts';
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
  const { read_quorums: reads, write_quorums: writes, resilience, intersection } = structure;
  const n = model.system.nodes.length;
  const sizes =
    reads.smallest === writes.smallest
      ? `quorums of ${writes.smallest}`
      : `reads from ${reads.smallest}, writes to ${writes.smallest} at least`;
  const survives =
    resilience.overall === undefined ? 'resilience undecided' : `survives ${plural(resilience.overall, 'failure')}`;
  const wanted = model.toleranceWanted;
  const short = wanted !== undefined && (resilience.overall ?? wanted) < wanted ? `, not the ${wanted} asked for` : '';
  const { read_write: readWrite, byzantine } = intersection;
  const crossing =
    readWrite.holds === false
      ? 'read and write quorums do NOT always intersect'
      : model.byzantineFaults > 0 && byzantine.holds === false
        ? `two quorums may share fewer than ${byzantine.required} nodes, too few if ${plural(model.byzantineFaults, 'node')} may lie`
        : readWrite.holds === undefined
          ? 'intersection undecided'
          : 'read and write quorums always intersect';
  return `${plural(n, 'node')}: ${sizes}; ${survives}${short}; ${crossing}.`;
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
  const { objective, value, exact, capacity } = strategy;
  const unit = { load: '', network: ' nodes per operation', latency: ' ms' }[objective];
  const fraction = exact === undefined || exact === String(value) ? '' : ` (${exact})`;
  return `Optimal ${objective} ${formatNumber(value)}${fraction}${unit}, capacity ${formatNumber(capacity)} operations per second.`;
}

function availabilitySentence({ availability }: QuorumFindings): string {
  if (availability === undefined) return '';
  const { read, write, exact, downtimeSecondsPerYear: downtime } = availability;
  const bound = exact ? '' : 'at least ';
  return `Available ${bound}${formatProbability(read)} for reads, ${bound}${formatProbability(write)} for writes (${formatNumber(downtime.write)} s of write downtime a year).`;
}

function durabilitySentence({ durability }: QuorumFindings): string {
  if (durability === undefined) return '';
  const { annual_loss_probability: loss, mean_time_to_data_loss_hours: hours, nines } = durability;
  return `Data is lost with probability ${loss.toPrecision(3)} a year (${nines.toFixed(1)} nines), mean time to data loss ${hours.toPrecision(3)} hours.`;
}
