/**
 * Whether what must come true does, on every fair path within the bounds: `eventually` and `leads to`.
 *
 * A breach is a lasso: a stem to a state from which the awaited thing is not true, and a loop through such states that a fair
 * run can repeat for ever; or a stem to a state where nothing can happen any more. Where there is no lasso, but a path leaves the bounds while the
 * thing is still awaited, nobody knows what comes true beyond: then it is unknown.
 */
import type { Budget } from '../../kernel/budget.ts';
import type { Fairness } from '../check-request.ts';
import type { PropertyOf, TransitionSystem } from '../transition-system.ts';
import { componentsOf } from './components.ts';
import { fairPartOf } from './fair-cycles.ts';
import { loopThrough, shortestStem } from './lasso.ts';
import { buildStateGraph, type GraphLimits, OUTSIDE, type StateGraph } from './state-graph.ts';

export type LivenessProperty = PropertyOf<'eventually'> | PropertyOf<'leads_to'>;

export interface Lasso {
  /** Actions from the initial state on; the first is the number of the initial state. */
  readonly stem: readonly number[];
  /** Actions repeated for ever; none where nothing can happen any more. */
  readonly loop: readonly number[];
}

export type LivenessResult =
  | { readonly property: string; readonly status: 'holds' }
  | { readonly property: string; readonly status: 'violated'; readonly lasso: Lasso }
  | { readonly property: string; readonly status: 'unknown'; readonly because: 'too_large' | 'leaves_bounds' };

export function judgeLiveness(
  system: TransitionSystem,
  properties: readonly LivenessProperty[],
  fairness: Fairness,
  limits: GraphLimits,
  budget: Budget,
): readonly LivenessResult[] {
  const graph = properties.length === 0 ? undefined : buildStateGraph(system, limits, budget);
  return properties.map((property): LivenessResult => {
    const { name } = property;
    if (graph === undefined) return { property: name, status: 'unknown', because: 'too_large' };
    return { property: name, ...judgeOne(system, graph, property, fairness) };
  });
}

type Judgement =
  | { readonly status: 'holds' }
  | { readonly status: 'violated'; readonly lasso: Lasso }
  | { readonly status: 'unknown'; readonly because: 'leaves_bounds' };

function judgeOne(
  system: TransitionSystem,
  graph: StateGraph,
  property: LivenessProperty,
  fairness: Fairness,
): Judgement {
  const awaited = property.kind === 'eventually' ? property.holds : property.to;
  const isOpen = statesWhere(graph, (words, at) => !awaited(words, at));
  const starts = startsOf(graph, property, isOpen);
  const isInside = (state: number): boolean => isOpen[state] === 1;
  const components = componentsOf(graph, starts, isInside);
  const traps = trapsIn(system, graph, components, fairness);
  if (traps.length > 0)
    return { status: 'violated', lasso: shortestLasso(system, graph, property, traps, isInside, fairness) };
  const leaves = components.some((component) => component.some((state) => leavesBounds(graph, state)));
  return leaves ? { status: 'unknown', because: 'leaves_bounds' } : { status: 'holds' };
}

/** A set of states that a fair run never leaves; or one state where nothing can happen. */
type Trap = readonly number[];

function trapsIn(
  system: TransitionSystem,
  graph: StateGraph,
  components: readonly (readonly number[])[],
  fairness: Fairness,
): readonly Trap[] {
  return components.flatMap((component): Trap[] => {
    const [only] = component;
    if (component.length === 1 && only !== undefined && isEnd(graph, only)) return [component];
    const fair = fairPartOf(system, graph, component, fairness);
    return fair === undefined ? [] : [fair];
  });
}

function shortestLasso(
  system: TransitionSystem,
  graph: StateGraph,
  property: LivenessProperty,
  traps: readonly Trap[],
  isInside: (state: number) => boolean,
  fairness: Fairness,
): Lasso {
  const trapOf = new Map(traps.flatMap((trap) => trap.map((state) => [state, trap] as const)));
  const isStart =
    property.kind === 'eventually'
      ? (state: number) => state < graph.initialStates
      : startOf(graph, property, isInside);
  const stem = shortestStem(graph, isStart, isInside, (state) => trapOf.has(state));
  const end = stem.state;
  const trap = trapOf.get(end) ?? [];
  return { stem: stem.actions, loop: isEnd(graph, end) ? [] : loopThrough(system, graph, trap, end, fairness) };
}

/** Whether a state is one from which something is awaited. */
function startOf(
  graph: StateGraph,
  property: PropertyOf<'leads_to'>,
  isInside: (state: number) => boolean,
): (state: number) => boolean {
  return (state) => isInside(state) && property.from(graph.states.chunkOf(state), graph.states.offsetOf(state));
}

function startsOf(graph: StateGraph, property: LivenessProperty, isOpen: Uint8Array): readonly number[] {
  if (property.kind === 'eventually') return Array.from({ length: graph.initialStates }, (_, state) => state);
  const isStart = startOf(graph, property, (state) => isOpen[state] === 1);
  return Array.from({ length: graph.states.count }, (_, state) => state).filter(isStart);
}

function statesWhere(graph: StateGraph, isTrue: (words: Int32Array, at: number) => boolean): Uint8Array {
  const found = new Uint8Array(graph.states.count);
  for (let state = 0; state < found.length; state++)
    if (isTrue(graph.states.chunkOf(state), graph.states.offsetOf(state))) found[state] = 1;
  return found;
}

/** Nothing can happen any more, not even beyond the bounds. */
function isEnd(graph: StateGraph, state: number): boolean {
  return graph.firstEdge(state) === graph.firstEdge(state + 1);
}

function leavesBounds(graph: StateGraph, state: number): boolean {
  for (let edge = graph.firstEdge(state); edge < graph.firstEdge(state + 1); edge++)
    if (graph.target(edge) === OUTSIDE) return true;
  return false;
}
