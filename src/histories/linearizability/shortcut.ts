/**
 * Polynomial algorithms for parts that fulfil a condition, usually that every value is written once. Each gives undefined where its condition does not hold.
 */
import type { Model, PlacedAction } from '../models/model.ts';
import { judgeFifoQueue } from './fifo-order.ts';
import { judgeGrowing } from './growing-order.ts';
import { judgeUniqueRegister } from './unique-register.ts';

export type ShortcutAlgorithm = 'zones' | 'growing_order' | 'queue_order';

export interface ShortcutVerdict {
  readonly algorithm: ShortcutAlgorithm;
  /** Few operations that by themselves have no order; undefined when the part has one. */
  readonly conflict: readonly PlacedAction[] | undefined;
}

export function judgeByShortcut(actions: readonly PlacedAction[], model: Model): ShortcutVerdict | undefined {
  switch (model.shortcut) {
    case 'register':
      return judgeUniqueRegister(actions, model.initial);
    case 'growing':
      return judgeGrowing(actions, model);
    case 'queue':
      return judgeFifoQueue(actions, model.initial);
    default:
      return undefined;
  }
}
