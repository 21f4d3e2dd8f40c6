/** Contradictions in words where edges follow from an axiom or from the refuted order of two writes, not from a read alone. */
import type { Budget } from '../../kernel/budget.ts';
import { type Anomaly, show } from './anomaly.ts';
import { type CommitProblem, versionInstalled } from './commit-order-problem.ts';
import type { CommitOutcome, WritePair } from './commit-order-search.ts';
import { shortestCycleIn } from './cycle-search.ts';
import { type EdgeList, INFERRED, RW } from './edge-list.ts';
import { explainCycle, type Step, writeWords } from './edge-reasons.ts';
import type { Observations } from './observations.ts';
import type { VisibilityVerdict } from './visibility-axioms.ts';

type Description = Omit<Anomaly, 'type'>;

export function explainVisibility(observations: Observations, found: VisibilityVerdict, budget: Budget): Description {
  const { table } = observations;
  if (found.stale !== undefined) {
    const { reader, writer, key } = found.stale;
    const name = table.keys[key] ?? null;
    const text = `T1 sees T2, which writes key ${show(name)}, and yet it read the initial state of that key`;
    return { transactions: [reader, writer], key: name, text };
  }
  const { edges, components, causes } = found;
  if (edges === undefined || components === undefined) return { transactions: [], text: '' };
  const cycle = shortestCycleIn(edges, table.size, components, budget);
  const steps = cycle.map((e): Step => stepOf(edges, e, edges.from[e] as number, edges.to[e] as number));
  return explainCycle(observations, steps, (step, a, b) => {
    const cause = causes[step.label];
    const key = show(table.keys[cause?.key ?? 0] ?? null);
    return `operation ${cause?.reader} read key ${key} from ${b}, although it sees ${a}, which writes that key too`;
  });
}

function stepOf(edges: EdgeList, e: number, from: number, to: number): Step {
  return { from, to, kind: edges.kind[e] as number, label: edges.label[e] as number };
}

export function explainCommitCycle(
  problem: CommitProblem,
  { edges, cycle, inferences }: Extract<CommitOutcome, { cycle: unknown }>,
): Description {
  const { observations, transactionOf } = problem;
  const steps: Step[] = [];
  // A cycle may begin within a transaction or at a barrier: begin where an edge leaves a transaction for another node than its own.
  const first = cycle.findIndex((e) => (transactionOf[edges.from[e] as number] as number) >= 0);
  let from = -1;
  for (let index = 0; index < cycle.length; index++) {
    const e = cycle[(first + index) % cycle.length] as number;
    const source = transactionOf[edges.from[e] as number] as number;
    const target = transactionOf[edges.to[e] as number] as number;
    if (source >= 0) from = source;
    if (target < 0 || target === from) continue;
    const kind = edges.kind[e] as number;
    const label = edges.label[e] as number;
    // What is known carries the number of its edge among the observations, which carries the version.
    const known = kind & INFERRED ? label : (observations.edges.label[label] as number);
    steps.push({ from, to: target, kind, label: known });
  }
  return explainCycle(observations, steps, (step, a, b) => {
    const pair = inferences[step.label];
    return pair === undefined ? 'nothing else is possible' : inferenceWords(problem, step, pair, a, b);
  });
}

function inferenceWords(problem: CommitProblem, step: Step, pair: WritePair, a: string, b: string): string {
  const { table } = problem.observations;
  const earlier = versionInstalled(problem, pair.before, pair.key);
  const later = versionInstalled(problem, pair.after, pair.key);
  const order = `the ${writeWords(table, earlier)} must come before the ${writeWords(table, later)}: the other order would contradict what was observed`;
  return step.kind & RW ? `${a} read the former and ${b} made the latter, and ${order}` : order;
}

export function explainRefutation(
  problem: CommitProblem,
  { refuted, pair }: Extract<CommitOutcome, { refuted: number }>,
): Description {
  const { table } = problem.observations;
  const name = table.keys[pair.key] ?? null;
  return {
    transactions: [pair.before, pair.after],
    key: name,
    text:
      `no order of the writes explains what was read: whether T1's ${writeWords(table, versionInstalled(problem, pair.before, pair.key))} ` +
      `or T2's ${writeWords(table, versionInstalled(problem, pair.after, pair.key))} comes first, a contradiction follows (${refuted} assumptions refuted)`,
  };
}
