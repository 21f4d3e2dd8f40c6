/**
 * A counterexample of the model checker, run again in the simulator: what its trace gives to read.
 */
import { renderRunSequence } from '../../diagrams/run-sequence.ts';
import { stepBudget } from '../../kernel/budget.ts';
import type { Check } from '../../model-checking/check.ts';
import type { Finding } from '../../model-checking/explore/explorer.ts';
import { explainViolation } from '../../simulation/explanation.ts';
import { type Prepared, prepare } from '../../simulation/prepare.ts';
import { replayToken } from '../../simulation/replay-token.ts';
import { run } from '../../simulation/run/run.ts';
import type { Trace, TraceEvent } from '../../simulation/trace.ts';
import { replayOf } from './replay.ts';

export interface ReplayedPath {
  readonly prepared: Prepared;
  readonly trace: Trace;
  /** For `run_simulation {"replay": …}`. */
  readonly token: string;
  /** The steps that explain the breach; undefined where no monitor of the simulator saw it. */
  readonly decisive: readonly string[] | undefined;
  /** Mermaid. */
  readonly diagram: string;
}

const TRACE_EVENTS_MAX = 20_000;
/** No path is as long. */
const STEPS_MAX = 1_000_000;

/** undefined where the subject is no protocol. */
export function replayedPath(check: Check, finding: Finding): ReplayedPath | undefined {
  const request = replayOf(check, finding);
  if (request === undefined) return undefined;
  const prepared = prepare(request);
  const { trace: recorded } = run(prepared.optionsOf(request.seed, stepBudget(STEPS_MAX), TRACE_EVENTS_MAX));
  if (recorded === undefined) return undefined;
  const violation = recorded.events.find((event) => event.kind === 'violation' && event.property === finding.property);
  const trace = violation === undefined ? withBreach(recorded, finding) : recorded;
  return {
    prepared,
    trace,
    token: replayToken(request),
    decisive: violation?.kind === 'violation' ? decisiveSteps(trace, violation) : undefined,
    diagram: renderRunSequence(trace),
  };
}

/** A property that the simulator does not know, or knows only of histories, is broken by the last step. */
function withBreach(trace: Trace, { property, complaint }: Finding): Trace {
  const breach: TraceEvent = { kind: 'violation', atUs: trace.endUs, property, text: complaint };
  return { ...trace, events: [...trace.events, breach] };
}

function decisiveSteps(trace: Trace, violation: TraceEvent & { readonly kind: 'violation' }): readonly string[] {
  const steps = explainViolation(trace, violation)?.steps ?? [];
  return steps.map(({ atUs, text }) => `${atUs / 1000}. ${text}`);
}
