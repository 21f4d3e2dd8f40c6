/**
 * Shortens a path to a breach that no breadth-first search found: steps are left out one by one, from the last to the first, as long as
 * the others can still be taken and the property is still broken at the end, until none can be left out. The result is minimal in that sense; a path by
 * quite other steps may be shorter.
 */
import type { Successors } from '../successors.ts';
import type { SystemProperty, TransitionSystem } from '../transition-system.ts';
import type { Finding } from './explorer.ts';
import { successorsOf } from './path.ts';

/** Steps that can be tried to leave out before it is enough. */
const TRIALS_MAX = 20_000;

export function shortenPath(system: TransitionSystem, finding: Finding): Finding {
  const property = system.properties.find(({ name }) => name === finding.property);
  if (finding.isShortest || finding.loop !== undefined || property === undefined) return finding;
  let steps = stepsOf(system, finding.actions);
  let trials = 0;
  let isMinimal = false;
  while (!isMinimal && trials < TRIALS_MAX) {
    isMinimal = true;
    for (let at = steps.length - 1; at > 0 && trials < TRIALS_MAX; at--) {
      trials += 1;
      const fewer = retaken(
        system,
        property,
        steps.filter((_, index) => index !== at),
      );
      if (fewer === undefined) continue;
      steps = fewer;
      isMinimal = false;
      at = Math.min(at, steps.length);
    }
  }
  return { ...finding, actions: steps.map(({ action }) => action) };
}

interface Step {
  readonly action: number;
  /** By this a step is recognised on another path. */
  readonly text: string;
}

function stepsOf(system: TransitionSystem, actions: readonly number[]): readonly Step[] {
  let words: Int32Array | undefined;
  return actions.map((action): Step => {
    const text = words === undefined ? '' : system.describeAction(words, 0, action).text;
    words = resultOf(successorsOf(system, words), action);
    return { action, text };
  });
}

/** The same steps taken anew; undefined where one cannot be taken, or nothing is broken at the end. */
function retaken(
  system: TransitionSystem,
  property: SystemProperty,
  steps: readonly Step[],
): readonly Step[] | undefined {
  const taken: Step[] = [];
  let words: Int32Array | undefined;
  let before: Int32Array | undefined;
  for (const { action, text } of steps) {
    const successors = successorsOf(system, words);
    const code = words === undefined ? action : codeOf(system, words, successors, text);
    if (code === undefined) return undefined;
    before = words;
    words = resultOf(successors, code);
    taken.push({ action: code, text });
  }
  return words !== undefined && isBroken(system, property, before, taken.at(-1)?.action ?? 0, words)
    ? taken
    : undefined;
}

function codeOf(system: TransitionSystem, words: Int32Array, successors: Successors, text: string): number | undefined {
  for (let index = 0; index < successors.count; index++) {
    const action = successors.actions[index] as number;
    const isWithin = system.isWithinBoundary?.(successors.words, index * successors.width) !== false;
    if (isWithin && system.describeAction(words, 0, action).text === text) return action;
  }
  return undefined;
}

function resultOf({ words, actions, count, width }: Successors, action: number): Int32Array {
  const index = actions.subarray(0, count).indexOf(action);
  return words.slice(index * width, (index + 1) * width);
}

function isBroken(
  system: TransitionSystem,
  property: SystemProperty,
  before: Int32Array | undefined,
  action: number,
  words: Int32Array,
): boolean {
  switch (property.kind) {
    case 'always':
      return !property.holds(words, 0);
    case 'always_step':
      return before !== undefined && !property.holds(before, 0, action, words, 0);
    case 'deadlock_free':
      return successorsOf(system, words).count === 0 && !property.mayEnd(words, 0);
    default:
      return false;
  }
}
