/**
 * The verdict on a quorum system: do quorums intersect as they must, and are the failures asked for survived?
 */
import type { QuorumReport } from '../../schemas/quorum.ts';
import type { QuorumFindings } from './findings.ts';

type Verdict = QuorumReport['verdict'];

/** One violation decides; otherwise one open question does. */
export function verdictOf({ model, structure }: QuorumFindings): Verdict {
  const { read_write: readWrite, byzantine } = structure.intersection;
  const { toleranceWanted, byzantineFaults } = model;
  const { overall } = structure.resilience;
  const answers = [
    readWrite.holds,
    byzantineFaults > 0 ? byzantine.holds : true,
    toleranceWanted === undefined ? true : overall === undefined ? undefined : overall >= toleranceWanted,
  ];
  if (answers.includes(false)) return 'violated';
  return answers.includes(undefined) ? 'unknown' : 'holds';
}
