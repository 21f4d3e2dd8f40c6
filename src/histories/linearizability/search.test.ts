import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { createPrng } from '../../kernel/prng.ts';
import type { History } from '../history.ts';
import { modelOf } from '../models/catalogue.ts';
import type { Model, PlacedAction } from '../models/model.ts';
import { RANDOM_OBJECTS, randomHistory } from '../random-histories.ts';
import { hasOrder, stepAny } from './all-orders.ts';
import { prefixOf } from './culprit.ts';
import { type Algorithm, dovetail } from './dovetail.ts';
import { checkLinearizability } from './linearizability.ts';
import { interpretAll, partitionHistory } from './part.ts';
import type { LinearizabilityResult } from './result.ts';
import { searchProblem } from './search-problem.ts';

const HISTORIES = Number(process.env.HISTORIES ?? 1000);
const SHAPE = { operations: 7, processes: 3, openOneIn: 5, spoiltOneIn: 2 };

describe.each(RANDOM_OBJECTS)('$name', (object) => {
  const model = modelOf(object.spec);

  it.each<[Algorithm]>([['frontier'], ['depth_first']])('is judged by %s as by trying all orders', (algorithm) => {
    const prng = createPrng(algorithm === 'frontier' ? 11 : 12);
    let violated = 0;
    for (let index = 0; index < HISTORIES; index++) {
      const history = randomHistory(prng, object, SHAPE);
      const actions = interpretAll(history.operations, model);
      const expected = hasOrder(actions, model) ? 'holds' : 'violated';
      const { decided } = dovetail(
        partitionHistory(history, model).map((part) => searchProblem(part.actions, model)),
        { algorithms: [algorithm], bytesMax: 1e9 },
        stepBudget(1e7),
      );
      const found = decided.find(({ decision }) => decision === 'violated')?.decision ?? 'holds';
      if (found !== expected) expect({ history, found }).toBe(expected);
      violated += expected === 'violated' ? 1 : 0;
    }
    expect(violated).toBeGreaterThan(HISTORIES / 50);
    expect(violated).toBeLessThan(HISTORIES * 0.9);
  });

  it('is judged by the whole check, with shortcuts and by parts, as by trying all orders', () => {
    const prng = createPrng(13);
    for (let index = 0; index < HISTORIES; index++) {
      const history = randomHistory(prng, object, SHAPE);
      const actions = interpretAll(history.operations, model);
      const expected = hasOrder(actions, model) ? 'holds' : 'violated';
      const found = checkLinearizability(history, object.spec, { linearize: true }, stepBudget(1e7));
      if (found.verdict !== expected) expect({ history, found }).toBe(expected);
      if (found.verdict === 'holds') expectOrders(found, actions, model);
      else expectCulprit(found, history, model);
    }
  });
});

/** The orders are orders: they keep to time and to the model. */
function expectOrders({ linearizations }: LinearizabilityResult, actions: readonly PlacedAction[], model: Model): void {
  const byId = new Map(actions.map((placed) => [placed.operation.id, placed]));
  for (const order of linearizations ?? []) {
    let states: ReturnType<typeof stepAny> = {};
    let latest = -1;
    for (const id of order) {
      const placed = byId.get(id)!;
      states = stepAny(states!, placed, model);
      if (placed.operation.completed <= latest || states === undefined) expect({ actions, order }).toBeUndefined();
      latest = Math.max(latest, placed.operation.invoked);
      byId.delete(id);
    }
  }
  expect(linearizations).toBeDefined();
  expect([...byId.values()].filter(({ operation }) => operation.completed !== Infinity)).toEqual([]);
}

/** The culprit is the first whose completion leaves no order. */
function expectCulprit({ violation }: LinearizabilityResult, history: History, model: Model): void {
  const { culprit, operations } = violation!;
  const actions = interpretAll(operations, model);
  const isFirst = hasOrder(prefixOf(actions, model, culprit.completed - 1), model);
  const isOne = !hasOrder(prefixOf(actions, model, culprit.completed), model);
  if (!isFirst || !isOne) expect({ history, violation, isFirst, isOne }).toBeUndefined();
}
