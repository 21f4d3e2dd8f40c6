/**
 * Checks a history of transactions against a consistency model, and tells which other models it rules out.
 *
 * First everything that a linear pass shows: anomalies of single reads, then the cycles of the dependency graph (Adya 1999; Elle, Kingsbury and
 * Alvaro, VLDB 2020). Where these do not settle the model that is asked for, it is decided exactly: read committed, read atomic and
 * causal by their axioms in polynomial time (`visibility-axioms.ts`); prefix consistency, snapshot isolation and serializability by a
 * search over the orders of the writes (`commit-order-search.ts`). List-append histories leave nothing to search, as a rule: their
 * reads show the order of the writes.
 *
 * Does not decide models that need predicates. `unknown` says why.
 */
import type { Budget } from '../../kernel/budget.ts';
import type { History } from '../history.ts';
import { type Anomaly, type AnomalyType, logAnomaly } from './anomaly.ts';
import { type CommitAxiom, commitProblem } from './commit-order-problem.ts';
import { searchCommitOrder } from './commit-order-search.ts';
import { type ConsistencyModel, forbidders, implies, ruleOut } from './consistency-models.ts';
import { cyclesOf } from './cycle-search.ts';
import { PROCESS, REALTIME, rowsOf } from './edge-list.ts';
import { explainCycle, stepsOf } from './edge-reasons.ts';
import { explainCommitCycle, explainRefutation, explainVisibility } from './inferred-reasons.ts';
import { observeListAppend } from './list-append.ts';
import { findLostUpdates } from './lost-updates.ts';
import type { Observations } from './observations.ts';
import { addProcessEdges, addRealtimeEdges } from './precedence.ts';
import { observeRegisters, type RegisterOptions } from './rw-register.ts';
import { strongComponents } from './strong-components.ts';
import { tabulate, type Workload } from './transaction-table.ts';
import { checkVisibility, type VisibilityAxiom } from './visibility-axioms.ts';

/** The models that can be asked for. */
export const DECIDED_MODELS = [
  'read-uncommitted',
  'read-committed',
  'read-atomic',
  'causal',
  'prefix',
  'snapshot-isolation',
  'repeatable-read',
  'serializable',
  'strong-session-read-uncommitted',
  'strong-session-read-committed',
  'strong-session-prefix',
  'strong-session-snapshot-isolation',
  'strong-session-serializable',
  'strong-read-uncommitted',
  'strong-read-committed',
  'strong-snapshot-isolation',
  'strict-serializable',
] as const satisfies readonly ConsistencyModel[];

export type DecidedModel = (typeof DECIDED_MODELS)[number];

export interface TransactionQuestion extends RegisterOptions {
  readonly workload: Workload;
  readonly consistency: DecidedModel;
  /**
   * `adya` (the default): cycles of dependencies, sessions count only in the `strong-session` models and in causal. `axiomatic`: Biswas and
   * Enea 2019, where every model respects the sessions and a transaction never reads backwards, not even under read committed.
   */
  readonly definitions?: 'adya' | 'axiomatic';
  /** False when the events of different processes have no order, so that real time says nothing. Default true. */
  readonly hasRealTime?: boolean;
}

export interface TransactionResult {
  readonly verdict: 'holds' | 'violated' | 'unknown';
  readonly consistency: DecidedModel;
  /** The first few of each type; a cycle is the shortest of its type in its component. */
  readonly anomalies: readonly Anomaly[];
  readonly anomalyCounts: ReadonlyMap<AnomalyType, number>;
  /** Those of the types found that the model asked for forbids. */
  readonly forbidden: readonly AnomalyType[];
  /** The weakest models ruled out, the others ruled out with them, and the strongest that are not. */
  readonly not: readonly ConsistencyModel[];
  readonly alsoNot: readonly ConsistencyModel[];
  readonly strongestNotRuledOut: readonly ConsistencyModel[];
  readonly unknownBecause: readonly string[];
  readonly transactions: { readonly committed: number; readonly failed: number; readonly open: number };
  /** Open transactions that a read showed to have committed. */
  readonly openButObserved: number;
  readonly steps: number;
}

type Order = 0 | typeof PROCESS | typeof REALTIME;
type Rule =
  | { readonly kind: 'cycles' }
  | { readonly kind: 'visibility'; readonly axiom: VisibilityAxiom; readonly withSessions: boolean }
  | { readonly kind: 'commit-order'; readonly axiom: CommitAxiom; readonly order: Order };

const CYCLES: Rule = { kind: 'cycles' };
const visible = (axiom: VisibilityAxiom, withSessions: boolean): Rule => ({ kind: 'visibility', axiom, withSessions });
const commits = (axiom: CommitAxiom, order: Order): Rule => ({ kind: 'commit-order', axiom, order });

const RULES: Readonly<Record<DecidedModel, Rule>> = {
  'read-uncommitted': CYCLES,
  'read-committed': CYCLES,
  'read-atomic': visible('read-atomic', false),
  causal: visible('causal', true),
  prefix: commits('prefix', 0),
  'snapshot-isolation': commits('snapshot-isolation', 0),
  'repeatable-read': commits('serializable', 0),
  serializable: commits('serializable', 0),
  'strong-session-read-uncommitted': CYCLES,
  'strong-session-read-committed': CYCLES,
  'strong-session-prefix': commits('prefix', PROCESS),
  'strong-session-snapshot-isolation': commits('snapshot-isolation', PROCESS),
  'strong-session-serializable': commits('serializable', PROCESS),
  'strong-read-uncommitted': CYCLES,
  'strong-read-committed': CYCLES,
  'strong-snapshot-isolation': commits('snapshot-isolation', REALTIME),
  'strict-serializable': commits('serializable', REALTIME),
};

/** With sessions in every model, these are what the plain names mean. */
const WITH_SESSIONS: Partial<Record<DecidedModel, DecidedModel>> = {
  prefix: 'strong-session-prefix',
  'snapshot-isolation': 'strong-session-snapshot-isolation',
  'repeatable-read': 'strong-session-serializable',
  serializable: 'strong-session-serializable',
};

export function checkTransactions(history: History, question: TransactionQuestion, budget: Budget): TransactionResult {
  const observations = observe(history, question);
  const spent = budget.spend(observations.edges.count + history.operations.length);
  addProcessEdges(observations.table, observations.committed, observations.edges);
  const barriers =
    question.hasRealTime === false
      ? 0
      : addRealtimeEdges(observations.table, observations.committed, observations.edges);
  const because = new Set<string>();
  if (!spent) because.add(budget.exhausted ?? '');
  else if (findCycles(observations, barriers, budget)) because.add('the search for cycles ran out of its budget');
  return conclude(question, observations, barriers, because, budget);
}

function observe(history: History, question: TransactionQuestion): Observations {
  const table = tabulate(history, question.workload);
  const observations =
    question.workload === 'list-append' ? observeListAppend(table) : observeRegisters(table, question);
  findLostUpdates(observations);
  return observations;
}

/** Logs the shortest cycle of each class and component; true when a search was cut short before it found one. */
function findCycles(observations: Observations, barriers: number, budget: Budget): boolean {
  const { edges, table, anomalies } = observations;
  const nodes = table.size + barriers;
  const rows = rowsOf(edges, nodes, ~0);
  const { cyclic } = strongComponents(edges, rows);
  if (cyclic.length === 0) return false;
  const local = new Int32Array(nodes).fill(-1);
  let isIncomplete = false;
  for (const component of cyclic) {
    const found = cyclesOf(edges, rows, component, local, table.size, budget);
    isIncomplete ||= found.isIncomplete;
    for (const { type, edges: cycle } of found.cycles) {
      logAnomaly(anomalies, type, () => explainCycle(observations, stepsOf(edges, cycle, table.size)));
    }
  }
  return isIncomplete;
}

function conclude(
  question: TransactionQuestion,
  observations: Observations,
  barriers: number,
  because: Set<string>,
  budget: Budget,
): TransactionResult {
  const { anomalies } = observations;
  const asked = meaningOf(question);
  const types = [...anomalies.counts.keys()];
  const forbidden: AnomalyType[] = types.filter((type) => isForbidden(asked, type));
  if (question.definitions === 'axiomatic' && observations.missesOwnWrites && asked !== 'read-uncommitted') {
    if (!forbidden.includes('internal')) forbidden.push('internal');
  }
  const ruledOut = types.flatMap((type) => (type === 'no-commit-order' ? [] : forbidders(type)));
  let verdict: 'holds' | 'violated' | 'unknown' = 'violated';
  if (forbidden.length === 0) {
    verdict = because.size > 0 ? 'unknown' : decide(ruleOf(asked, question), observations, barriers, because, budget);
    if (verdict === 'holds') for (const doubt of observations.doubts) because.add(doubt);
    if (verdict === 'holds' && because.size > 0) verdict = 'unknown';
    if (verdict === 'violated') {
      forbidden.push('no-commit-order');
      if (rulesOutInLattice(asked, question)) ruledOut.push(asked);
    }
  }
  return {
    verdict,
    consistency: question.consistency,
    anomalies: anomalies.kept,
    anomalyCounts: anomalies.counts,
    forbidden,
    ...ruleOut(ruledOut),
    unknownBecause: verdict === 'unknown' ? [...because] : [],
    ...countTransactions(observations),
    steps: budget.stepsSpent,
  };
}

function meaningOf({ consistency, definitions }: TransactionQuestion): DecidedModel {
  return definitions === 'axiomatic' ? (WITH_SESSIONS[consistency] ?? consistency) : consistency;
}

function ruleOf(asked: DecidedModel, { definitions }: TransactionQuestion): Rule {
  if (definitions === 'axiomatic') {
    if (asked === 'read-committed' || asked === 'read-atomic') return visible(asked, true);
  }
  return RULES[asked];
}

/** With sessions in the axiom, a violation does not speak against the plain model of that name. */
function rulesOutInLattice(asked: DecidedModel, { definitions }: TransactionQuestion): boolean {
  return definitions !== 'axiomatic' || (asked !== 'read-committed' && asked !== 'read-atomic');
}

function isForbidden(asked: DecidedModel, type: AnomalyType): boolean {
  return type === 'no-commit-order' || forbidders(type).some((weakest) => implies(asked, weakest));
}

function decide(
  rule: Rule,
  observations: Observations,
  barriers: number,
  because: Set<string>,
  budget: Budget,
): 'holds' | 'violated' | 'unknown' {
  const { anomalies } = observations;
  if (rule.kind === 'cycles') return 'holds';
  if (rule.kind === 'visibility') {
    const found = checkVisibility(rule.axiom, observations, rule.withSessions, budget);
    if (found.verdict === 'violated') {
      logAnomaly(anomalies, 'no-commit-order', () => explainVisibility(observations, found, budget));
    }
    if (found.unknownBecause !== undefined) because.add(found.unknownBecause);
    return found.verdict;
  }
  // Reads of lists show all that matters: appends that nobody read may stand in any order of a serial execution. All cycles are found by now.
  if (rule.axiom === 'serializable' && observations.table.workload === 'list-append') return 'holds';
  const problem = commitProblem(rule.axiom, observations, observations.edges, barriers, rule.order);
  const outcome = searchCommitOrder(problem, budget);
  if (outcome.verdict === 'unknown') because.add(outcome.reason);
  if (outcome.verdict === 'violated') {
    logAnomaly(anomalies, 'no-commit-order', () =>
      'cycle' in outcome ? explainCommitCycle(problem, outcome) : explainRefutation(problem, outcome),
    );
  }
  return outcome.verdict;
}

function countTransactions({
  table,
  committed,
}: Observations): Pick<TransactionResult, 'transactions' | 'openButObserved'> {
  const counts = { ok: 0, failed: 0, open: 0 };
  let openButObserved = 0;
  for (let t = 0; t < table.size; t++) {
    const outcome = table.history.operations[t]?.outcome ?? 'failed';
    counts[outcome]++;
    if (outcome === 'open' && committed[t]) openButObserved++;
  }
  return { transactions: { committed: counts.ok, failed: counts.failed, open: counts.open }, openButObserved };
}
