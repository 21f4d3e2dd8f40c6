/**
 * The whole reachable graph: states by number, and of each its edges. What must come true is judged on it, so it is built without symmetry (whose
 * orbits would mix up who owes what) and held in memory: 4 bytes a word of each state, 8 bytes an edge.
 */
import type { Budget } from '../../kernel/budget.ts';
import { GrowingWords } from '../explore/growing-words.ts';
import { ExactSet } from '../explore/state-set.ts';
import { Successors } from '../successors.ts';
import type { TransitionSystem } from '../transition-system.ts';

export interface StateGraph {
  readonly states: ExactSet;
  readonly initialStates: number;
  /** The edges of state s are numbers `firstEdge(s)` to `firstEdge(s + 1)`, the latter excluded. */
  firstEdge(state: number): number;
  /** {@link OUTSIDE} where the successor lies outside the boundary: the action is enabled, and what comes of it is not known. */
  target(edge: number): number;
  action(edge: number): number;
}

export const OUTSIDE = -1;

export interface GraphLimits {
  readonly statesMax: number;
  readonly bytesMax: number;
}

/** undefined where a limit or the budget ended it. */
export function buildStateGraph(system: TransitionSystem, limits: GraphLimits, budget: Budget): StateGraph | undefined {
  const states = new ExactSet(system.width);
  const [firstEdges, targets, actions] = [new GrowingWords(), new GrowingWords(), new GrowingWords()];
  const successors = new Successors(system.width);
  system.initial(successors);
  for (let index = 0; index < successors.count; index++) states.insert(successors.words, index * system.width);
  const initialStates = states.count;
  for (let state = 0; state < states.count; state++) {
    firstEdges.push(targets.length);
    successors.clear();
    system.expand(states.chunkOf(state), states.offsetOf(state), successors);
    addEdges(system, successors, states, targets, actions);
    const bytes = states.bytes + targets.bytes + actions.bytes + firstEdges.bytes;
    const isTooLarge = states.count > limits.statesMax || bytes > limits.bytesMax;
    if (isTooLarge || !budget.spend(successors.count + 1)) return undefined;
  }
  firstEdges.push(targets.length);
  return {
    states,
    initialStates,
    firstEdge: (state) => firstEdges.at(state),
    target: (edge) => targets.at(edge),
    action: (edge) => actions.at(edge),
  };
}

function addEdges(
  system: TransitionSystem,
  { words, actions: codes, count, width }: Successors,
  states: ExactSet,
  targets: GrowingWords,
  actions: GrowingWords,
): void {
  for (let index = 0; index < count; index++) {
    const at = index * width;
    actions.push(codes[index] as number);
    if (system.isWithinBoundary?.(words, at) === false) {
      targets.push(OUTSIDE);
      continue;
    }
    const known = states.find(words, at);
    targets.push(known === -1 ? states.insert(words, at) : known);
  }
}
