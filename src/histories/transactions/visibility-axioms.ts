/**
 * Read committed, read atomic and causal consistency as axioms on a commit order (Biswas and Enea, OOPSLA 2019), decided in polynomial time in
 * the manner of AWDIT (Møldrup and Pavlogiannis, PLDI 2025): whenever T3 reads a key from T1 although it also sees T2, which writes the key,
 * T2 must commit before T1. The history satisfies the axiom exactly if these edges together with what is known make no cycle.
 *
 * What T3 sees: read committed, the transactions from which it had read before that read; read atomic, all from which it reads and its own
 * session; causal, all of which it can know through any chain of these. Costs n^1.5, n^1.5 and n times the number of sessions.
 */
import type { Budget } from '../../kernel/budget.ts';
import { EdgeList, INFERRED, PROCESS, rowsOf, WR, WW } from './edge-list.ts';
import { INITIAL, type Observations } from './observations.ts';
import { type Components, strongComponents } from './strong-components.ts';

export type VisibilityAxiom = 'read-committed' | 'read-atomic' | 'causal';

export interface VisibilityVerdict {
  readonly verdict: 'holds' | 'violated' | 'unknown';
  /** The commit order as far as it is forced, where it is cyclic. */
  readonly edges?: EdgeList;
  readonly components?: Components;
  /** By the label of an INFERRED edge: who read, and which key. */
  readonly causes: readonly Cause[];
  /** A transaction that read the initial state of a key although it saw a write to it. */
  readonly stale?: Cause & { readonly writer: number };
  readonly unknownBecause?: string;
}

export interface Cause {
  readonly reader: number;
  readonly key: number;
}

interface Work {
  readonly observations: Observations;
  readonly forced: EdgeList;
  readonly causes: Cause[];
  readonly budget: Budget;
  stale?: Cause & { readonly writer: number };
  /** Keys that a transaction installs, and where its reads lie. */
  readonly keysWritten: readonly (readonly number[])[];
  readonly writes: ReadonlySet<number>;
  readonly readStarts: Int32Array;
}

const MOST_CLOCK_ENTRIES = 64_000_000;

export function checkVisibility(
  axiom: VisibilityAxiom,
  observations: Observations,
  withSessions: boolean,
  budget: Budget,
): VisibilityVerdict {
  const work = newWork(observations, withSessions, budget);
  const { table } = observations;
  const before = strongComponents(work.forced, rowsOf(work.forced, table.size, WR | PROCESS));
  if (before.cyclic.length > 0) return { verdict: 'violated', edges: work.forced, components: before, causes: [] };
  const failure = force(work, axiom, withSessions, before);
  if (work.stale !== undefined) return { verdict: 'violated', causes: [], stale: work.stale };
  if (failure !== undefined) return { verdict: 'unknown', causes: [], unknownBecause: failure };
  const components = strongComponents(work.forced, rowsOf(work.forced, table.size, ~0));
  if (components.cyclic.length === 0) return { verdict: 'holds', causes: [] };
  return { verdict: 'violated', edges: work.forced, components, causes: work.causes };
}

function force(work: Work, axiom: VisibilityAxiom, withSessions: boolean, order: Components): string | undefined {
  if (axiom === 'causal') return forceCausal(work, order);
  for (let t = 0; t < work.observations.table.size; t++) {
    if (!work.budget.spend(1 + (work.readStarts[t + 1] as number) - (work.readStarts[t] as number)))
      return work.budget.exhausted;
    if (axiom === 'read-committed') forceByEarlierReads(work, t);
    else forceBySources(work, t);
  }
  if (axiom === 'read-atomic' && withSessions) forceBySessions(work);
  return undefined;
}

function newWork(observations: Observations, withSessions: boolean, budget: Budget): Work {
  const { table, committed, edges, readBy } = observations;
  const forced = new EdgeList();
  for (let e = 0; e < edges.count; e++) {
    const kind = edges.kind[e] as number;
    if (kind & (WW | WR)) forced.add(edges.from[e] as number, edges.to[e] as number, kind, edges.label[e] as number);
  }
  if (withSessions) for (const session of sessionsOf(observations)) chain(session, forced);
  const keysWritten: number[][] = [];
  const writes = new Set<number>();
  for (let t = 0; t < table.size; t++) {
    const keys: number[] = [];
    for (let at = table.starts[t] as number; at < (table.starts[t + 1] as number); at++) {
      const version = table.versionAt[at] as number;
      if (!committed[t] || version < 0 || table.superseded[version]) continue;
      keys.push(table.keyAt[at] as number);
      writes.add(t * table.keys.length + (table.keyAt[at] as number));
    }
    keysWritten.push(keys);
  }
  const readStarts = new Int32Array(table.size + 1);
  for (let t = 0, read = 0; t < table.size; t++) {
    while (read < readBy.length && (readBy[read] as number) <= t) read++;
    readStarts[t + 1] = read;
  }
  return { observations, forced, causes: [], budget, keysWritten, writes, readStarts };
}

export function sessionsOf({ table, committed }: Observations): number[][] {
  const sessions: number[][] = table.history.processes.map(() => []);
  for (let t = 0; t < table.size; t++) {
    if (committed[t]) sessions[table.history.operations[t]?.process ?? 0]?.push(t);
  }
  return sessions;
}

function chain(session: readonly number[], edges: EdgeList): void {
  for (let index = 1; index < session.length; index++) {
    edges.add(session[index - 1] as number, session[index] as number, PROCESS, -1);
  }
}

function sourceOf({ observations }: Work, read: number): number {
  const version = observations.readVersion[read] as number;
  return version === INITIAL ? INITIAL : (observations.table.versionWriter[version] as number);
}

function isWriter(work: Work, t: number, key: number): boolean {
  return work.writes.has(t * work.observations.table.keys.length + key);
}

/** T3 = `reader` reads `key` from `source` and sees `seen`, which writes it. */
function require(work: Work, seen: number, source: number, reader: number, key: number): void {
  if (seen === source || seen === reader) return;
  if (source === INITIAL) {
    work.stale ??= { reader, key, writer: seen };
    return;
  }
  work.forced.add(seen, source, INFERRED, work.causes.length);
  work.causes.push({ reader, key });
}

function forceByEarlierReads(work: Work, t: number): void {
  const { readKey } = work.observations;
  const sources: number[] = [];
  for (let read = work.readStarts[t] as number; read < (work.readStarts[t + 1] as number); read++) {
    const key = readKey[read] as number;
    const source = sourceOf(work, read);
    for (const seen of sources) if (isWriter(work, seen, key)) require(work, seen, source, t, key);
    if (source !== INITIAL && !sources.includes(source)) sources.push(source);
  }
}

/** Goes through the keys of the source or through the reads, whichever are fewer: this is where n^1.5 comes from. */
function forceBySources(work: Work, t: number): void {
  const { readKey } = work.observations;
  const from = work.readStarts[t] as number;
  const to = work.readStarts[t + 1] as number;
  const sources = new Set<number>();
  const readsOf = new Map<number, number[]>();
  for (let read = from; read < to; read++) {
    const source = sourceOf(work, read);
    if (source !== INITIAL) sources.add(source);
    const known = readsOf.get(readKey[read] as number);
    if (known === undefined) readsOf.set(readKey[read] as number, [read]);
    else known.push(read);
  }
  for (const seen of sources) {
    const keys = work.keysWritten[seen] ?? [];
    const candidates = keys.length < readsOf.size ? keys : readsOf.keys();
    for (const key of candidates) {
      if (!isWriter(work, seen, key)) continue;
      for (const read of readsOf.get(key) ?? []) require(work, seen, sourceOf(work, read), t, key);
    }
  }
}

/** The last write of the session is enough: those before it commit before it. */
function forceBySessions(work: Work): void {
  const { table, readKey } = work.observations;
  const last = new Int32Array(table.keys.length).fill(-1);
  for (const session of sessionsOf(work.observations)) {
    for (const t of session) {
      for (let read = work.readStarts[t] as number; read < (work.readStarts[t + 1] as number); read++) {
        const key = readKey[read] as number;
        const seen = last[key] as number;
        if (seen >= 0) require(work, seen, sourceOf(work, read), t, key);
      }
      for (const key of work.keysWritten[t] ?? []) last[key] = t;
    }
    for (const t of session) for (const key of work.keysWritten[t] ?? []) last[key] = -1;
  }
}

/** Vector clocks: how many transactions of each session each transaction knows of. */
function forceCausal(work: Work, order: Components): string | undefined {
  const { table, committed, readKey } = work.observations;
  const sessions = sessionsOf(work.observations).filter((session) => session.length > 0);
  const width = sessions.length;
  if (table.size * width > MOST_CLOCK_ENTRIES)
    return `${table.size} transactions in ${width} sessions are too many for vector clocks`;
  const sessionOf = new Int32Array(table.size).fill(-1);
  const placeOf = new Int32Array(table.size);
  sessions.forEach((session, s) => {
    session.forEach((t, place) => {
      sessionOf[t] = s;
      placeOf[t] = place;
    });
  });
  const writers = writersBySession(work, sessions, width);
  const clocks = new Int32Array(table.size * width);
  for (const t of topological(order, committed)) {
    const s = sessionOf[t] as number;
    const own = t * width;
    const before = sessions[s]?.[(placeOf[t] as number) - 1];
    if (before !== undefined) learn(clocks, own, before * width, width);
    clocks[own + s] = placeOf[t] as number;
    const first = work.readStarts[t] as number;
    const end = work.readStarts[t + 1] as number;
    for (let read = first; read < end; read++) {
      const source = sourceOf(work, read);
      if (source === INITIAL || source === t) continue;
      learn(clocks, own, source * width, width);
      const theirs = own + (sessionOf[source] as number);
      clocks[theirs] = Math.max(clocks[theirs] as number, (placeOf[source] as number) + 1);
    }
    if (!work.budget.spend(1 + (end - first) * width)) return work.budget.exhausted;
    for (let read = first; read < end; read++) {
      const key = readKey[read] as number;
      const source = sourceOf(work, read);
      for (const { session, places } of writers[key] ?? []) {
        const seen = lastBelow(places, clocks[own + session] as number);
        if (seen >= 0) require(work, sessions[session]?.[seen] as number, source, t, key);
      }
    }
  }
  return undefined;
}

function learn(clocks: Int32Array, own: number, other: number, width: number): void {
  for (let s = 0; s < width; s++) {
    if ((clocks[other + s] as number) > (clocks[own + s] as number)) clocks[own + s] = clocks[other + s] as number;
  }
}

interface SessionWriters {
  readonly session: number;
  /** Places within the session, ascending. */
  readonly places: number[];
}

function writersBySession(work: Work, sessions: readonly (readonly number[])[], width: number): SessionWriters[][] {
  const writers: SessionWriters[][] = work.observations.table.keys.map(() => []);
  for (let session = 0; session < width; session++) {
    sessions[session]?.forEach((t, place) => {
      for (const key of work.keysWritten[t] ?? []) {
        const list = writers[key];
        const last = list?.[list.length - 1];
        if (last?.session === session) last.places.push(place);
        else list?.push({ session, places: [place] });
      }
    });
  }
  return writers;
}

/** The greatest of the ascending places that is below the bound, or -1. */
function lastBelow(places: readonly number[], bound: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? -1 : (places[low - 1] as number);
}

/** Components of an acyclic graph are its nodes, numbered against the edges. */
function topological(order: Components, committed: Uint8Array): Int32Array {
  const at = new Int32Array(order.count).fill(-1);
  for (let t = 0; t < order.of.length; t++) if (committed[t]) at[order.count - 1 - (order.of[t] as number)] = t;
  return at.filter((t) => t >= 0);
}
