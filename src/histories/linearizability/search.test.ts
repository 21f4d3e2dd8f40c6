import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { createPrng } from '../../kernel/prng.ts';
import { modelOf } from '../models/catalogue.ts';
import { RANDOM_OBJECTS, randomHistory } from '../random-histories.ts';
import { hasOrder } from './all-orders.ts';
import { type Algorithm, dovetail } from './dovetail.ts';
import { interpretAll } from './part.ts';
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
        [searchProblem(actions, model)],
        { algorithms: [algorithm], bytesMax: 1e9 },
        stepBudget(1e7),
      );
      if (decided[0]?.decision !== expected) expect({ history, decided: decided[0]?.decision }).toBe(expected);
      violated += expected === 'violated' ? 1 : 0;
    }
    expect(violated).toBeGreaterThan(HISTORIES / 50);
    expect(violated).toBeLessThan(HISTORIES * 0.9);
  });
});
