/**
 * The sizes that a solution's settings state.
 */
import type { ProposedSolution } from '../../schemas/solution.ts';
import type { Check, ReviewSetting } from './check.ts';
import { refuteQuorum, refuteTolerance } from './sizes.ts';

export function checkConfiguration({ configuration }: ProposedSolution, setting: ReviewSetting): Check[] {
  const { problem, nodes, faultModel } = setting;
  const { nodes: configured, failure_tolerance: failures, quorum_size: quorum } = configuration ?? {};
  const checks: Check[] = [];
  const add = (field: string, claim: string, refutation: Check['refutation']): void => {
    checks.push({ path: `configuration.${field}`, claim, refutation });
  };
  if (configured !== undefined && problem.nodes !== undefined) {
    const differs = { computed: `the problem has ${problem.nodes} nodes`, evidence: 'problem.nodes' };
    add('nodes', `${configured} nodes`, configured === problem.nodes ? undefined : differs);
  }
  if (failures !== undefined && nodes !== undefined && nodes > 0) {
    add(
      'failure_tolerance',
      `${nodes} nodes tolerate ${failures} failures`,
      refuteTolerance(nodes, failures, faultModel),
    );
  }
  if (quorum !== undefined && nodes !== undefined && nodes > 0) {
    add('quorum_size', `quorum of ${quorum} out of ${nodes}`, refuteQuorum(nodes, quorum, setting));
  }
  return checks;
}
