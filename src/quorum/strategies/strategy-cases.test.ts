/** Every case of quoracle's scripts: ../testdata/quoracle-cases.json. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { dual } from '../expressions/dual.ts';
import { knownNames } from '../expressions/node-names.ts';
import { parseExpression } from '../expressions/parse-expression.ts';
import { createQuorumSystem } from '../quorum-system.ts';
import { type Objective, optimizeStrategy, type StrategyProblem } from './strategy.ts';

interface Case {
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly {
    readonly id: string;
    readonly capacity?: number;
    readonly read_capacity?: number;
    readonly write_capacity?: number;
    readonly latency_s?: number;
  }[];
  readonly reads: string | null;
  readonly writes: string | null;
  readonly read_fraction: number | Readonly<Record<string, number>>;
  readonly query: {
    readonly optimize?: Objective;
    readonly load_limit?: number;
    readonly network_limit?: number;
    readonly latency_limit?: number;
    readonly f?: number;
  };
  readonly expected: {
    readonly objective: Objective;
    readonly objective_value: number | null;
    readonly feasible: boolean;
    readonly fraction?: string;
    readonly capacity?: number;
  };
}

const cases = JSON.parse(readFileSync(new URL('../testdata/quoracle-cases.json', import.meta.url), 'utf8'))
  .cases as readonly Case[];

const MS_PER_S = 1_000;

function problemOf({ nodes, reads, writes, read_fraction: fraction, query }: Case): StrategyProblem {
  const names = knownNames(nodes.map(({ id }) => id));
  const parse = (text: string | null) => (text === null ? undefined : parseExpression(text, { path: 'reads', names }));
  const writeSide = parse(writes);
  const readSide = parse(reads) ?? dual(writeSide!);
  const workload =
    typeof fraction === 'number'
      ? [{ readFraction: fraction, weight: 1 }]
      : Object.entries(fraction).map(([key, weight]) => ({ readFraction: Number(key), weight }));
  return {
    system: createQuorumSystem({
      nodes: nodes.map((node) => ({
        id: node.id,
        capacity: node.capacity,
        readCapacity: node.read_capacity,
        writeCapacity: node.write_capacity,
        latencyMs: node.latency_s === undefined ? undefined : node.latency_s * MS_PER_S,
      })),
      reads: readSide,
      writes: writeSide,
    }),
    workload,
    optimize: query.optimize ?? 'load',
    loadLimit: query.load_limit,
    networkLimit: query.network_limit,
    latencyLimitMs: query.latency_limit === undefined ? undefined : query.latency_limit * MS_PER_S,
    resilientTo: query.f ?? 0,
    budget: stepBudget(10_000_000),
  };
}

/** "7/2" seconds is "3500" milliseconds. */
function inMilliseconds(fraction: string): string {
  const [numerator = '0', denominator = '1'] = fraction.split('/');
  const divisor = gcd(Number(numerator) * MS_PER_S, Number(denominator));
  const whole = Number(denominator) / divisor;
  return `${(Number(numerator) * MS_PER_S) / divisor}${whole === 1 ? '' : `/${whole}`}`;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

describe('quoracle cases', () => {
  it.each(cases.map((entry) => [entry.id, entry.title, entry] as const))('%s: %s', (_id, _title, entry) => {
    const result = optimizeStrategy(problemOf(entry));
    const { expected } = entry;
    expect(result.feasible).toBe(expected.feasible);
    if (result.feasible !== true) return;
    const isLatency = expected.objective === 'latency';
    const value = expected.objective_value! * (isLatency ? MS_PER_S : 1);
    expect(Math.abs(result.value / value - 1)).toBeLessThan(1e-6);
    if (expected.fraction !== undefined) {
      expect(result.exact).toBe(isLatency ? inMilliseconds(expected.fraction) : expected.fraction);
    }
    expect(result.certificate.verified).toBe(true);
    if (expected.capacity !== undefined) expect(result.capacityAtMeanLoad).toBeCloseTo(expected.capacity, 6);
  });
});
