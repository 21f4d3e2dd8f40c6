/**
 * The problems that both sides solve: the cases with known values in src/quorum/testdata/quoracle-cases.json, and the
 * three searches of the case study (M. Whittaker et al., PaPoC 2021, 10.1145/3447865.3457962, section 6).
 */
import { readFileSync } from 'node:fs';
import { stepBudget } from '../src/kernel/budget.ts';
import { dual } from '../src/quorum/expressions/dual.ts';
import { knownNames } from '../src/quorum/expressions/node-names.ts';
import { parseExpression } from '../src/quorum/expressions/parse-expression.ts';
import { createQuorumSystem, type QuorumNodeSpec } from '../src/quorum/quorum-system.ts';
import { searchQuorumSystems } from '../src/quorum/search/search.ts';
import { type Objective, optimizeStrategy, type StrategyGoal } from '../src/quorum/strategies/strategy.ts';

/** As in the JSON file, and as the peer's script reads it. Times are seconds. */
export interface Problem {
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly {
    readonly id: string;
    readonly read_capacity?: number;
    readonly write_capacity?: number;
    readonly latency_s?: number;
  }[];
  readonly reads?: string | null;
  readonly writes?: string | null;
  readonly read_fraction: number | Readonly<Record<string, number>>;
  readonly query: {
    readonly optimize?: Objective;
    readonly load_limit?: number;
    readonly network_limit?: number;
    readonly latency_limit?: number;
    readonly f?: number;
  };
  /** Instead of reads and writes: the best system that survives so many failures. */
  readonly search_resilience?: number;
}

const CASE_STUDY: Pick<Problem, 'nodes' | 'read_fraction' | 'search_resilience'> = {
  nodes: [
    { id: 'a', write_capacity: 2000, read_capacity: 4000, latency_s: 1 },
    { id: 'b', write_capacity: 1000, read_capacity: 2000, latency_s: 1 },
    { id: 'c', write_capacity: 2000, read_capacity: 4000, latency_s: 3 },
    { id: 'd', write_capacity: 1000, read_capacity: 2000, latency_s: 4 },
    { id: 'e', write_capacity: 2000, read_capacity: 4000, latency_s: 5 },
  ],
  read_fraction: { 0.9: 10, 0.8: 20, 0.7: 100, 0.6: 100, 0.5: 100, 0.4: 60, 0.3: 30, 0.2: 30, 0.1: 20 },
  search_resilience: 1,
};

export const searches: readonly Problem[] = [
  { id: 's1', title: 'search, least load', ...CASE_STUDY, query: {} },
  { id: 's2', title: 'search, least load of 1-resilient quorums', ...CASE_STUDY, query: { f: 1 } },
  {
    id: 's3',
    title: 'search, least latency with load <= 1/2000',
    ...CASE_STUDY,
    query: { optimize: 'latency', load_limit: 1 / 2000 },
  },
];

export function cases(): readonly Problem[] {
  const file = new URL('../src/quorum/testdata/quoracle-cases.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly Problem[] }).cases;
}

const MS_PER_S = 1_000;
const STEPS_MAX = 1_000_000_000;

/** Load in seconds, messages, or seconds; undefined when no strategy meets the limits. */
export function solve(problem: Problem): number | undefined {
  const result = problem.search_resilience === undefined ? solveStrategy(problem) : solveSearch(problem);
  if (result.feasible === undefined) throw new Error(`${problem.id}: undecided: ${result.because}`);
  if (!result.feasible) return undefined;
  if (!result.certificate.verified) throw new Error(`${problem.id}: the optimum is not proved`);
  return result.objective === 'latency' ? result.value / MS_PER_S : result.value;
}

function solveStrategy(problem: Problem): ReturnType<typeof optimizeStrategy> {
  const names = knownNames(problem.nodes.map(({ id }) => id));
  const parse = (text: string | null | undefined) =>
    text === null || text === undefined ? undefined : parseExpression(text, { path: 'reads', names });
  const writes = parse(problem.writes);
  const reads = parse(problem.reads) ?? (writes === undefined ? undefined : dual(writes));
  if (reads === undefined) throw new Error(`${problem.id}: neither reads nor writes`);
  const system = createQuorumSystem({ nodes: nodesOf(problem), reads, writes });
  return optimizeStrategy({ system, ...goalOf(problem), budget: stepBudget(STEPS_MAX) });
}

function solveSearch(problem: Problem): ReturnType<typeof optimizeStrategy> {
  const { best, exhaustive } = searchQuorumSystems({
    nodes: nodesOf(problem),
    minimumResilience: problem.search_resilience ?? 0,
    ...goalOf(problem),
    budget: stepBudget(STEPS_MAX),
  });
  if (best === undefined || !exhaustive) throw new Error(`${problem.id}: the search did not finish`);
  return best.strategy;
}

function nodesOf({ nodes }: Problem): QuorumNodeSpec[] {
  return nodes.map(({ id, read_capacity, write_capacity, latency_s }) => ({
    id,
    readCapacity: read_capacity,
    writeCapacity: write_capacity,
    latencyMs: latency_s === undefined ? undefined : latency_s * MS_PER_S,
  }));
}

function goalOf({ read_fraction: fraction, query }: Problem): StrategyGoal {
  return {
    workload:
      typeof fraction === 'number'
        ? [{ readFraction: fraction, weight: 1 }]
        : Object.entries(fraction).map(([key, weight]) => ({ readFraction: Number(key), weight })),
    optimize: query.optimize ?? 'load',
    loadLimit: query.load_limit,
    networkLimit: query.network_limit,
    latencyLimitMs: query.latency_limit === undefined ? undefined : query.latency_limit * MS_PER_S,
    resilientTo: query.f ?? 0,
  };
}
