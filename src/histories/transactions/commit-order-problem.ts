/**
 * Prefix consistency, snapshot isolation and serializability as one problem: order the writes of each key so that a graph stays acyclic
 * (a polygraph, Papadimitriou 1979). Under serializability a transaction is one node. Under the others it reads at one moment and writes at a
 * later one (Biswas and Enea 2019): a read that sees a write comes after it, a read that misses it comes before it, and under
 * snapshot isolation the writers of a key do not overlap.
 */
import { EdgeList, PROCESS, REALTIME, RW, WR, WW } from './edge-list.ts';
import { installedBy } from './edge-reasons.ts';
import { INITIAL, type Observations } from './observations.ts';

export type CommitAxiom = 'prefix' | 'snapshot-isolation' | 'serializable';

export interface CommitProblem {
  readonly axiom: CommitAxiom;
  readonly observations: Observations;
  readonly nodes: number;
  /** The known edges between nodes; the label is the number of the edge they come from, or -1 within a transaction. */
  readonly known: EdgeList;
  /** By transaction: where it reads and where it writes; the same under serializability. */
  readonly readNode: Int32Array;
  readonly writeNode: Int32Array;
  /** By node, the transaction; -1 for barriers. */
  readonly transactionOf: Int32Array;
  /** By key: the transactions that write it. */
  readonly writers: readonly (readonly number[])[];
  /** By key, by writer: who read that writer's version. */
  readonly readers: readonly ReadonlyMap<number, readonly number[]>[];
}

/** `order` is PROCESS, REALTIME or 0: whether commits respect the sessions or real time. `barriers` lie in `edges` after the transactions. */
export function commitProblem(
  axiom: CommitAxiom,
  observations: Observations,
  edges: EdgeList,
  barriers: number,
  order: number,
): CommitProblem {
  const { table, committed } = observations;
  const isSplit = axiom !== 'serializable';
  const readNode = new Int32Array(table.size + barriers);
  const writeNode = new Int32Array(table.size + barriers);
  const known = new EdgeList();
  const owners: number[] = [];
  for (let t = 0; t < table.size + barriers; t++) {
    const isBarrier = t >= table.size;
    if (isBarrier ? order !== REALTIME : !committed[t]) continue;
    readNode[t] = owners.length;
    owners.push(isBarrier ? -1 : t);
    if (isSplit && !isBarrier) owners.push(t);
    writeNode[t] = owners.length - 1;
    if (readNode[t] !== writeNode[t]) known.add(readNode[t] as number, writeNode[t] as number, PROCESS, -1);
  }
  for (let e = 0; e < edges.count; e++) {
    const kind = edges.kind[e] as number;
    if (!(kind & (WW | WR | RW | order))) continue;
    const from = edges.from[e] as number;
    const to = edges.to[e] as number;
    const source = kind === RW ? readNode[from] : writeNode[from];
    const target = kind === RW || (kind === WW && axiom === 'prefix') ? writeNode[to] : readNode[to];
    known.add(source as number, target as number, kind, e);
  }
  return {
    axiom,
    observations,
    nodes: owners.length,
    known,
    readNode,
    writeNode,
    transactionOf: Int32Array.from(owners),
    ...writersAndReaders(observations),
  };
}

function writersAndReaders({
  table,
  committed,
  readBy,
  readKey,
  readVersion,
}: Observations): Pick<CommitProblem, 'writers' | 'readers'> {
  const writers = table.written.map((versions) => [
    ...new Set(versions.map((version) => table.versionWriter[version] as number).filter((t) => committed[t] === 1)),
  ]);
  const readers = table.keys.map(() => new Map<number, number[]>());
  for (let r = 0; r < readBy.length; r++) {
    const version = readVersion[r] as number;
    if (version === INITIAL) continue;
    const byWriter = readers[readKey[r] as number];
    const writer = table.versionWriter[version] as number;
    const known = byWriter?.get(writer);
    if (known === undefined) byWriter?.set(writer, [readBy[r] as number]);
    else known.push(readBy[r] as number);
  }
  return { writers, readers };
}

/** Calls `edge` for each edge that follows when `before` writes the key before `after`, until it answers true; whether it did. */
export function someEdgeOfOrder(
  problem: CommitProblem,
  key: number,
  before: number,
  after: number,
  edge: (from: number, to: number, kind: number, reader: number) => boolean,
): boolean {
  const { axiom, readNode, writeNode, readers } = problem;
  const target = axiom === 'prefix' ? writeNode[after] : readNode[after];
  if (edge(writeNode[before] as number, target as number, WW, before)) return true;
  for (const reader of readers[key]?.get(before) ?? []) {
    if (reader !== after && edge(readNode[reader] as number, writeNode[after] as number, RW, reader)) return true;
  }
  return false;
}

export function versionInstalled(problem: CommitProblem, writer: number, key: number): number {
  return installedBy(problem.observations.table, writer, key) ?? -1;
}
