/** Cycles in words: each edge with what was observed that makes one transaction come before the other. */
import type { Value } from '../history.ts';
import { type Anomaly, type EdgeKind, type ExplainedEdge, show } from './anomaly.ts';
import { type EdgeList, INFERRED, PROCESS, REALTIME, RW, WR, WW } from './edge-list.ts';
import { INITIAL, type Observations } from './observations.ts';
import type { TransactionTable } from './transaction-table.ts';

/** One step of a cycle between transactions; barriers are gone. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly kind: number;
  readonly label: number;
}

/** The edges of a cycle as steps between transactions: what passes barriers is one step of real time. */
export function stepsOf(list: EdgeList, edges: readonly number[], transactions: number): Step[] {
  const steps: Step[] = [];
  let start = -1;
  for (const e of edges) {
    const from = list.from[e] as number;
    const to = list.to[e] as number;
    if (from < transactions) start = from;
    if (to < transactions)
      steps.push({ from: start, to, kind: list.kind[e] as number, label: list.label[e] as number });
  }
  return steps;
}

/** Why an inferred edge holds between the transactions of these names. */
export type InferredReason = (step: Step, a: string, b: string) => string;

export function explainCycle(
  observations: Observations,
  steps: readonly Step[],
  inferred: InferredReason = () => 'it was inferred',
): Omit<Anomaly, 'type'> {
  const transactions = steps.map(({ from }) => from);
  const names = new Map<number, string>();
  for (const t of transactions) if (!names.has(t)) names.set(t, `T${names.size + 1}`);
  const cycle = steps.map((step, index): ExplainedEdge => {
    const a = names.get(step.from) ?? '';
    const b = names.get(step.to) ?? '';
    const why = step.kind & INFERRED ? inferred(step, a, b) : because(observations, step, a, b);
    const but = index === steps.length - 1 ? 'but ' : '';
    const kind = KIND_NAMES.get(step.kind) ?? 'inferred';
    return { from: step.from, to: step.to, kind, reason: `${but}${a} < ${b}, because ${why}` };
  });
  const pattern = patternOf(steps);
  return {
    ...(pattern === undefined ? {} : { pattern }),
    transactions: [...names.keys()],
    cycle,
    text: `${cycle.map(({ reason }) => reason).join('; ')}: a contradiction`,
  };
}

function patternOf(steps: readonly Step[]): 'write-skew' | 'long-fork' | undefined {
  const kinds = steps.map(({ kind }) => kind);
  if (kinds.length === 2 && kinds.every((kind) => kind === RW)) return 'write-skew';
  const alternates = kinds.length === 4 && kinds.every((kind, index) => kind === (index % 2 === 0 ? RW : WR));
  return alternates ? 'long-fork' : undefined;
}

const KIND_NAMES: ReadonlyMap<number, EdgeKind> = new Map([
  [WW, 'ww'],
  [WR, 'wr'],
  [RW, 'rw'],
  [PROCESS, 'process'],
  [REALTIME, 'realtime'],
]);

function because(observations: Observations, { from, to, kind, label }: Step, a: string, b: string): string {
  const { table } = observations;
  const { operations, processes } = table.history;
  if (kind === PROCESS) return `process ${processes[operations[from]?.process ?? 0]} ran ${a} before ${b}`;
  if (kind === REALTIME) {
    return `${a} completed at event ${operations[from]?.completed}, before ${b} was invoked at event ${operations[to]?.invoked}`;
  }
  const key = table.versionKey[label] ?? 0;
  const what = writeWords(table, label);
  if (kind === WR) return `${b} observed ${a}'s ${what}`;
  if (kind === RW) return `${a} ${sawWords(observations, from, key)} and did not observe ${b}'s ${what}`;
  const before = installedBy(table, from, key);
  return `${b}'s ${what} came after ${a}'s ${before === undefined ? 'write' : writeWords(table, before)}`;
}

/** `append of 1 to key y`, `write of x = 1`. */
export function writeWords(table: TransactionTable, version: number): string {
  const key = show(table.keys[table.versionKey[version] ?? 0] ?? null);
  const value = show(table.versionValue[version] ?? null);
  return table.workload === 'list-append' ? `append of ${value} to key ${key}` : `write of ${key} = ${value}`;
}

function sawWords(observations: Observations, reader: number, key: number): string {
  const { table } = observations;
  const name = show(table.keys[key] ?? null);
  const seen = versionRead(observations, reader, key);
  if (seen === undefined || seen === INITIAL) return `observed the initial state of key ${name}`;
  const value: Value = table.versionValue[seen] ?? null;
  return table.workload === 'list-append'
    ? `observed key ${name} up to ${show(value)}`
    : `read ${name} = ${show(value)}`;
}

/** Reads are in the order of their transactions, so the place is found by bisection. */
function versionRead(observations: Observations, reader: number, key: number): number | undefined {
  const { readBy, readKey, readVersion } = observations;
  let low = 0;
  let high = readBy.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((readBy[middle] as number) < reader) low = middle + 1;
    else high = middle;
  }
  for (let r = low; readBy[r] === reader; r++) if (readKey[r] === key) return readVersion[r];
  return undefined;
}

export function installedBy(table: TransactionTable, writer: number, key: number): number | undefined {
  for (let at = (table.starts[writer + 1] as number) - 1; at >= (table.starts[writer] as number); at--) {
    const version = table.versionAt[at] as number;
    if (version >= 0 && table.keyAt[at] === key) return version;
  }
  return undefined;
}
