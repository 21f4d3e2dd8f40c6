/**
 * The reduced breach as the answer gives it.
 */
import type { SimulationReport } from '../../schemas/simulation.ts';
import type { Counterexample } from '../../simulation/counterexample.ts';
import { explainViolation } from '../../simulation/explanation.ts';
import { describeFault } from '../../simulation/faults/describe-fault.ts';
import type { Prepared } from '../../simulation/prepare.ts';
import { replayToken } from '../../simulation/replay-token.ts';
import { plural } from '../format.ts';

export function counterexampleFields(
  { request, broken, trace, before, after, isMinimal }: Counterexample,
  { names }: Prepared,
): NonNullable<SimulationReport['counterexample']> {
  const sizes = ({ faults, operations }: Counterexample['before']): string =>
    `${plural(faults, 'fault')} and ${plural(operations, 'operation')}`;
  const violation = { property: broken.property, text: broken.text, atUs: (broken.atMs ?? trace.endUs / 1000) * 1000 };
  return {
    property: broken.property,
    seed: request.seed,
    values: broken.text,
    explanation: explainViolation(trace, violation)?.steps.map(({ text }) => text) ?? [],
    faults: request.faults.map((fault) => describeFault(fault, names)),
    reduced:
      request.schedule === undefined
        ? `from ${sizes(before)} to ${sizes(after)}`
        : `not at all: a schedule of ${plural(request.schedule.length, 'step')}`,
    minimal: isMinimal,
    replay: replayToken(request),
  };
}
