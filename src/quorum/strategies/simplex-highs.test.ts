/** The simplex, and strategies as a whole, against HiGHS on random problems with fixed seeds. */
import highsModule, { type Highs } from 'highs';
import { beforeAll, describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { createPrng, type Prng } from '../../kernel/prng.ts';
import { dual } from '../expressions/dual.ts';
import { choose, type Expression, isSatisfied, node } from '../expressions/expression.ts';
import { createQuorumSystem, type QuorumSystem } from '../quorum-system.ts';
import type { LinearProgram } from './linear-program.ts';
import { solveLinearProgram } from './simplex.ts';
import { optimizeStrategy } from './strategy.ts';

/** The package's types describe its CommonJS form; as an ES module, as here, its default export is the loader. */
const loadHighs = highsModule as unknown as () => Promise<Highs>;

let highs: Highs;
beforeAll(async () => {
  highs = await loadHighs();
});

/** HiGHS's optimum; undefined when infeasible. */
function solveByHighs({ rows, columns }: LinearProgram<number>): number | undefined {
  const terms = rows.map((): string[] => []);
  columns.forEach(({ entries }, index) => {
    for (const { row, value } of entries) terms[row]!.push(`${value < 0 ? '-' : '+'} ${Math.abs(value)} x${index}`);
  });
  const text = [
    'Minimize',
    ` obj: ${columns.map(({ cost }, index) => `${cost < 0 ? '-' : '+'} ${Math.abs(cost)} x${index}`).join('\n ')}`,
    'Subject To',
    ...rows.map(({ sense, bound }, row) => ` c${row}: ${terms[row]!.join('\n ') || '0 x0'} ${sense} ${bound}`),
    'End',
  ].join('\n');
  const { Status: status, ObjectiveValue: value } = highs.solve(text, { output_flag: false });
  return status === 'Optimal' ? value : undefined;
}

describe('random linear programs', () => {
  it('have the optimum that HiGHS finds, prices that prove it, and are infeasible when HiGHS says so', () => {
    const prng = createPrng(7);
    let infeasible = 0;
    for (let round = 0; round < 150; round++) {
      const program = randomProgram(prng);
      const expected = solveByHighs(program);
      const { status, objective, values, duals } = solveLinearProgram(program, stepBudget(1_000_000));
      expect(status).toBe(expected === undefined ? 'infeasible' : 'optimal');
      if (expected === undefined) {
        infeasible += 1;
        continue;
      }
      expect(Math.abs(objective - expected)).toBeLessThan(1e-6 * (1 + Math.abs(expected)));
      program.rows.forEach(({ sense, bound }, row) => {
        const left = program.columns.reduce((sum, { entries }, index) => {
          const entry = entries.find((candidate) => candidate.row === row);
          return sum + (entry?.value ?? 0) * values[index]!;
        }, 0);
        expect(sense === '=' ? Math.abs(left - bound) : left - bound).toBeLessThan(1e-7);
      });
      const proved = program.rows.reduce((sum, { bound }, row) => sum + bound * duals[row]!, 0);
      expect(Math.abs(proved - objective)).toBeLessThan(1e-7 * (1 + Math.abs(objective)));
    }
    expect(infeasible).toBeGreaterThan(5);
    expect(infeasible).toBeLessThan(120);
  });
});

function randomProgram(prng: Prng): LinearProgram<number> {
  const rowCount = 1 + prng.nextInt(8);
  const rows = Array.from({ length: rowCount }, () => ({
    sense: prng.nextInt(3) === 0 ? ('=' as const) : ('<=' as const),
    bound: prng.nextInt(21) - 5,
  }));
  const columns = Array.from({ length: 1 + prng.nextInt(15) }, () => ({
    cost: prng.nextInt(10),
    entries: rows.flatMap((_, row) => (prng.nextInt(2) === 0 ? [] : [{ row, value: prng.nextInt(19) - 6 || 1 }])),
  }));
  return { rows, columns };
}

describe('random quorum systems', () => {
  it.each([
    ['load', 0],
    ['load', 1],
    ['network', 0],
    ['network', 1],
    ['latency', 0],
    ['latency', 1],
  ] as const)('have the least %s that HiGHS finds over all sets that survive %i failures', (optimize, resilientTo) => {
    const prng = createPrng(1000 + resilientTo);
    let solved = 0;
    for (let round = 0; round < 25; round++) {
      const system = randomSystem(prng);
      const workload = [
        { readFraction: prng.nextInt(11) / 10, weight: 1 },
        { readFraction: prng.nextInt(11) / 10, weight: 2 },
      ];
      const loadLimit = optimize !== 'load' && prng.nextInt(2) === 0 ? 1 / (20 + prng.nextInt(200)) : undefined;
      const networkLimit = optimize !== 'network' && prng.nextInt(3) === 0 ? 2 + prng.nextInt(8) / 4 : undefined;
      const latencyLimitMs = optimize !== 'latency' && prng.nextInt(3) === 0 ? 1 + prng.nextInt(8) : undefined;
      const goal = { workload, optimize, resilientTo, loadLimit, networkLimit, latencyLimitMs };
      const expected = solveByHighs(programOverAllSets(system, goal));
      const result = optimizeStrategy({ system, ...goal, budget: stepBudget(10_000_000) });
      expect(result.feasible).toBe(expected !== undefined);
      if (result.feasible !== true || expected === undefined) continue;
      solved += 1;
      expect(Math.abs(result.value / (expected / (optimize === 'load' ? CAPACITY_MAX : 1)) - 1)).toBeLessThan(1e-6);
      expect(result.certificate.verified).toBe(true);
      if (loadLimit !== undefined) expect(result.load).toBeLessThan(loadLimit * (1 + 1e-9));
      if (networkLimit !== undefined) expect(result.networkLoad).toBeLessThan(networkLimit * (1 + 1e-9));
      if (latencyLimitMs !== undefined) expect(result.latencyMs).toBeLessThan(latencyLimitMs * (1 + 1e-9));
    }
    expect(solved).toBeGreaterThan(4);
  });
});

const NODES = 6;
const CAPACITY_MAX = 400;

function randomSystem(prng: Prng): QuorumSystem {
  const nodes = Array.from({ length: NODES }, (_, index) => ({
    id: `n${index}`,
    readCapacity: 100 * (1 + prng.nextInt(4)),
    writeCapacity: 50 * (1 + prng.nextInt(4)),
    latencyMs: 1 + prng.nextInt(5),
  }));
  const reads = randomExpression(prng, [0, 1, 2, 3, 4, 5], prng.nextInt(2) === 0);
  return createQuorumSystem({ nodes, reads, ...(prng.nextInt(4) === 0 ? { writes: dual(dual(reads)) } : {}) });
}

/** Over the nodes given, each once; or with a node repeated now and then. */
function randomExpression(prng: Prng, nodes: readonly number[], repeats: boolean): Expression {
  if (nodes.length === 1) return node(nodes[0]!);
  const parts: number[][] = Array.from({ length: 2 + prng.nextInt(nodes.length - 1) }, () => []);
  for (const [position, index] of nodes.entries()) {
    parts[position < parts.length ? position : prng.nextInt(parts.length)]!.push(index);
  }
  const children = parts.map((part) => randomExpression(prng, part, repeats));
  if (repeats && prng.nextInt(2) === 0) children.push(node(prng.nextInt(NODES)));
  return choose(1 + prng.nextInt(children.length), children);
}

interface Goal {
  readonly workload: readonly { readonly readFraction: number; readonly weight: number }[];
  readonly optimize: 'load' | 'network' | 'latency';
  readonly resilientTo: number;
  readonly loadLimit: number | undefined;
  readonly networkLimit: number | undefined;
  readonly latencyLimitMs: number | undefined;
}

/** The definition, spelled out: a variable for every set of nodes, minimal or not, that survives the failures. */
function programOverAllSets(system: QuorumSystem, goal: Goal): LinearProgram<number> {
  const total = goal.workload.reduce((sum, { weight }) => sum + weight, 0);
  const share = (side: 'reads' | 'writes', readFraction: number) =>
    side === 'reads' ? readFraction : 1 - readFraction;
  const mean = (side: 'reads' | 'writes') =>
    goal.workload.reduce((sum, { readFraction, weight }) => sum + (weight / total) * share(side, readFraction), 0);
  const limits = [(goal.loadLimit ?? 1e6) * CAPACITY_MAX, goal.networkLimit ?? 1e6, goal.latencyLimitMs ?? 1e6];
  const fractions = goal.workload.length;
  const rows = [
    { sense: '=' as const, bound: mean('reads') > 0 ? 1 : 0 },
    { sense: '=' as const, bound: mean('writes') > 0 ? 1 : 0 },
    ...limits.map((bound) => ({ sense: '<=' as const, bound })),
    ...Array.from({ length: fractions * NODES }, () => ({ sense: '<=' as const, bound: 0 })),
  ];
  const loads = goal.workload.map(({ weight }, k) => ({
    cost: goal.optimize === 'load' ? weight / total : 0,
    entries: [
      { row: 2, value: weight / total },
      ...system.nodes.map((_, index) => ({ row: 5 + k * NODES + index, value: -1 })),
    ],
  }));
  const sets = (['reads', 'writes'] as const).flatMap((side, sideIndex) =>
    survivingSets(system[side], goal.resilientTo).map((set) => {
      const latency = latencyOf(system, side, set);
      const measures = { load: 0, network: mean(side) * set.length, latency: mean(side) * latency };
      return {
        cost: measures[goal.optimize],
        entries: [
          { row: sideIndex, value: 1 },
          { row: 3, value: measures.network },
          { row: 4, value: measures.latency },
          ...goal.workload.flatMap(({ readFraction }, k) =>
            set.map((index) => {
              const { readCapacity, writeCapacity } = system.nodes[index]!;
              const capacity = (side === 'reads' ? readCapacity : writeCapacity) / CAPACITY_MAX;
              return { row: 5 + k * NODES + index, value: share(side, readFraction) / capacity };
            }),
          ),
        ],
      };
    }),
  );
  return { rows, columns: [...loads, ...sets] };
}

function survivingSets(expression: Expression, failures: number): number[][] {
  const sets = Array.from({ length: 2 ** NODES }, (_, mask) => [...Array(NODES).keys()].filter((x) => (mask >> x) & 1));
  return sets.filter((set) =>
    sets.every(
      (lost) => lost.length > failures || isSatisfied(expression, (x) => set.includes(x) && !lost.includes(x)),
    ),
  );
}

function latencyOf({ nodes, ...sides }: QuorumSystem, side: 'reads' | 'writes', set: readonly number[]): number {
  const times = set.map((index) => nodes[index]!.latencyMs!).sort((a, b) => a - b);
  return times.find((time) => isSatisfied(sides[side], (x) => set.includes(x) && nodes[x]!.latencyMs! <= time))!;
}
