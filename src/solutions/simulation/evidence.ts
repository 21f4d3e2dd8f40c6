/**
 * What backs each claim of a simulation: how much was run, and what every property came to.
 */
import type { Evidence } from '../../schemas/answer.ts';
import { plural } from '../format.ts';
import type { Findings } from './report.ts';

export function gatherSimulationEvidence({ prepared, runs, measures, invariants, example }: Findings): Evidence[] {
  const { request } = prepared;
  const method = `${plural(runs.length, 'run')} of ${request.durationMs} ms with seeds ${request.seed} to ${request.seed + Math.max(0, runs.length - 1)}, ${measures.events} events, properties judged on every step`;
  const judged = invariants
    .filter(({ kind }) => kind !== 'sometimes')
    .map(({ name, verdict, broken_in: brokenIn, first }): Evidence => {
      const broken = `broken in ${brokenIn} of ${runs.length}${first === undefined ? '' : `; ${first}`}`;
      return {
        kind: 'simulation',
        claim: verdict === 'violated' ? `not so: ${name}` : verdict === 'holds' ? name : `undecided: ${name}`,
        method,
        result:
          verdict === 'violated' ? broken : verdict === 'holds' ? 'never broken' : (first ?? 'no run was finished'),
      };
    });
  return [...judged, ...(example === undefined ? [] : [reductionEvidence(example)])];
}

function reductionEvidence({ request, broken, runs, isMinimal }: NonNullable<Findings['example']>): Evidence {
  return {
    kind: 'simulation',
    claim: isMinimal
      ? `this run breaks ${broken.property} and no part of it can be left out`
      : `this run breaks ${broken.property}`,
    method:
      request.schedule === undefined
        ? `delta debugging over faults, then operations, then times: ${plural(runs, 'further run')}`
        : 'the given schedule, step by step',
    result: broken.text,
  };
}
