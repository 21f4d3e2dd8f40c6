/**
 * Why a property was violated: the values that broke it, and the few steps that led there.
 *
 * It walks back from the state change that broke the property, and from the latest change of role of the other nodes that the complaint
 * names, along the causes. Of what it meets it keeps the steps that weigh most: changes of leadership, restarts, changes of role, of term and of
 * other state through messages, each the less the further back; faults that met the nodes involved; and messages whose absence let a
 * timer fire. It shows what happened before, not that any of it alone was needed: that is what the reduction of the run is for.
 */
import { timeText } from '../kernel/time-text.ts';
import type { NodeIndex } from '../kernel/units.ts';
import { type CausalState, Causes, type PlacedState } from './causes.ts';
import { nodeName, shortened } from './event-words.ts';
import { candidateSteps, type WeightedStep } from './explanation-steps.ts';
import type { Trace, TraceEvent } from './trace.ts';

export interface Explanation {
  readonly property: string;
  /** The values that broke it. */
  readonly values: string;
  readonly atUs: number;
  readonly node?: NodeIndex;
  /** One sentence. */
  readonly summary: string;
  /** Oldest first; the last is the one that broke the property. */
  readonly steps: readonly ExplanationStep[];
}

export interface ExplanationStep {
  readonly atUs: number;
  readonly node?: NodeIndex;
  readonly text: string;
}

/** A violation as the trace tells it, or one that was found only when the run was over. */
export interface Violation {
  readonly property: string;
  readonly text: string;
  readonly atUs: number;
  readonly node?: NodeIndex;
}

const STEPS_MAX = 10;
const SUMMARY_LENGTH_MAX = 300;

/** Explains `violation`, by default the first of the trace; undefined when there is none. */
export function explainViolation(trace: Trace, violation?: Violation): Explanation | undefined {
  const found = violation ?? trace.events.find((event) => event.kind === 'violation');
  if (found === undefined) return undefined;
  const { property, text, atUs, node } = found;
  const index = placeOf(trace, found);
  const causes = new Causes(trace);
  const origins = originsOf(causes, found, index);
  const cone = causes.cone(origins);
  const candidates = candidateSteps(trace, causes, cone, index);
  const steps = [...heaviest(candidates, STEPS_MAX - 1), lastStep(trace, candidates, found, index)].flatMap((step) =>
    step === undefined ? [] : [step],
  );
  const by = node === undefined ? '' : ` by a step of ${nodeName(node, trace.names)}`;
  return {
    property,
    values: text,
    atUs,
    ...(node === undefined ? {} : { node }),
    summary: shortened(`${property} is violated at ${timeText(atUs)}${by}: ${text}`, SUMMARY_LENGTH_MAX),
    steps: inOrder(steps).map(({ atUs: stepUs, node: stepNode, text: words }) => ({
      atUs: stepUs,
      ...(stepNode === undefined ? {} : { node: stepNode }),
      text: words,
    })),
  };
}

/** The summary and the steps, numbered, a line each. */
export function explanationText({ summary, steps }: Explanation): string {
  return [summary, ...steps.map(({ atUs, text }, index) => `${index + 1}. ${timeText(atUs)}: ${text}`)].join('\n');
}

/** Where it stands in the trace; one that the trace does not hold stands after all that happened until then. */
function placeOf({ events }: Trace, violation: Violation): number {
  const at = events.findIndex((event) => Object.is(event, violation));
  if (at !== -1) return at;
  const later = events.findIndex(({ atUs }) => atUs > violation.atUs);
  return later === -1 ? events.length : later;
}

/** The state that broke the property, and those in which the other nodes of the complaint came to be what they are. */
function originsOf(causes: Causes, { node, text }: Violation, index: number): CausalState[] {
  const nodes = causes.names.map((_, each) => each);
  const named = nodes.filter((each) => each !== node && isNamed(causes.names[each] ?? '', text));
  const others = named.length === 0 && node === undefined ? nodes : named;
  const breaking = node === undefined ? undefined : causes.stateBefore(node, index);
  const became = others.flatMap((each) => lastChangeOfRole(causes, each, index) ?? []);
  return [
    ...(breaking === undefined ? [] : [{ ...breaking, depth: 0 }]),
    ...became.map((state) => ({ ...state, depth: 1 })),
  ];
}

function isNamed(name: string, text: string): boolean {
  const at = text.indexOf(name);
  if (name === '' || at === -1) return false;
  const isWord = (sign: string | undefined): boolean => sign !== undefined && /[\w-]/.test(sign);
  if (!isWord(text[at - 1]) && !isWord(text[at + name.length])) return true;
  return isNamed(name, text.slice(at + name.length));
}

/** The state in which the node took its present role. */
function lastChangeOfRole(causes: Causes, node: NodeIndex, index: number): PlacedState | undefined {
  let state = causes.stateBefore(node, index);
  for (let before = state; before !== undefined && state !== undefined; ) {
    before = causes.stateBefore(node, state.index);
    if (before === undefined || before.event.role !== state.event.role || state.event.before === undefined)
      return state;
    state = before;
  }
  return state;
}

/** The heaviest but the one that broke the property, which is told last in any case. */
function heaviest(candidates: readonly WeightedStep[], count: number): WeightedStep[] {
  return candidates
    .filter(({ isBreaking }) => !isBreaking)
    .sort((a, b) => b.weight - a.weight || b.atUs - a.atUs || b.index - a.index)
    .slice(0, count);
}

/** An answer to a client, where that is what broke the property; else the state change. */
function lastStep(
  { events, names }: Trace,
  candidates: readonly WeightedStep[],
  violation: Violation,
  index: number,
): WeightedStep | undefined {
  const breaking = candidates.find(({ isBreaking }) => isBreaking);
  const answer = events.findLast(
    (event, at): event is TraceEvent & { readonly kind: 'complete' } =>
      at < index && at > (breaking?.index ?? -1) && isAnswerOf(event, violation),
  );
  if (answer?.kind !== 'complete') return breaking;
  const { atUs, node, client, response } = answer;
  const value = response.status === 'ok' && response.value !== undefined ? ` ${JSON.stringify(response.value)}` : '';
  const text = `${nodeName(node, names)} answers client ${client}: ${response.status}${value}`;
  return { atUs, node, text, weight: Number.POSITIVE_INFINITY, index, isBreaking: true };
}

function isAnswerOf(event: TraceEvent, { atUs, node }: Violation): boolean {
  return event.kind === 'complete' && event.atUs === atUs && event.node === node;
}

function inOrder(steps: readonly WeightedStep[]): WeightedStep[] {
  return [...steps].sort((a, b) => a.atUs - b.atUs || a.index - b.index);
}
