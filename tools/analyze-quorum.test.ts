import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createBudget, stepBudget } from '../src/kernel/budget.ts';
import type { Failure } from '../src/kernel/failure.ts';
import { invariant } from '../src/kernel/invariant.ts';
import { callTool } from '../src/registry/call-tool.ts';
import type { ToolContext } from '../src/registry/define-tool.ts';
import { createMemoryCheckpointStore } from '../src/runs/checkpoint-store.ts';
import { type QuorumReport, quorumRequestSchema } from '../src/schemas/quorum.ts';
import { reportOnQuorums } from '../src/solutions/quorum/quorum-report.ts';
import { analyzeQuorum } from './analyze-quorum.ts';

type Input = Record<string, unknown>;

const STEPS_MAX = 1_000_000_000;

async function analyze(input: Input): Promise<QuorumReport> {
  const outcome = await call(input);
  invariant(outcome.ok, outcome.ok ? '' : JSON.stringify(outcome.failure));
  return outcome.value as unknown as QuorumReport;
}

async function failureOf(input: Input): Promise<Failure> {
  const outcome = await call(input);
  invariant(!outcome.ok, 'the call fails');
  return outcome.failure;
}

function call(input: Input): ReturnType<typeof callTool> {
  return callTool(analyzeQuorum, input, contextOf);
}

/** Answers too large for the limit are kept nowhere: the lists that were cut are not looked at here. */
function contextOf(): ToolContext {
  const runs = {
    save: async () => ({ id: '0'.repeat(32), uri: `quorate://runs/${'0'.repeat(32)}` }),
    readPage: () => Promise.reject(new Error('no runs here')),
    describe: () => Promise.reject(new Error('no runs here')),
  };
  const signal = new AbortController().signal;
  const inParts = () => Promise.reject(new Error('no parts here'));
  const budget = createBudget({ steps: STEPS_MAX });
  const checkpoints = createMemoryCheckpointStore();
  return { seed: 0, budget, progress: () => {}, signal, runs, checkpoints, elapsedMs: () => 0, inParts };
}

interface QuoracleCase {
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly {
    readonly id: string;
    readonly read_capacity?: number;
    readonly write_capacity?: number;
    readonly latency_s?: number;
  }[];
  readonly reads: string | null;
  readonly writes: string | null;
  readonly read_fraction: number | Readonly<Record<string, number>>;
  readonly query: {
    readonly optimize?: string;
    readonly load_limit?: number;
    readonly latency_limit?: number;
    readonly f?: number;
  };
  readonly expected: {
    readonly read_resilience: number;
    readonly write_resilience: number;
    readonly resilience: number;
    readonly minimal_read_quorums: number;
    readonly minimal_write_quorums: number;
    readonly objective_value: number | null;
    readonly feasible: boolean;
    readonly fraction?: string;
  };
}

const { cases } = JSON.parse(
  readFileSync(new URL('../src/quorum/testdata/quoracle-cases.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly QuoracleCase[] };

/** A case in the words of the tool: seconds become milliseconds. */
function inputOf({ nodes, reads, writes, read_fraction: fraction, query }: QuoracleCase): Input {
  return {
    nodes: nodes.map(({ latency_s: seconds, ...node }) => ({
      ...node,
      ...(seconds === undefined ? {} : { latency_ms: seconds * 1000 }),
    })),
    ...(reads === null ? {} : { reads }),
    ...(writes === null ? {} : { writes }),
    ...(typeof fraction === 'number' ? { read_fraction: fraction } : { workload: workloadOf(fraction) }),
    ...(query.optimize === undefined ? {} : { optimize: query.optimize }),
    ...(query.load_limit === undefined ? {} : { load_limit: query.load_limit }),
    ...(query.latency_limit === undefined ? {} : { latency_limit_ms: query.latency_limit * 1000 }),
    ...(query.f === undefined ? {} : { resilient_to: query.f }),
  };
}

function workloadOf(fractions: Readonly<Record<string, number>>): Input[] {
  return Object.entries(fractions).map(([fraction, weight]) => ({ read_fraction: Number(fraction), weight }));
}

describe('the cases of quoracle', () => {
  test.each(cases.map((c) => [`${c.id} ${c.title}`, c] as const))('%s', async (_, c) => {
    const { expected, query } = c;
    const report = await analyze(inputOf(c));
    expect(report.feasible).toBe(expected.feasible);
    expect(report.resilience).toMatchObject({
      read: expected.read_resilience,
      write: expected.write_resilience,
      overall: expected.resilience,
    });
    expect(report.read_quorums.count).toBe(expected.minimal_read_quorums);
    expect(report.write_quorums.count).toBe(expected.minimal_write_quorums);
    if (expected.objective_value === null) {
      expect(report.no_strategy_because).toMatch(/latency/);
      return;
    }
    const inMilliseconds = query.optimize === 'latency' ? 1000 : 1;
    const value = expected.objective_value * inMilliseconds;
    expect(Math.abs((report.strategy?.value ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-6 * value);
    if (inMilliseconds === 1) expect(report.strategy?.exact).toBe(expected.fraction);
    expect(report.certificate?.verified).toBe(true);
  });
});

/** The case study of the paper: M. Whittaker et al., PaPoC 2021, section 6, and the repository's examples. */
const caseStudy = {
  nodes: [
    { id: 'a', write_capacity: 2000, read_capacity: 4000, latency_ms: 1000 },
    { id: 'b', write_capacity: 1000, read_capacity: 2000, latency_ms: 1000 },
    { id: 'c', write_capacity: 2000, read_capacity: 4000, latency_ms: 3000 },
    { id: 'd', write_capacity: 1000, read_capacity: 2000, latency_ms: 4000 },
    { id: 'e', write_capacity: 2000, read_capacity: 4000, latency_ms: 5000 },
  ],
  workload: workloadOf({ 0.9: 10, 0.8: 20, 0.7: 100, 0.6: 100, 0.5: 100, 0.4: 60, 0.3: 30, 0.2: 30, 0.1: 20 }),
  search: true,
  minimum_resilience: 1,
};

describe('the searches of the case study', () => {
  test('the best capacity is 5005.19', async () => {
    const { search, strategy } = await analyze(caseStudy);
    expect(search?.exhaustive).toBe(true);
    expect(strategy?.capacity).toBeCloseTo(5005.19, 1);
  });

  test('the best capacity with 1-resilient quorums is 3012.03', async () => {
    const { search, strategy } = await analyze({ ...caseStudy, resilient_to: 1 });
    expect(search?.exhaustive).toBe(true);
    expect(strategy?.capacity).toBeCloseTo(3012.03, 1);
  });

  test('the best latency with a capacity of 2000 is 1.476595 s', async () => {
    const { search, strategy } = await analyze({ ...caseStudy, optimize: 'latency', load_limit: 1 / 2000 });
    expect(search?.exhaustive).toBe(true);
    expect(strategy?.latency_ms).toBeCloseTo(1476.595, 2);
  });
});

describe('defects that quoracle has', () => {
  test('a load above 1 is a load like any other', async () => {
    const nodes = ['a', 'b', 'c'].map((id) => ({ id, capacity: 0.5 }));
    const { strategy } = await analyze({ nodes, reads: 'majority(a, b, c)' });
    expect(strategy?.exact).toBe('4/3');
    expect(strategy?.capacity).toBeCloseTo(0.75, 12);
  });

  test('n-1 and n_1 are two nodes', async () => {
    const report = await analyze({ reads: 'n-1 * n_1' });
    expect(report.node_count).toBe(2);
    expect(report.write_quorums.minimal).toEqual([['n-1'], ['n_1']]);
  });

  test('a node that occurs twice is one node', async () => {
    const report = await analyze({ reads: 'a + a' });
    expect(report.node_count).toBe(1);
    expect(report.resilience.read).toBe(0);
  });

  test.each([1e-8, 1, 1e4, 1e8])('capacities of 300 times %d scale the load and nothing else', async (factor) => {
    const nodes = ['a', 'b', 'c', 'd', 'e'].map((id, index) => ({ id, capacity: (100 + 100 * index) * factor }));
    const scaled = await analyze({ nodes });
    const plain = await analyze({ nodes: nodes.map((node) => ({ ...node, capacity: node.capacity / factor })) });
    expect((scaled.strategy?.capacity ?? 0) / factor / (plain.strategy?.capacity ?? 1)).toBeCloseTo(1, 9);
    expect(scaled.certificate?.verified).toBe(true);
  });

  test('the fastest 1-resilient reads take 2 s, every time', async () => {
    const latencies = { x: 1000, a: 2000, y: 4000, z: 5000 };
    const nodes = Object.entries(latencies).map(([id, latency_ms]) => ({ id, latency_ms }));
    for (const order of [nodes, [...nodes].reverse()]) {
      const report = await analyze({
        nodes: order,
        reads: 'choose(2, x, y, z) + a*x',
        read_fraction: 1,
        resilient_to: 1,
        optimize: 'latency',
      });
      expect(report.strategy?.latency_ms).toBeCloseTo(2000, 6);
    }
  });
});

describe('large systems', () => {
  test('a majority of 1,000 nodes is analysed in closed form', async () => {
    const report = await analyze({ node_count: 1000, node_availability: 0.9 });
    expect(report).toMatchObject({ quorum_size: 501, failure_tolerance: 499, verdict: 'holds' });
    expect(report.write_quorums.count_exact).toMatch(/^\d{299,301}$/);
    expect(report.write_quorums.complete).toBe(false);
    expect(report.strategy?.value).toBeCloseTo(0.501, 9);
    expect(report.availability?.exact).toBe(true);
  });

  test('an expansion of a million quorums stops at the limit and says so', async () => {
    const groups = Array.from(
      { length: 6 },
      (_, g) => `(${Array.from({ length: 10 }, (_, i) => `g${g}n${i}`).join(' + ')})`,
    );
    const report = await analyze({ reads: groups.join(' * '), list_limit: 5 });
    expect(report.read_quorums).toMatchObject({ count: 1_000_000, complete: false });
    expect(report.read_quorums.minimal).toHaveLength(5);
    expect(report.resilience.read).toBe(9);
  });
});

describe('faults', () => {
  test('a membership change among nodes that may lie needs the larger intersection', async () => {
    const change = { from: ['a', 'b', 'c', 'd'], to: ['a', 'b', 'c', 'd', 'e'] };
    const report = await analyze({ membership_change: change, fault_model: 'byzantine', failure_tolerance: 1 });
    expect(report.intersection.byzantine).toMatchObject({ required: 2, holds: true });
    const two = await analyze({ membership_change: change, fault_model: 'byzantine', failure_tolerance: 2 });
    expect(two.verdict).toBe('violated');
  });

  test('masking needs 2f + 1 nodes in common, dissemination f + 1', async () => {
    const system = { reads: 'choose(3, a, b, c, d)', fault_model: 'byzantine', failure_tolerance: 1 };
    expect((await analyze({ ...system, writes: system.reads })).verdict).toBe('holds');
    const masking = await analyze({ ...system, writes: system.reads, byzantine_quorums: 'masking' });
    expect(masking.intersection.byzantine).toMatchObject({ required: 3, smallest: 2, holds: false });
  });

  test('a witness alone is no quorum, whatever the expression says', async () => {
    const nodes = [{ id: 'a' }, { id: 'w', witness: true }];
    const { read_quorums: reads } = await analyze({ nodes, reads: 'a + w' });
    expect(reads.minimal).toEqual([['a']]);
  });

  test('failures that nobody asked about do not violate anything', async () => {
    const nodes = [{ id: 'a' }, { id: 'v', witness: true }, { id: 'w', witness: true }];
    expect(await analyze({ nodes })).toMatchObject({ verdict: 'holds', failure_tolerance: 0 });
    expect(await analyze({ nodes, failure_tolerance: 1 })).toMatchObject({ verdict: 'violated' });
  });
});

describe('what counts as an answer', () => {
  test('liars are outvoted by fewer nodes than may stop: the smaller number is the tolerance', async () => {
    const byzantine = { fault_model: 'byzantine' };
    expect(await analyze({ node_count: 6, ...byzantine })).toMatchObject({
      failure_tolerance: 1,
      resilience: { overall: 2 },
      summary: expect.stringContaining('survives 1 failure (2 that only stop)'),
    });
    expect(await analyze({ node_count: 9, ...byzantine })).toMatchObject({ failure_tolerance: 2 });
    expect(await analyze({ node_count: 8, ...byzantine, byzantine_quorums: 'masking' })).toMatchObject({
      failure_tolerance: 1,
    });
    const given = await analyze({ reads: 'majority(a, b, c)', ...byzantine, failure_tolerance: 1 });
    expect(given).toMatchObject({ verdict: 'violated', failure_tolerance: 0 });
  });

  test('a limit that cannot be met violates what was asked', async () => {
    expect(await analyze({ node_count: 3, load_limit: 0.1 })).toMatchObject({ verdict: 'violated', feasible: false });
  });

  test('durability alone needs no nodes', async () => {
    const durability = { copies: 3, copies_needed: 1, mean_time_to_failure_hours: 1e5, mean_time_to_repair_hours: 24 };
    expect(await analyze({ durability })).toMatchObject({ node_count: 3, verdict: 'holds' });
  });

  test('a search that runs out of time still analyses what it found', async () => {
    const nodes = Array.from({ length: 9 }, (_, index) => ({ id: `n${index}`, capacity: index + 1 }));
    const request = quorumRequestSchema.parse({ nodes, search: true, minimum_resilience: 2 });
    const report = reportOnQuorums(request, stepBudget(200_000), () => {});
    expect(report.search?.exhaustive).toBe(false);
    expect(report).toMatchObject({ verdict: 'holds', intersection: { read_write: { holds: true } } });
    expect(report.failure_tolerance).toBeGreaterThanOrEqual(2);
  });

  test('an availability of nothing but nines shows what is missing', async () => {
    expect((await analyze({ node_count: 101, node_availability: 0.99 })).summary).toMatch(/Available 1 - \d\.\de-\d+/);
  });
});

describe('bad input', () => {
  test.each<[string, Input, string, RegExp]>([
    ['nothing', {}, 'input/missing', /node_count/],
    ['an unknown node', { nodes: [{ id: 'a' }], reads: 'a * b' }, 'quorum/unknown_node', /reads/],
    ['a syntax error', { reads: 'a * * b' }, 'quorum/syntax', /column 5/],
    ['a negative capacity', { nodes: [{ id: 'a', capacity: -1 }] }, 'input/invalid', /capacity/],
    ['a probability above 1', { node_count: 3, node_availability: 1.5 }, 'input/invalid', /node_availability/],
    ['a number as a string', { node_count: '5' }, 'input/invalid', /number|integer/],
    ['NaN', { node_count: Number.NaN }, 'input/invalid', /node_count/],
    ['an empty choice', { reads: 'choose(0, a, b)' }, 'quorum/syntax', /choose/],
    ['two sources', { reads: 'a', construction: 'grid' }, 'input/conflict', /construction/],
    ['the same node twice', { nodes: [{ id: 'a' }, { id: 'a' }] }, 'input/conflict', /a/],
    ['too few nodes', { node_count: 4, failure_tolerance: 2 }, 'quorum/infeasible', /5/],
    ['latency without latencies', { node_count: 3, optimize: 'latency' }, 'input/missing', /latency_ms/],
    ['a zone within itself', { node_count: 1, zones: [{ id: 'z', within: 'z' }] }, 'input/conflict', /z/],
    ['a shape of nothing', { node_count: 9, shape: [3, 3] }, 'input/conflict', /construction/],
    [
      'votes beside expressions',
      { nodes: [{ id: 'a', votes: 2 }, { id: 'b' }], reads: 'a' },
      'input/conflict',
      /votes/,
    ],
    ['a search among liars', { search: true, node_count: 4, fault_model: 'byzantine' }, 'input/conflict', /search/],
    ['resilience without a search', { node_count: 3, minimum_resilience: 1 }, 'input/conflict', /search/],
    ['masking without liars', { node_count: 5, byzantine_quorums: 'masking' }, 'input/conflict', /byzantine/],
    ['empty zones', { node_count: 3, zones: [{ id: 'z' }] }, 'input/conflict', /zone/],
    ['a misspelt zone', { nodes: [{ id: 'a', zone: 'zz' }], zones: [{ id: 'z' }] }, 'input/conflict', /zz/],
    [
      'a count beside members',
      { node_count: 3, membership_change: { from: ['a'], to: ['b'] } },
      'input/conflict',
      /membership_change/,
    ],
    [
      'a stranger among members',
      { nodes: [{ id: 'x' }], membership_change: { from: ['a'], to: ['b'] } },
      'input/conflict',
      /x/,
    ],
    ['only witnesses', { nodes: [{ id: 'w', witness: true }] }, 'quorum/infeasible', /witness/],
    ['nesting without end', { reads: `${'('.repeat(49_000)}a${')'.repeat(49_000)}` }, 'input/too_large', /nest/],
  ])('%s fails clearly', async (_, input, code, mention) => {
    const failure = await failureOf(input);
    expect(failure.code).toBe(code);
    expect(JSON.stringify(failure)).toMatch(mention);
    expect(failure.nextStep.length).toBeGreaterThan(10);
  });

  test('quorums that miss each other are an answer with a counterexample', async () => {
    const report = await analyze({ reads: 'a*b', writes: 'c + d' });
    expect(report.verdict).toBe('violated');
    expect(report.intersection.read_write).toMatchObject({ holds: false, smallest: 0, counterexample: { common: [] } });
  });
});
