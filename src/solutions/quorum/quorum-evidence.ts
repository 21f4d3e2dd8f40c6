/**
 * What backs each claim of a quorum report.
 */
import type { Evidence } from '../../schemas/answer.ts';
import { formatNumber, formatProbability, plural } from '../format.ts';
import type { QuorumFindings } from './findings.ts';

export function gatherQuorumEvidence(findings: QuorumFindings): Evidence[] {
  return [
    ...intersectionEvidence(findings),
    resilienceEvidence(findings),
    ...strategyEvidence(findings),
    ...availabilityEvidence(findings),
    ...durabilityEvidence(findings),
    ...searchEvidence(findings),
  ];
}

function intersectionEvidence({ structure, model }: QuorumFindings): Evidence[] {
  const { read_write: readWrite, write_write: writeWrite, byzantine } = structure.intersection;
  const pairs = [
    { claim: 'every read quorum meets every write quorum', pair: readWrite },
    { claim: 'every two write quorums meet', pair: writeWrite },
    ...(model.byzantineFaults > 0
      ? [
          {
            claim: `two quorums share ${byzantine.required} nodes, so that enough of them are correct`,
            pair: byzantine,
          },
        ]
      : []),
  ];
  return pairs.map(({ claim, pair }) => ({
    kind: pair.holds === undefined ? 'computation' : 'certificate',
    claim: pair.holds === undefined ? `undecided: ${claim}` : pair.holds ? claim : `not so: ${claim}`,
    method: 'smallest intersection over all pairs of quorums',
    result: resultOf(pair),
  }));
}

function resultOf({
  holds,
  smallest,
  required,
  counterexample,
}: QuorumFindings['structure']['intersection']['read_write']): string {
  if (counterexample !== undefined) {
    const { left, right, common } = counterexample;
    return `{${listNames(left)}} and {${listNames(right)}} share ${common.length}, ${required} needed`;
  }
  if (smallest !== undefined) return `smallest intersection ${smallest}, ${required} needed`;
  return holds === true ? `at least ${required}, by duality` : 'budget spent before it was decided';
}

function resilienceEvidence({ structure }: QuorumFindings): Evidence {
  const { overall, fatal } = structure.resilience;
  if (overall === undefined) {
    return {
      kind: 'computation',
      claim: 'undecided: how many failures always leave a quorum',
      method: 'smallest set of nodes that meets every quorum',
      result: 'budget spent before it was decided',
    };
  }
  return {
    kind: 'certificate',
    claim: `reads and writes go on whichever ${plural(overall, 'node')} fail; some ${plural(overall + 1, 'node')} stop them`,
    method: 'smallest set of nodes that meets every quorum, less one',
    result: `losing {${listNames(fatal)}} leaves no quorum`,
  };
}

function strategyEvidence({ strategy }: QuorumFindings): Evidence[] {
  if (strategy.feasible !== true) return [];
  const { certificate, objective, value, exact } = strategy;
  return [
    {
      kind: certificate.verified ? 'certificate' : 'computation',
      claim: `${certificate.verified ? '' : 'not proven: '}no strategy has a smaller ${objective} than ${exact ?? formatNumber(value)}`,
      method: certificate.method,
      result: `lower bound ${formatNumber(certificate.bound)}, relative gap ${Math.max(0, certificate.gap).toExponential(1)}${certificate.verified ? '' : ', not closed'}`,
    },
  ];
}

function availabilityEvidence({ availability }: QuorumFindings): Evidence[] {
  if (availability === undefined) return [];
  const { read, write, exact, method } = availability;
  return [
    {
      kind: 'computation',
      claim: `a read quorum is up with probability ${exact ? '' : 'at least '}${formatProbability(read)}, a write quorum ${formatProbability(write)}`,
      method,
      result: exact ? 'exact' : 'bounds',
    },
  ];
}

function durabilityEvidence({ durability }: QuorumFindings): Evidence[] {
  if (durability === undefined) return [];
  return [
    {
      kind: 'computation',
      claim: `the copies needed are lost within a year with probability ${durability.annual_loss_probability.toPrecision(6)}`,
      method: 'continuous-time Markov chain of failures and repairs, solved exactly',
      result: `mean time to data loss ${durability.mean_time_to_data_loss_hours.toPrecision(6)} hours`,
    },
  ];
}

function searchEvidence({ search }: QuorumFindings): Evidence[] {
  if (search === undefined) return [];
  return [
    {
      kind: 'exploration',
      claim: search.exhaustive ? 'no system in the searched space is better' : 'the best system found so far',
      method: 'enumeration of duplicate-free expressions, symmetric ones once',
      result: `${search.candidates} systems examined${search.stopped_by === undefined ? '' : `; stopped by ${search.stopped_by}`}`,
    },
  ];
}

const NAMES_SHOWN_MAX = 12;

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN_MAX).join(', ');
  return names.length > NAMES_SHOWN_MAX ? `${shown}, … ${names.length} nodes` : shown;
}
