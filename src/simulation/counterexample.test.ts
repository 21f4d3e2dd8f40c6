import { describe, expect, test } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import { reduceRun, single } from './counterexample.ts';
import { prepare } from './prepare.ts';
import { readReplayToken, replayToken } from './replay-token.ts';
import { type SimulationRequest, STANDARD_REQUEST } from './request.ts';
import { run } from './run/run.ts';
import { simulateRequest } from './simulate.ts';
import { type BrokenProperty, LINEARIZABILITY, type RunSummary } from './summary.ts';

const budget = () => stepBudget(1e8);

/** Quorums that need not meet: broken in almost every run. */
const REQUEST: SimulationRequest = {
  ...STANDARD_REQUEST,
  protocol: 'abd-register',
  nodes: 3,
  variant: 'quorums-do-not-meet',
  runs: 40,
  durationMs: 4000,
  stopAtViolation: true,
};

function firstBroken(request: SimulationRequest): RunSummary & { readonly breach: BrokenProperty } {
  const found = simulateRequest(request, budget()).find(({ broken }) => broken.length > 0);
  const [breach] = found?.broken ?? [];
  if (found === undefined || breach === undefined) throw new Error('no run broke a property');
  return { ...found, breach };
}

const found = firstBroken(REQUEST);
const reduced = reduceRun(REQUEST, found.seed, found.breach.property, budget());

const breachOf = (request: SimulationRequest): BrokenProperty | undefined =>
  simulateRequest(request, budget())[0]?.broken.find(({ property }) => property === found.breach.property);

test('one run alone, its faults spelled out, does what it did among the others', () => {
  const alone = single(REQUEST, found.seed);
  expect([alone.scenario, alone.runs]).toEqual(['none', 1]);
  expect(simulateRequest(alone, budget())[0]?.hash).toBe(found.hash);
});

test('a breach becomes smaller and stays one', () => {
  const { before, after } = reduced;
  expect(after.faults).toBeLessThanOrEqual(before.faults);
  expect(after.operations).toBeLessThan(before.operations);
  expect(reduced.isMinimal).toBe(true);
  expect(breachOf(reduced.request)).toEqual(reduced.broken);
});

test('leaving out any one fault or operation mends it', () => {
  const { request } = reduced;
  const { faults, workload } = request;
  const script = workload.script ?? [];
  expect(script.length).toBeGreaterThan(0);
  for (const left of faults) {
    expect(breachOf({ ...request, faults: faults.filter((each) => each !== left) })).toBeUndefined();
  }
  for (const left of script) {
    const without = script.filter((each) => each !== left);
    expect(breachOf({ ...request, workload: { ...workload, script: without } })).toBeUndefined();
  }
});

test('it replays from its token to the same text, and reduces no further', () => {
  const replayed = readReplayToken(replayToken(reduced.request));
  expect(breachOf(replayed)).toEqual(reduced.broken);
  const again = reduceRun(replayed, replayed.seed, reduced.broken.property, budget());
  expect(again.broken.text).toBe(reduced.broken.text);
  expect(again.after).toEqual(reduced.after);
});

test('its trace holds the whole story, to the breach', () => {
  const { trace, broken } = reduced;
  expect(trace.omitted).toBe(0);
  expect(trace.events.filter(({ kind }) => kind === 'invoke').length).toBeGreaterThan(0);
  expect(trace.endUs).toBeGreaterThanOrEqual((broken.atMs ?? 0) * 1000);
});

test('the same breach is reduced to the same bytes', () => {
  expect(reduceRun(REQUEST, found.seed, found.breach.property, budget())).toEqual(reduced);
});

describe('when the budget ends', () => {
  test('what is left is a breach all the same, and not called the smallest', () => {
    const hurried = reduceRun(REQUEST, found.seed, found.breach.property, stepBudget(found.events * 3));
    expect(hurried.isMinimal).toBe(false);
    expect(breachOf(hurried.request)).toEqual(hurried.broken);
  });

  test('before it began, the run is shown as it was', () => {
    const spent = stepBudget(0);
    spent.spend();
    const shown = reduceRun(REQUEST, found.seed, found.breach.property, spent);
    expect([shown.isMinimal, shown.broken.text]).toEqual([false, found.breach.text]);
    expect(shown.trace.events.length).toBeGreaterThan(10);
  });
});

test('a history that is not linearizable is reduced, too', () => {
  const request = { ...REQUEST, variant: 'quorum-no-read-repair', seed: 31, runs: 1, durationMs: 10_000 };
  const { seed, breach } = firstBroken(request);
  expect(breach.property).toBe(LINEARIZABILITY);
  const example = reduceRun(request, seed, LINEARIZABILITY, budget());
  expect(example.after.operations).toBeLessThan(example.before.operations / 10);
  expect(run(prepare(example.request).optionsOf(seed, budget())).operations.length).toBe(example.after.operations);
  expect(simulateRequest(example.request, budget())[0]?.broken.map(({ text }) => text)).toEqual([example.broken.text]);
});
