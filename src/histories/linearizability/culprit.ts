/**
 * Finds the operation with whose completion a history ceases to be linearizable. What was under way then counts as open: of it only the invocation was known.
 */
import { attempt } from '../../kernel/failure.ts';
import type { Model, PlacedAction } from '../models/model.ts';
import { interpretAll } from './part.ts';

export type Judge = (actions: readonly PlacedAction[]) => 'holds' | 'violated' | 'unknown';

/**
 * `notBefore` is the number of an event before which the history is known to be linearizable. Where the judge cannot tell, the first completion that it
 * knows to be too late is given, which is one of the last at worst.
 */
export function findCulprit(
  actions: readonly PlacedAction[],
  model: Model,
  notBefore: number,
  judge: Judge,
): PlacedAction | undefined {
  const completions = actions
    .filter(({ operation }) => operation.completed !== Infinity && operation.completed >= notBefore)
    .sort((a, b) => a.operation.completed - b.operation.completed);
  const isViolatedBy = (index: number): boolean => {
    const completed = completions[index]?.operation.completed ?? Infinity;
    return index >= completions.length - 1 || judge(prefixOf(actions, model, completed)) === 'violated';
  };
  // It is nearly always among the first: steps double from there.
  let [low, high] = [-1, 0];
  while (!isViolatedBy(high)) [low, high] = [high, 2 * high + 1];
  high = Math.min(high, completions.length - 1);
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (isViolatedBy(middle)) high = middle;
    else low = middle;
  }
  return completions[high];
}

/** What was known of the part when the event of that number had happened. */
export function prefixOf(actions: readonly PlacedAction[], model: Model, event: number): readonly PlacedAction[] {
  return actions.flatMap((placed) => {
    const { operation } = placed;
    if (operation.invoked >= event) return [];
    if (operation.completed <= event) return [placed];
    if (operation.completed === Infinity) return [placed];
    const open = { ...operation, outcome: 'open' as const, output: null, completed: Infinity };
    // What fitted the model when it had completed need not fit while open; then it says nothing.
    const read = attempt(() => interpretAll([open], model));
    return read.ok ? read.value : [];
  });
}
