/**
 * Inputs that the schemas take, with the large fields near their ends: each is answered within the size limit or refused for what it
 * is. An answer that quotes its input must not fail for the length of the quotation.
 */
import { expect, test } from 'vitest';
import { ANSWER_BYTES_MAX } from '../src/registry/bound-answer.ts';
import { renderOutcome } from '../src/registry/call-tool.ts';
import { createInProcessExecutor } from '../src/runs/in-process-executor.ts';
import { createMemoryRunStore } from '../src/runs/memory-run-store.ts';
import { registry } from './index.ts';

const HURRIED = { time_limit_ms: 300 };

const longIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${'n'.repeat(60)}${1000 + index}`);
const LONG_NODES = longIds(1_000).map((id, index) => ({ id, capacity: 100 + (index % 7), zone: id }));
const sumOf = (count: number): string =>
  Array.from({ length: count }, (_, index) => `node_number_${index}`).join(' + ');

const PROBLEM = { problem_type: 'consensus', nodes: 5, failure_tolerance: 2 };
const SOLUTION = {
  protocol: 'Raft',
  correctness_proof: 'Any two majorities intersect.',
  failure_scenarios: [] as object[],
  performance_characteristics: { latency: 'one round trip', throughput: 'leader-bound', availability: 'high' },
};
const FALSE_CLAIM = 'So 4 nodes tolerate 2 failures. ';
const LONG_TEXT = FALSE_CLAIM.repeat(600);
const WRONG_SCENARIO = {
  scenario: `3 of 5 nodes down${' and so on'.repeat(1_900)}`,
  behavior: `Continues to accept writes${', still'.repeat(2_400)}.`,
  recovery: LONG_TEXT,
};
const review = (solution: object): object => ({ problem: PROBLEM, solution: { ...SOLUTION, ...solution } });

test.each<[string, string, object]>([
  [
    '1,000 nodes with long names and a zone each',
    'analyze_quorum',
    { ...HURRIED, nodes: LONG_NODES, zones: undefined },
  ],
  [
    '1,000 long names in quorums that do not meet',
    'analyze_quorum',
    {
      ...HURRIED,
      nodes: LONG_NODES,
      reads: `choose(400, ${longIds(1_000).join(', ')})`,
      writes: `choose(400, ${longIds(1_000).join(', ')})`,
    },
  ],
  ['an expression of 900 names', 'analyze_quorum', { ...HURRIED, reads: sumOf(900) }],
  ['all minimal quorums of many', 'analyze_quorum', { ...HURRIED, node_count: 21, list_limit: 10_000 }],
  [
    'a change of all members',
    'analyze_quorum',
    { ...HURRIED, node_count: 5, membership_change: { from: longIds(1_000), to: longIds(1_000).reverse() } },
  ],
  ['a proof of 100,000 characters', 'review_solution', review({ correctness_proof: 'x'.repeat(100_000) })],
  ['a proof full of false claims', 'review_solution', review({ correctness_proof: FALSE_CLAIM.repeat(3_000) })],
  [
    'a false claim in a sentence of 20,000 characters',
    'review_solution',
    review({ summary: `${'so '.repeat(6_600)}4 nodes tolerate 2 failures` }),
  ],
  ['one long wrong scenario', 'review_solution', review({ failure_scenarios: [WRONG_SCENARIO] })],
  [
    '200 long wrong scenarios',
    'review_solution',
    review({ failure_scenarios: new Array<object>(200).fill(WRONG_SCENARIO) }),
  ],
  [
    'a protocol of 20,000 characters',
    'review_solution',
    {
      ...review({ protocol: `Raft ${'ü'.repeat(19_000)}` }),
      problem: { ...PROBLEM, nodes: 7, network_assumptions: { byzantine_tolerance: true } },
    },
  ],
  [
    'everything at once',
    'review_solution',
    review({
      summary: LONG_TEXT,
      correctness_proof: LONG_TEXT.repeat(5),
      failure_scenarios: new Array<object>(200).fill(WRONG_SCENARIO),
      diagram: 'x'.repeat(100_000),
      assumptions: new Array<string>(200).fill(LONG_TEXT),
      next_steps: new Array<string>(200).fill(LONG_TEXT),
      reproduce: 'x'.repeat(100_000),
    }),
  ],
])('%s', async (_, name, input) => {
  const runs = createMemoryRunStore();
  const outcome = await createInProcessExecutor({ registry, runs, nowMs: () => performance.now() }).call(
    name,
    JSON.parse(JSON.stringify(input)),
  );
  const text = renderOutcome(outcome);
  if (!outcome.ok) expect(text).not.toMatch(/^(?:answer|internal)\//);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(ANSWER_BYTES_MAX);
  if (outcome.ok) expect(registry.find(name).output.safeParse(outcome.value).success).toBe(true);
});

test('a list of quorums that the size limit cut does not call itself complete', async () => {
  const runs = createMemoryRunStore();
  const executor = createInProcessExecutor({ registry, runs, nowMs: () => performance.now() });
  // 13 choose 7 minimal quorums, all found: only the answer has no room for them.
  const outcome = await executor.call('analyze_quorum', { node_count: 13, list_limit: 10_000 });
  expect(outcome).toMatchObject({ ok: true, value: { read_quorums: { count: 1_716, complete: false } } });
  const small = await executor.call('analyze_quorum', { node_count: 5 });
  expect(small).toMatchObject({ ok: true, value: { read_quorums: { count: 10, complete: true } } });
});
