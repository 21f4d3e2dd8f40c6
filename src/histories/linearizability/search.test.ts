import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { createPrng } from '../../kernel/prng.ts';
import { minimiseViolation } from '../explanation/minimise-history.ts';
import type { History } from '../history.ts';
import { modelOf } from '../models/catalogue.ts';
import type { Model, PlacedAction } from '../models/model.ts';
import { RANDOM_OBJECTS, type RandomObject, randomHistory } from '../random-histories.ts';
import { hasOrder, stepAny } from './all-orders.ts';
import { prefixOf } from './culprit.ts';
import { type Algorithm, dovetail } from './dovetail.ts';
import { checkLinearizability } from './linearizability.ts';
import { LinearizabilityStream } from './linearizability-stream.ts';
import { interpretAll, partitionHistory } from './part.ts';
import type { LinearizabilityResult } from './result.ts';
import { searchProblem } from './search-problem.ts';

/** For each object; more on demand. */
const HISTORIES = Number(process.env.HISTORIES ?? 1000);
const SHAPE = { operations: 6, processes: 3, openOneIn: 5, spoiltOneIn: 2 };

type Verdict = 'holds' | 'violated';

describe.each(RANDOM_OBJECTS)('$name', (object) => {
  const model = modelOf(object.spec);

  it('is judged by every algorithm as by trying all orders', () => {
    const prng = createPrng(11);
    let violated = 0;
    for (let index = 0; index < HISTORIES; index++) {
      const history = randomHistory(prng, object, SHAPE);
      const actions = interpretAll(history.operations, model);
      const expected: Verdict = hasOrder(actions, model) ? 'holds' : 'violated';
      const found = checkLinearizability(history, object.spec, { linearize: true }, stepBudget(1e7));
      const verdicts = {
        whole: found.verdict,
        frontier: bySearch('frontier', history, model),
        depthFirst: bySearch('depth_first', history, model),
        stream: byStream(history, object).verdict,
      };
      for (const verdict of Object.values(verdicts)) {
        if (verdict !== expected) expect({ history, verdicts }).toBe(expected);
      }
      if (expected === 'holds') expectOrders(found, actions, model);
      else expectReason(found, history, object);
      violated += expected === 'violated' ? 1 : 0;
    }
    expect(violated).toBeGreaterThan(HISTORIES / 50);
    expect(violated).toBeLessThan(HISTORIES * 0.9);
  });
});

function bySearch(algorithm: Algorithm, history: History, model: Model): Verdict {
  const problems = partitionHistory(history, model).map(({ actions }) => searchProblem(actions, model));
  const { decided } = dovetail(problems, { algorithms: [algorithm], bytesMax: 1e9 }, stepBudget(1e7));
  return decided.find(({ decision }) => decision === 'violated')?.decision ?? 'holds';
}

function byStream({ operations }: History, { spec }: RandomObject): ReturnType<LinearizabilityStream['finish']> {
  const stream = new LinearizabilityStream(spec, stepBudget(1e7));
  const numbers = new Map<number, number>();
  const events = operations.flatMap((operation) => [
    { at: operation.invoked, operation, isInvocation: true },
    ...(operation.completed === Infinity ? [] : [{ at: operation.completed, operation, isInvocation: false }]),
  ]);
  for (const { operation, isInvocation } of events.sort((a, b) => a.at - b.at)) {
    if (isInvocation) numbers.set(operation.id, stream.invoke(operation));
    else stream.complete(numbers.get(operation.id)!, operation.outcome, operation.output);
  }
  return stream.finish();
}

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

/** The culprit is the first whose completion leaves no order, and the minimal history has none. */
function expectReason({ violation }: LinearizabilityResult, history: History, { spec }: RandomObject): void {
  const model = modelOf(spec);
  const { culprit, operations } = violation!;
  const actions = interpretAll(operations, model);
  const isFirst = hasOrder(prefixOf(actions, model, culprit.completed - 1), model);
  const isOne = !hasOrder(prefixOf(actions, model, culprit.completed), model);
  const minimal = minimiseViolation(violation!, spec, stepBudget(1e6));
  const isViolated = !hasOrder(interpretAll(minimal.operations, model), model);
  if (!isFirst || !isOne || !isViolated || !minimal.isMinimal) {
    expect({ history, violation, minimal, isFirst, isOne, isViolated }).toBeUndefined();
  }
}
