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
    expected: 'a number from 0 to 1',
    nextStep: `Set ${path} to a probability such as 0.999.`,
  });
}

/** Checks that `value` is a positive finite number, such as a capacity or a rate. */
export function positive(value: number, path: string, unitName: string): number {
  if (value > 0 && Number.isFinite(value)) return value;
  return fail('input/invalid', {
    message: 'must be a positive finite number',
    path,
    received: renderReceived(value),
    expected: `a number of ${unitName} above 0`,
    nextStep: `Set ${path} to a positive number, for example 1000.`,
  });
}
