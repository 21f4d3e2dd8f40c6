/** One claim of a solution, recomputed. */
import type { DistributedProblem } from '../../schemas/problem.ts';

export interface Check {
  /** Path into the solution, e.g. `failure_scenarios[2].behavior`. */
  readonly path: string;
  readonly claim: string;
  /** What is true instead; undefined when the claim holds. */
  readonly refutation: Refutation | undefined;
}

export interface Refutation {
  readonly computed: string;
  readonly evidence: string;
}

/** What the problem and the settings fix; claims that name no number of nodes are about these. */
export interface ReviewSetting {
  readonly problem: DistributedProblem;
  readonly nodes: number | undefined;
  readonly faultModel: 'crash' | 'byzantine';
}
