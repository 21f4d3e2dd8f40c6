/**
 * The steps that may explain a violation, in words, each with how much it weighs.
 */
import type { NodeIndex } from '../kernel/units.ts';
import type { CausalState, Causes } from './causes.ts';
import {
  counted,
  differenceWords,
  type FaultEvent,
  faultWords,
  listed,
  type MessageEvent,
  nodeName,
  roleWords,
  shortened,
} from './event-words.ts';
import type { Trace } from './trace.ts';

export interface WeightedStep {
  readonly atUs: number;
  readonly node?: NodeIndex;
  readonly text: string;
  readonly weight: number;
  /** Place in the trace. */
  readonly index: number;
  readonly isBreaking: boolean;
}

const WEIGHTS = {
  leadership: 9,
  restart: 8,
  fault: 6.5,
  role: 6,
  term: 6,
  silence: 5.5,
  delay: 4.5,
  change: 3.5,
} as const;
/** Faults that only make things late. */
const DELAYS: ReadonlySet<string> = new Set(['slow', 'slow-disk', 'pause']);
/** What one more step back takes away. */
const PER_STEP_BACK = 0.6;
const PER_FAULT_BACK = 0.5;

const LOSS_WORDS = {
  loss: 'lost on the network',
  partition: 'the link is cut',
  down: 'it is down',
  unfinished: 'still under way at the end',
} as const;

/** Steps of the cone, faults that met its nodes, and silences before its timers; `index` is the place of the violation. */
export function candidateSteps(
  trace: Trace,
  causes: Causes,
  cone: readonly CausalState[],
  index: number,
): WeightedStep[] {
  const states = cone.flatMap((state) => stateSteps(state, causes));
  const silences = cone.flatMap((state) => silenceSteps(state, trace, causes));
  const involved = new Set(cone.map(({ event }) => event.node));
  return [...states, ...silences, ...faultSteps(trace, involved, index)];
}

function stateSteps(state: CausalState, causes: Causes): WeightedStep[] {
  const { event, index, depth } = state;
  const previous = causes.stateBefore(event.node, index)?.event;
  const name = nodeName(event.node, causes.names);
  const { role, leads, term, atUs, node } = event;
  const step = (weight: number, text: string): WeightedStep[] => [
    { atUs, node, text, weight: weight - depth * PER_STEP_BACK, index, isBreaking: depth === 0 },
  ];
  // The first start of a node explains nothing.
  if (previous === undefined) return [];
  if (event.before === undefined) return step(WEIGHTS.restart, `${name} starts again: ${shortened(event.state)}`);
  const cause = shortened(event.cause, 80);
  if (previous.leads !== leads) {
    const leading = leads ? 'leads' : 'no longer leads';
    return step(WEIGHTS.leadership, `${name} ${leading}: ${roleWords(event)} (${cause})`);
  }
  if (previous.role !== role) return step(WEIGHTS.role, `${name} becomes ${roleWords(event)} (${cause})`);
  const difference = differenceWords(event);
  if (difference === undefined && depth > 0) return [];
  return step(
    previous.term === term ? WEIGHTS.change : WEIGHTS.term,
    `${name}: ${cause}, then ${difference ?? 'breaks it'}`,
  );
}

/** Messages to a node that were lost since it last heard or did anything, when then a timer fired: told as one step. */
function silenceSteps(state: CausalState, { events, names }: Trace, causes: Causes): WeightedStep[] {
  const { event, index, depth } = state;
  const previous = causes.stateBefore(event.node, index);
  if (!event.cause.endsWith(' timer') || previous === undefined) return [];
  const lost = events
    .slice(previous.index, index)
    .filter(
      (each): each is MessageEvent =>
        each.kind === 'message' && each.to === event.node && each.deliveredUs === undefined,
    );
  const first = lost[0];
  if (first === undefined) return [];
  const senders = [...new Set(lost.map(({ from }) => from))].sort((a, b) => a - b);
  const whys = [...new Set(lost.map(({ lostBecause }) => LOSS_WORDS[lostBecause ?? 'loss']))];
  const verb = lost.length === 1 ? 'does' : 'do';
  const from = listed(senders.map((sender) => nodeName(sender, names)));
  const text = `${counted(lost.length, 'message')} from ${from} ${verb} not reach ${nodeName(event.node, names)} (${listed(whys)}): ${kindsOf(lost)}`;
  const weight = WEIGHTS.silence - depth * PER_STEP_BACK;
  return [{ atUs: first.atUs, node: event.node, text, weight, index: events.indexOf(first), isBreaking: false }];
}

function kindsOf(messages: readonly MessageEvent[]): string {
  const kinds = [...new Set(messages.map(({ text }) => shortened(/^\S*/.exec(text.trim())?.[0] ?? '', 30)))];
  return kinds.length <= 3 ? listed(kinds) : `${kinds.slice(0, 3).join(', ')} and others`;
}

/** Faults of the whole network and of nodes that are involved, before the violation; the latest weigh most. */
function faultSteps({ events, names }: Trace, involved: ReadonlySet<NodeIndex>, index: number): WeightedStep[] {
  const faults = events.slice(0, index).flatMap((event, at): { event: FaultEvent; at: number }[] => {
    if (event.kind !== 'fault') return [];
    return event.nodes.length === 0 || event.nodes.some((node) => involved.has(node)) ? [{ event, at }] : [];
  });
  return faults.toReversed().map(({ event, at }, back) => ({
    atUs: event.atUs,
    ...(event.nodes.length === 1 && event.nodes[0] !== undefined ? { node: event.nodes[0] } : {}),
    text: faultWords(event, names),
    weight: (DELAYS.has(event.fault) ? WEIGHTS.delay : WEIGHTS.fault) - back * PER_FAULT_BACK,
    index: at,
    isBreaking: false,
  }));
}
