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
import { US_PER_MS } from '../../simulation/run/schedule.ts';
import type { Trace, TraceEvent } from '../../simulation/trace.ts';
import { replayOf } from './replay.ts';

export interface ReplayedPath {
  readonly prepared: Prepared;
  readonly trace: Trace;
  /** For `run_simulation {"replay": …}`. */
  readonly token: string;
  /** The values that break the property. */
  readonly values: string;
  /** The steps that explain the breach; undefined where no monitor of the simulator watches for it. */
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
  const told = recorded.events.find((event) => isBreach(event) && event.property === finding.property);
  const breach = told !== undefined && isBreach(told) ? told : breachAtEnd(recorded, finding);
  const trace = told === undefined ? { ...recorded, events: [...recorded.events, breach] } : recorded;
  return {
    prepared,
    trace,
    token: replayToken(request),
    values: breach.text,
    decisive: told === undefined ? undefined : decisiveSteps(trace, breach),
    diagram: renderRunSequence(trace),
  };
}

type Breach = TraceEvent & { readonly kind: 'violation' };

function isBreach(event: TraceEvent): event is Breach {
  return event.kind === 'violation';
}

/** A property that no monitor watches is broken by the last step, one tick before the end. */
function breachAtEnd({ endUs }: Trace, { property, complaint }: Finding): Breach {
  return { kind: 'violation', atUs: endUs - US_PER_MS, property, text: complaint };
}

function decisiveSteps(trace: Trace, breach: Breach): readonly string[] {
  const steps = explainViolation(trace, breach)?.steps ?? [];
  return steps.map(({ atUs, text }) => `${atUs / US_PER_MS}. ${text}`);
}
