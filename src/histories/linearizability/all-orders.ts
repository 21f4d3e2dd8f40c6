/**
 * Linearizability by its definition, for tests: tries all orders of all operations on all objects, with no memory and no bounds.
 */
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Value } from '../history.ts';
import type { Model, PlacedAction } from '../models/model.ts';

type States = Readonly<Record<string, Value>>;

export function hasOrder(actions: readonly PlacedAction[], model: Model): boolean {
  const placeRest = (left: readonly PlacedAction[], states: States): boolean => {
    const certain = left.filter(({ operation }) => operation.completed !== Infinity);
    if (certain.length === 0) return true;
    return left.some((next) => {
      const comesFirst = certain.every(({ operation }) => operation.completed >= next.operation.invoked);
      const after = comesFirst ? stepAny(states, next, model) : undefined;
      return after !== undefined && placeRest(withoutOne(left, next), after);
    });
  };
  return placeRest(actions, {});
}

/** Steps the object that the action is about. */
export function stepAny(states: States, { action }: PlacedAction, model: Model): States | undefined {
  const name = canonicalJson(action.touches.object);
  const after = model.step(states[name] ?? model.initial, action);
  return after === undefined ? undefined : { ...states, [name]: after };
}

function withoutOne(actions: readonly PlacedAction[], gone: PlacedAction): readonly PlacedAction[] {
  return actions.filter((placed) => placed !== gone);
}
