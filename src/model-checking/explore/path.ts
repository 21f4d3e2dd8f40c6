/**
 * Paths rebuilt from actions. Under symmetry the explorer keeps one state of each orbit, and the recorded actions lead through those: the
 * path that is told is made concrete by choosing, in each concrete state, the action whose result has the recorded representative.
 * So every step told is one that the system can really take (unlike TLC's under SYMMETRY, tlaplus issue 816).
 */
import { InvariantError, invariant } from '../../kernel/invariant.ts';
import { Successors } from '../successors.ts';
import type { TransitionSystem } from '../transition-system.ts';

export interface PathStep {
  /** The code of the action; of the first step, the number of the initial state. */
  readonly action: number;
  /** The state that it leads to. */
  readonly words: Int32Array;
}

/** The states along recorded actions; the first action is the number of an initial state. */
export function pathOf(system: TransitionSystem, actions: readonly number[], usesSymmetry: boolean): PathStep[] {
  const canonical = canonicalPath(system, actions, usesSymmetry);
  if (!usesSymmetry || system.canonicalise === undefined) return canonical;
  const path: PathStep[] = [];
  for (const { words } of canonical) path.push(concreteStep(system, path.at(-1), words));
  return path;
}

function canonicalPath(system: TransitionSystem, actions: readonly number[], usesSymmetry: boolean): PathStep[] {
  const path: PathStep[] = [];
  for (const action of actions) {
    const successors = successorsOf(system, path.at(-1)?.words);
    const index = successors.actions.subarray(0, successors.count).indexOf(action);
    invariant(index !== -1, `the recorded action ${action} is enabled`);
    const words = rowOf(successors, index);
    if (usesSymmetry) system.canonicalise?.(words, 0);
    path.push({ action, words });
  }
  return path;
}

function concreteStep(system: TransitionSystem, before: PathStep | undefined, representative: Int32Array): PathStep {
  const successors = successorsOf(system, before?.words);
  for (let index = 0; index < successors.count; index++) {
    const words = rowOf(successors, index);
    const copy = words.slice();
    system.canonicalise?.(copy, 0);
    if (sameWords(copy, representative)) return { action: successors.actions[index] as number, words };
  }
  throw new InvariantError('symmetry does not commute with the actions of the system');
}

/** The successors of a state, or the initial states. */
export function successorsOf(system: TransitionSystem, words: Int32Array | undefined): Successors {
  const successors = new Successors(system.width);
  if (words === undefined) system.initial(successors);
  else system.expand(words, 0, successors);
  return successors;
}

function rowOf(successors: Successors, index: number): Int32Array {
  return successors.words.slice(index * successors.width, (index + 1) * successors.width);
}

function sameWords(a: Int32Array, b: Int32Array): boolean {
  return a.every((word, index) => word === b[index]);
}
