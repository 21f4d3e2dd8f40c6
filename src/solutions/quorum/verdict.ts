/**
 * The verdict on a quorum system: do quorums intersect as they must, are the failures asked for survived, and is there a
 * strategy within the limits, with a proof that none is better?
 */
import type { QuorumReport } from '../../schemas/quorum.ts';
import type { QuorumFindings } from './findings.ts';

type Verdict = QuorumReport['verdict'];
/** Undefined where the budget ran out first. */
type Answer = boolean | undefined;

/** One violation decides; otherwise one open question does. */
export function verdictOf({ model, structure, strategy }: QuorumFindings): Verdict {
  const { read_write: readWrite, byzantine } = structure.intersection;
  const answers = [
    readWrite.holds,
    model.byzantineFaults > 0 ? byzantine.holds : true,
    isSurvived(model.toleranceWanted, structure.failure_tolerance),
    isOptimal(strategy),
  ];
  if (answers.includes(false)) return 'violated';
  return answers.includes(undefined) ? 'unknown' : 'holds';
}

function isSurvived(wanted: number | undefined, tolerance: number | undefined): Answer {
  if (wanted === undefined) return true;
  return tolerance === undefined ? undefined : tolerance >= wanted;
}

/** A strategy that is not proved optimal is no answer to "the best". */
function isOptimal(strategy: QuorumFindings['strategy']): Answer {
  if (strategy.feasible !== true) return strategy.feasible;
  return strategy.certificate.verified ? true : undefined;
}
