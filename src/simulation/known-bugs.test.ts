import { describe, expect, test } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import { type Counterexample, reduceRun } from './counterexample.ts';
import { KNOWN_BUGS, type KnownBug } from './known-bugs.ts';
import { prepare } from './prepare.ts';
import type { SimulationRequest } from './request.ts';
import { simulate } from './simulate.ts';
import type { RunSummary } from './summary.ts';

/** Events: a search and its reduction; none of the rows comes near. */
const BUDGET = 10_000_000;
const REDUCTION_BUDGET = 300_000;
const SURVIVED_RUNS = 200;

interface Found {
  readonly bug: string;
  readonly seed: number;
  readonly reduced: Counterexample;
}

const found: Found[] = [];

describe.each(KNOWN_BUGS)('$bug', (known) => {
  test(`breaks ${known.breaks} in a search of some hundred runs, and still does when reduced`, () => {
    const seed = searchFor(known);
    expect(seed).toBeDefined();
    if (seed === undefined) return;
    const reduced = reduceRun(known.request, seed, known.breaks, stepBudget(REDUCTION_BUDGET));
    found.push({ bug: known.bug, seed, reduced });
    expect(reduced.after.faults).toBeLessThanOrEqual(reduced.before.faults);
    expect(reduced.after.operations).toBeLessThanOrEqual(reduced.before.operations);
    expect(repeated(reduced.request).broken).toContainEqual(reduced.broken);
  });

  test(`is not in the right form, which survives ${SURVIVED_RUNS} runs of the same search`, () => {
    const runs = simulate(prepare(known.fixed), stepBudget(BUDGET), { count: SURVIVED_RUNS });
    expect(runs).toHaveLength(SURVIVED_RUNS);
    expect(runs.flatMap(({ seed, broken }) => broken.map((each) => ({ seed, ...each })))).toEqual([]);
  });
});

test('what the searches found and what was left of it, as a table', async () => {
  const header = [
    '# Every known bug: the first seed of its search that breaks the property, what is left of the run after reduction, and the values.',
    '# Faults and operations are counted before and after.',
    '',
  ];
  const rows = found.flatMap(({ bug, seed, reduced: { request, before, after, broken } }) => [
    `${bug}: ${request.protocol}, ${request.nodes} nodes${request.variant === undefined ? '' : `, ${request.variant}`}`,
    `  seed ${seed}; faults ${before.faults} -> ${after.faults}, operations ${before.operations} -> ${after.operations}, ${request.durationMs} ms`,
    `  ${broken.property}: ${broken.text}`,
    '',
  ]);
  await expect([...header, ...rows].join('\n')).toMatchFileSnapshot('testdata/known-bugs.txt');
});

test('a search names a property of its protocol or of all', () => {
  for (const { bug, request, breaks } of KNOWN_BUGS) {
    const { definition, config } = prepare(request);
    const own = definition.protocol.properties(config).map(({ name }) => name);
    expect([bug, [...own, 'linearizability']]).toEqual([bug, expect.arrayContaining([breaks])]);
  }
});

test('every known bug has one search', () => {
  const named = KNOWN_BUGS.map(({ bug }) => bug);
  expect(new Set(named).size).toBe(named.length);
  expect(named).toHaveLength(34);
});

test('a failover loses what was acknowledged asynchronously, and says how much; synchronously it loses nothing', () => {
  const known = KNOWN_BUGS.find(({ bug }) => bug === 'async-failover-loss');
  if (known === undefined) throw new Error('the search is gone');
  const [asynchronous, synchronous] = [known.request, known.fixed].map((request) =>
    simulate(prepare({ ...request, stopAtViolation: false }), stepBudget(BUDGET), { count: 50 }),
  );
  const losses = asynchronous?.map(lostWrites) ?? [];
  expect(losses.filter((count) => count > 0).length).toBeGreaterThan(10);
  expect(synchronous?.map(lostWrites)).toEqual(Array.from({ length: 50 }, () => 0));
});

function searchFor({ request, breaks }: KnownBug): number | undefined {
  const prepared = prepare(request);
  const budget = stepBudget(BUDGET);
  for (let first = 0; first < request.runs; first++) {
    const [summary] = simulate(prepared, budget, { first, count: 1 });
    if (summary?.broken.some(({ property }) => property === breaks) === true) return summary.seed;
  }
  return undefined;
}

function repeated(request: SimulationRequest): RunSummary {
  const [summary] = simulate(prepare(request), stepBudget(BUDGET));
  if (summary === undefined) throw new Error('nothing was run');
  return summary;
}

/** From `n2, primary of epoch 2, lacks 3 acknowledged writes: …`. */
function lostWrites({ broken }: RunSummary): number {
  const texts = broken.filter(({ property }) => property === 'no acknowledged write is lost').map(({ text }) => text);
  return texts.reduce((sum, text) => sum + Number(/lacks (\d+) acknowledged/.exec(text)?.[1]), 0);
}
