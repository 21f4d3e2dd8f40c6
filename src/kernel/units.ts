/**
 * Branded units: numbers and strings that must not be mixed up, checked once where they enter.
 */
import { fail, renderReceived } from './failure.ts';

declare const unit: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [unit]?: Name };

/** A cluster member's name. */
export type NodeId = Branded<string, 'NodeId'>;
/** Index of a node in its system's node list, from 0. */
export type NodeIndex = Branded<number, 'NodeIndex'>;
export type Milliseconds = Branded<number, 'Milliseconds'>;
/** In [0, 1]. */
export type Probability = Branded<number, 'Probability'>;
/** A safe non-negative integer. */
export type Seed = Branded<number, 'Seed'>;

/** Checks that `value` is a probability. */
export function probability(value: number, path: string): Probability {
  if (value >= 0 && value <= 1) return value;
  return fail('availability/invalid_probability', {
    message: 'a probability must lie in [0, 1]',
    path,
    received: renderReceived(value),
    expected: 'a number from 0 to 1, e.g. 0.999',
    nextStep: `Give ${path} as a fraction: 0.999, not 99.9.`,
  });
}
