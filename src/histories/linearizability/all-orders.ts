/**
 * Linearizability by its definition, for tests: tries all orders, with no memory and no bounds.
 */
import type { Value } from '../history.ts';
import type { Model, PlacedAction } from '../models/model.ts';

export function hasOrder(actions: readonly PlacedAction[], model: Model): boolean {
  const placeRest = (left: readonly PlacedAction[], state: Value): boolean => {
    const certain = left.filter(({ operation }) => operation.completed !== Infinity);
    if (certain.length === 0) return true;
    return left.some((next) => {
      const comesFirst = certain.every(({ operation }) => operation.completed >= next.operation.invoked);
      const after = comesFirst ? model.step(state, next.action) : undefined;
      return (
        after !== undefined &&
        placeRest(
          left.filter((other) => other !== next),
          after,
        )
      );
    });
  };
  return placeRest(actions, model.initial);
}
