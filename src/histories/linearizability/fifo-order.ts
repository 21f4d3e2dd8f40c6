/**
 * A FIFO queue to which every element is added once and from which nobody took nobody knows what. O(n log n).
 *
 * T. Henzinger, A. Sezgin, V. Vafeiadis, "Aspect-Oriented Linearizability Proofs", CONCUR 2013: an order exists exactly when no element is taken that was
 * not added, or twice, or before it was added; no element is overtaken (a was added before b was, and b taken before a was or though a never was); and
 * nobody found the queue empty while there was, at every moment of looking, an element that had certainly been added and not yet taken.
 */
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Value } from '../history.ts';
import type { PlacedAction } from '../models/model.ts';
import type { ShortcutVerdict } from './shortcut.ts';

interface Stay {
  readonly put: PlacedAction;
  take: PlacedAction | undefined;
}

export function judgeFifoQueue(actions: readonly PlacedAction[], initial: Value): ShortcutVerdict | undefined {
  if (!Array.isArray(initial) || initial.length > 0) return undefined;
  const stays = new Map<string, Stay>();
  for (const placed of actions) {
    const { f, argument, result } = placed.action;
    if (f === 'take' && result === undefined) return undefined;
    if (f === 'take') continue;
    const name = canonicalJson(argument);
    if (stays.has(name)) return undefined;
    stays.set(name, { put: placed, take: undefined });
  }
  return { algorithm: 'queue_order', conflict: findConflict(actions, stays) };
}

function findConflict(
  actions: readonly PlacedAction[],
  stays: ReadonlyMap<string, Stay>,
): readonly PlacedAction[] | undefined {
  const looks: PlacedAction[] = [];
  for (const placed of actions) {
    const { f, result = null } = placed.action;
    if (f !== 'take') continue;
    if (result === null) {
      looks.push(placed);
      continue;
    }
    const stay = stays.get(canonicalJson(result));
    if (stay === undefined) return [placed];
    if (stay.take !== undefined) return [stay.put, stay.take, placed];
    if (placed.operation.completed < stay.put.operation.invoked) return [placed, stay.put];
    stay.take = placed;
  }
  // An element that nobody took and whose addition stayed open may never have been there.
  const certain = [...stays.values()].filter(({ put, take }) => take !== undefined || addedAt({ put }) !== Infinity);
  return findOvertaking(certain) ?? findFalseEmpty(certain, looks);
}

function addedAt({ put }: Pick<Stay, 'put'>): number {
  return put.operation.completed;
}

/** From when on the element may be gone. */
function leavesFrom({ take }: Stay): number {
  return take?.operation.invoked ?? Infinity;
}

/** In the order of the additions: of all elements added before, the one that leaves last must not outstay the newcomer. */
function findOvertaking(stays: readonly Stay[]): readonly PlacedAction[] | undefined {
  const byInvocation = stays.toSorted((a, b) => a.put.operation.invoked - b.put.operation.invoked);
  const byCompletion = stays.toSorted((a, b) => addedAt(a) - addedAt(b));
  let next = 0;
  let longest: Stay | undefined;
  for (const stay of byInvocation) {
    for (; next < byCompletion.length; next++) {
      const earlier = byCompletion[next];
      if (earlier === undefined || addedAt(earlier) >= stay.put.operation.invoked) break;
      if (longest === undefined || leavesFrom(earlier) > leavesFrom(longest)) longest = earlier;
    }
    const goneBy = stay.take?.operation.completed ?? Infinity;
    if (longest !== undefined && goneBy < leavesFrom(longest)) return operationsOf([longest, stay]);
  }
  return undefined;
}

interface Cover {
  readonly from: number;
  to: number;
  readonly stays: Stay[];
}

/** The queue is certainly not empty from an addition to the taking of the element, and so from one such time to the next where they overlap. */
function findFalseEmpty(stays: readonly Stay[], looks: readonly PlacedAction[]): readonly PlacedAction[] | undefined {
  const covers: Cover[] = [];
  const certain = stays.filter((stay) => addedAt(stay) < leavesFrom(stay)).sort((a, b) => addedAt(a) - addedAt(b));
  for (const stay of certain) {
    const cover = covers[covers.length - 1];
    if (cover === undefined || addedAt(stay) >= cover.to) {
      covers.push({ from: addedAt(stay), to: leavesFrom(stay), stays: [stay] });
    } else if (leavesFrom(stay) > cover.to) {
      cover.to = leavesFrom(stay);
      cover.stays.push(stay);
    }
  }
  for (const look of looks) {
    const { invoked, completed } = look.operation;
    const cover = lastBefore(covers, invoked);
    if (cover === undefined || cover.to <= completed) continue;
    const during = cover.stays.filter((stay) => addedAt(stay) < completed && leavesFrom(stay) > invoked);
    return [...operationsOf(during), look].sort((a, b) => a.operation.invoked - b.operation.invoked);
  }
  return undefined;
}

function lastBefore(covers: readonly Cover[], time: number): Cover | undefined {
  let [low, high] = [0, covers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((covers[middle]?.from ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return covers[low - 1];
}

function operationsOf(stays: readonly Stay[]): readonly PlacedAction[] {
  return stays
    .flatMap(({ put, take }) => (take === undefined ? [put] : [put, take]))
    .sort((a, b) => a.operation.invoked - b.operation.invoked);
}
