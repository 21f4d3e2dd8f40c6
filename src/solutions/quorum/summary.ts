/**
 * A quorum report in one to three sentences.
 */
import { formatNumber, formatProbability, plural } from '../format.ts';
import type { QuorumFindings } from './quorum-report.ts';

export function summarize(findings: QuorumFindings): string {
  return [sizesSentence(findings), strategySentence(findings), availabilitySentence(findings)]
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
        ? `two quorums may share fewer than ${byzantine.required} nodes, too few if ${model.byzantineFaults} lie`
        : readWrite.holds === undefined
          ? 'intersection undecided'
          : 'read and write quorums always intersect';
  return `${plural(n, 'node')}: ${sizes}; ${survives}${short}; ${crossing}.`;
}

function strategySentence({ strategy }: QuorumFindings): string {
  if (strategy.feasible !== true) return `No strategy: ${strategy.because}.`;
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
