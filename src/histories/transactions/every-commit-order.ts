/**
 * The definitions taken at their word, for tests: tries every set of open transactions that may have committed and every order of commits.
 * Factorial; for histories of six transactions. Shares nothing with the checker but the form of a history.
 */
import type { History, MicroOperation, Operation, Value } from '../history.ts';

export type PlainModel =
  | 'read-committed'
  /** Of Biswas and Enea. */
  | 'monotonic-read-committed'
  | 'read-atomic'
  | 'causal'
  | 'prefix'
  | 'snapshot-isolation'
  | 'serializable';
export type PlainOrder = 'none' | 'session' | 'realtime';

interface Transaction {
  readonly operation: Operation;
  /** Reads of what the transaction had not written: key and what was seen. */
  readonly reads: readonly (readonly [key: string, seen: string])[];
  /** Whole lists that were read, own elements with them: each shows how the key's list begins. */
  readonly lists: readonly (readonly [key: string, list: readonly Value[]])[];
  readonly finalWrites: ReadonlyMap<string, readonly Value[]>;
  /** It saw its own writes, and the same whenever it read a key again. */
  readonly isSelfConsistent: boolean;
}

export function someCommitOrder(history: History, model: PlainModel, order: PlainOrder): boolean {
  const certain = history.operations.filter(({ outcome }) => outcome === 'ok');
  const open = history.operations.filter(({ outcome }) => outcome === 'open');
  for (let mask = 0; mask < 1 << open.length; mask++) {
    const chosen = [...certain, ...open.filter((_, index) => (mask >> index) & 1)].map(digest);
    if (model !== 'read-committed' && chosen.some((t) => needsSelfConsistency(model) && !t.isSelfConsistent))
      return false;
    if (permutations(chosen).some((commits) => respects(commits, order) && satisfies(commits, model, order)))
      return true;
  }
  return false;
}

function needsSelfConsistency(model: PlainModel): boolean {
  return model !== 'read-committed' && model !== 'monotonic-read-committed';
}

function digest(operation: Operation): Transaction {
  const source = operation.outcome === 'ok' ? operation.output : operation.input;
  const reads: [string, string][] = [];
  const lists: [string, readonly Value[]][] = [];
  const own = new Map<string, Value[]>();
  const foreign = new Map<string, string>();
  let isSelfConsistent = true;
  let isRegister = false;
  for (const [f, rawKey, value] of source as unknown as readonly MicroOperation[]) {
    const key = JSON.stringify(rawKey);
    const mine = own.get(key);
    if (f === 'w') isRegister = true;
    if (f === 'w') own.set(key, [value]);
    else if (f === 'append') own.set(key, [...(mine ?? []), value]);
    else if (operation.outcome === 'ok') {
      const list = Array.isArray(value) ? (value as Value[]) : undefined;
      if (list !== undefined) lists.push([key, list]);
      let seen = value;
      if (mine !== undefined && list !== undefined) {
        isSelfConsistent &&= JSON.stringify(list.slice(list.length - mine.length)) === JSON.stringify(mine);
        seen = list.slice(0, Math.max(0, list.length - mine.length));
      } else if (mine !== undefined && (isRegister || value === null)) {
        isSelfConsistent &&= value === mine[0] && isRegister;
        continue;
      }
      const text = JSON.stringify(Array.isArray(seen) && seen.length === 0 ? null : seen);
      isSelfConsistent &&= (foreign.get(key) ?? text) === text;
      foreign.set(key, text);
      reads.push([key, text]);
    }
  }
  return { operation, reads, lists, finalWrites: own, isSelfConsistent };
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}

function mustPrecede(a: Transaction, b: Transaction, order: PlainOrder): boolean {
  if (order === 'none') return false;
  if (order === 'realtime') return a.operation.completed < b.operation.invoked;
  return a.operation.process === b.operation.process && a.operation.id < b.operation.id;
}

function respects(commits: readonly Transaction[], order: PlainOrder): boolean {
  return commits.every((b, later) => commits.slice(later + 1).every((a) => !mustPrecede(a, b, order)));
}

/** What a key reads as after the first so many commits, and the commit that made it so. */
function stateAfter(commits: readonly Transaction[], count: number, key: string): { seen: string; writer: number } {
  let list: Value[] = [];
  let seen = 'null';
  let writer = -1;
  for (let index = 0; index < count; index++) {
    const writes = commits[index]?.finalWrites.get(key);
    if (writes === undefined) continue;
    const isList = commits[index]?.operation.input !== null && usesLists(commits[index] as Transaction);
    list = [...list, ...writes];
    seen = JSON.stringify(isList ? list : writes[writes.length - 1]);
    writer = index;
  }
  return { seen, writer };
}

function usesLists({ operation }: Transaction): boolean {
  return (operation.input as unknown as readonly MicroOperation[]).some(([f]) => f === 'append');
}

function satisfies(commits: readonly Transaction[], model: PlainModel, order: PlainOrder): boolean {
  if (!commits.every(({ lists }) => lists.every(([key, list]) => beginsSo(commits, key, list)))) return false;
  if (model === 'serializable') return commits.every((_, at) => readsFit(commits, at, at));
  if (model === 'prefix' || model === 'snapshot-isolation') {
    return commits.every((t, at) =>
      snapshots(commits, t, at, order).some((snapshot) => {
        if (!readsFit(commits, at, snapshot)) return false;
        if (model === 'prefix') return true;
        return commits
          .slice(snapshot, at)
          .every((other) => ![...other.finalWrites.keys()].some((key) => t.finalWrites.has(key)));
      }),
    );
  }
  return satisfiesVisibility(commits, model, order);
}

function beginsSo(commits: readonly Transaction[], key: string, list: readonly Value[]): boolean {
  const whole = commits.flatMap(({ finalWrites }) => finalWrites.get(key) ?? []);
  return JSON.stringify(whole.slice(0, list.length)) === JSON.stringify(list);
}

function readsFit(commits: readonly Transaction[], at: number, snapshot: number): boolean {
  return (commits[at] as Transaction).reads.every(([key, seen]) => stateAfter(commits, snapshot, key).seen === seen);
}

/** The snapshot is that of the first so many commits, and holds all that must precede. */
function snapshots(commits: readonly Transaction[], t: Transaction, at: number, order: PlainOrder): number[] {
  const choices: number[] = [];
  for (let snapshot = 0; snapshot <= at; snapshot++) {
    if (commits.slice(snapshot, at).every((other) => !mustPrecede(other, t, order))) choices.push(snapshot);
  }
  return choices;
}

/** Each read sees the state after some commit; which one tells from whom it read. */
function satisfiesVisibility(commits: readonly Transaction[], model: PlainModel, order: PlainOrder): boolean {
  const sources: number[][] = [];
  for (let at = 0; at < commits.length; at++) {
    const from: number[] = [];
    for (const [key, seen] of (commits[at] as Transaction).reads) {
      let writer: number | undefined;
      for (let count = 0; count <= at && writer === undefined; count++) {
        const state = stateAfter(commits, count, key);
        if (state.seen === seen) writer = state.writer;
      }
      if (writer === undefined) return false;
      from.push(writer);
    }
    sources.push(from);
  }
  if (model === 'read-committed') return true;
  return commits.every((_, at) => seesNothingNewer(commits, sources, at, model, order));
}

function seesNothingNewer(
  commits: readonly Transaction[],
  sources: readonly (readonly number[])[],
  at: number,
  model: PlainModel,
  order: PlainOrder,
): boolean {
  const reads = (commits[at] as Transaction).reads;
  const own = sources[at] as readonly number[];
  return reads.every(([key], index) => {
    const visible = new Set<number>();
    if (model === 'monotonic-read-committed') for (const source of own.slice(0, index)) visible.add(source);
    else addVisible(commits, sources, at, order, model === 'causal', visible);
    return [...visible].every((seen) => {
      const writes = seen >= 0 && (commits[seen] as Transaction).finalWrites.has(key);
      return !writes || seen <= (own[index] as number);
    });
  });
}

function addVisible(
  commits: readonly Transaction[],
  sources: readonly (readonly number[])[],
  at: number,
  order: PlainOrder,
  isTransitive: boolean,
  visible: Set<number>,
): void {
  for (let other = 0; other < at; other++) {
    const before = mustPrecede(commits[other] as Transaction, commits[at] as Transaction, order);
    if ((!before && !sources[at]?.includes(other)) || visible.has(other)) continue;
    visible.add(other);
    if (isTransitive) addVisible(commits, sources, other, order, true, visible);
  }
}
