/**
 * Which part of a component can be run through for ever under fairness.
 *
 * Weak fairness: no class of actions stays enabled for ever without being taken. A component fails it if some class is enabled in all
 * its states and none of its actions stays inside; then so does every part of it. Strong fairness: no class is enabled again and
 * again without being taken. A class that is enabled somewhere inside and never stays inside spoils just the states where it is enabled: without them
 * the rest falls into smaller components, which are judged anew (E. Emerson, C.-L. Lei, "Modalities for Model Checking", 1987).
 */
import type { Fairness } from '../check-request.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { componentsOf } from './components.ts';
import type { StateGraph } from './state-graph.ts';

/** A set of states that a fair run can stay in for ever, all of them again and again; undefined where there is none. */
export function fairPartOf(
  system: TransitionSystem,
  graph: StateGraph,
  component: readonly number[],
  fairness: Fairness,
): readonly number[] | undefined {
  const members = new Set(component);
  if (!hasInnerEdge(graph, component, members)) return undefined;
  if (fairness === 'none' || system.fairnessClass === undefined) return component;
  const classes = classesOf(system, graph, component, members);
  const owed = [...classes.values()].filter(({ taken }) => !taken);
  if (fairness === 'weak')
    return owed.some(({ enabledIn }) => enabledIn.size === component.length) ? undefined : component;
  const [spoiling] = owed;
  if (spoiling === undefined) return component;
  const isInside = (state: number): boolean => members.has(state) && !spoiling.enabledIn.has(state);
  for (const part of componentsOf(graph, component.filter(isInside), isInside)) {
    const fair = fairPartOf(system, graph, part, fairness);
    if (fair !== undefined) return fair;
  }
  return undefined;
}

interface ActionClass {
  readonly enabledIn: Set<number>;
  /** One of its actions stays inside the component. */
  taken: boolean;
}

function classesOf(
  system: TransitionSystem,
  graph: StateGraph,
  component: readonly number[],
  members: ReadonlySet<number>,
): ReadonlyMap<number, ActionClass> {
  const classes = new Map<number, ActionClass>();
  for (const state of component) {
    const [words, at] = [graph.states.chunkOf(state), graph.states.offsetOf(state)];
    for (let edge = graph.firstEdge(state); edge < graph.firstEdge(state + 1); edge++) {
      const number = system.fairnessClass?.(words, at, graph.action(edge)) ?? -1;
      if (number < 0) continue;
      const known = classes.get(number) ?? { enabledIn: new Set(), taken: false };
      known.enabledIn.add(state);
      known.taken ||= members.has(graph.target(edge));
      classes.set(number, known);
    }
  }
  return classes;
}

function hasInnerEdge(graph: StateGraph, component: readonly number[], members: ReadonlySet<number>): boolean {
  return component.some((state) => {
    for (let edge = graph.firstEdge(state); edge < graph.firstEdge(state + 1); edge++)
      if (members.has(graph.target(edge))) return true;
    return false;
  });
}
