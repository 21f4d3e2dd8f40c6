/**
 * Five conflict-free replicated data types (Shapiro, Preguiça, Baquero, Zawirski: SSS 2011, and the specifications of INRIA RR-7506), each
 * in both forms: operations whose effects commute when they are concurrent, and states that form a join semilattice.
 *
 * - g_counter, pn_counter (Specifications 6 and 7): what each replica added and took away, by replica. The operation-based form would do
 *   with one number; it keeps them apart too, so that one can see whose increments are missing or counted twice.
 * - or_set (Specification 15): an element is there as long as one of its additions is that no removal has seen; additions win. The
 *   state-based form needs no tombstones (Bieniusa et al., RR-8083, 2012): an addition that the other side knows and does not hold was removed.
 * - two_phase_set (Specification 12): what was removed once never comes back.
 * - lww_register (Specification 9): the largest stamp wins, then the larger replica.
 *
 * Merging costs time linear in the payloads, except that of an or_set, which is quadratic in its additions: those are few, since an addition
 * takes the place of those it has seen.
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { Command, ResponseValue } from '../protocol.ts';
import type { Clock } from '../vector-clock.ts';
import { joinClocks, NO_CLOCK, withEntry } from '../vector-clock.ts';

export const DATA_TYPES = ['g_counter', 'pn_counter', 'or_set', 'two_phase_set', 'lww_register'] as const;
export type DataType = (typeof DATA_TYPES)[number];

/** One addition, named by the operation that made it. */
export interface Addition {
  readonly element: number;
  readonly node: NodeIndex;
  readonly count: number;
}

export type Payload =
  | { readonly kind: 'counter'; readonly up: Clock; readonly down: Clock }
  | { readonly kind: 'or_set'; readonly additions: readonly Addition[] }
  | { readonly kind: 'two_phase_set'; readonly added: readonly number[]; readonly removed: readonly number[] }
  | {
      readonly kind: 'register';
      readonly value: number | null;
      readonly stampMs: Milliseconds;
      readonly node: NodeIndex;
    };

/** What an operation does wherever it arrives. */
export type Effect =
  | { readonly kind: 'count'; readonly up: number; readonly down: number }
  /** `seen` are the additions of the element that were there: they go. */
  | {
      readonly kind: 'or_set';
      readonly element: number;
      readonly isAdded: boolean;
      readonly seen: readonly Addition[];
    }
  | { readonly kind: 'two_phase_set'; readonly element: number; readonly isAdded: boolean }
  | { readonly kind: 'assign'; readonly value: number; readonly stampMs: Milliseconds };

/** An update: the `count`-th of its node, made in knowledge of `context`. */
export interface Operation {
  readonly node: NodeIndex;
  readonly count: number;
  readonly context: Clock;
  readonly key: number;
  readonly effect: Effect;
}

const EMPTY: Readonly<Record<DataType, Payload>> = {
  g_counter: { kind: 'counter', up: NO_CLOCK, down: NO_CLOCK },
  pn_counter: { kind: 'counter', up: NO_CLOCK, down: NO_CLOCK },
  or_set: { kind: 'or_set', additions: [] },
  two_phase_set: { kind: 'two_phase_set', added: [], removed: [] },
  lww_register: { kind: 'register', value: null, stampMs: 0, node: 0 },
};

export function emptyPayload(dataType: DataType): Payload {
  return EMPTY[dataType];
}

/** Commands that change something, by data type. */
export const UPDATES: Readonly<Record<DataType, readonly string[]>> = {
  g_counter: ['increment'],
  pn_counter: ['increment', 'decrement'],
  or_set: ['add', 'remove'],
  two_phase_set: ['add', 'remove'],
  lww_register: ['write'],
};

/** The effect of a command at the replica that was asked; undefined where there is none. */
export function prepare(payload: Payload, command: Command, clockMs: Milliseconds): Effect | undefined {
  const { kind, value = 1 } = command;
  switch (payload.kind) {
    case 'counter':
      return kind === 'increment' ? { kind: 'count', up: value, down: 0 } : { kind: 'count', up: 0, down: value };
    case 'or_set': {
      const seen = payload.additions.filter(({ element }) => element === value);
      const isAdded = kind === 'add';
      return isAdded || seen.length > 0 ? { kind: 'or_set', element: value, isAdded, seen } : undefined;
    }
    case 'two_phase_set': {
      const isAdded = kind === 'add';
      const already = isAdded ? payload.added : payload.removed;
      const hasEffect = !already.includes(value) && (isAdded || payload.added.includes(value));
      return hasEffect ? { kind: 'two_phase_set', element: value, isAdded } : undefined;
    }
    case 'register':
      return { kind: 'assign', value, stampMs: Math.max(clockMs, payload.stampMs + 1) };
  }
}

/** The payload after one more operation. */
export function applyOperation(payload: Payload, { node, count, effect }: Operation): Payload {
  if (effect.kind === 'count' && payload.kind === 'counter') {
    const { up, down } = payload;
    return {
      kind: 'counter',
      up: effect.up === 0 ? up : withEntry(up, node, (up[node] ?? 0) + effect.up),
      down: effect.down === 0 ? down : withEntry(down, node, (down[node] ?? 0) + effect.down),
    };
  }
  if (effect.kind === 'or_set' && payload.kind === 'or_set') {
    const { element, isAdded, seen } = effect;
    const left = payload.additions.filter((each) => !holds(seen, each));
    return { kind: 'or_set', additions: isAdded ? sorted([...left, { element, node, count }]) : left };
  }
  if (effect.kind === 'two_phase_set' && payload.kind === 'two_phase_set') {
    const { added, removed } = payload;
    if (effect.isAdded) return { kind: 'two_phase_set', added: union(added, [effect.element]), removed };
    return { kind: 'two_phase_set', added, removed: union(removed, [effect.element]) };
  }
  if (effect.kind === 'assign' && payload.kind === 'register')
    return later(payload, { kind: 'register', value: effect.value, stampMs: effect.stampMs, node });
  return payload;
}

/** The join of two payloads, each with the clock of the updates that its side knows; `mine` itself when nothing is new. */
export function mergePayloads(mine: Payload, theirs: Payload, myClock: Clock, theirClock: Clock): Payload {
  if (mine === theirs) return mine;
  if (mine.kind === 'counter' && theirs.kind === 'counter') {
    const [up, down] = [joinClocks(mine.up, theirs.up), joinClocks(mine.down, theirs.down)];
    return up === mine.up && down === mine.down ? mine : { kind: 'counter', up, down };
  }
  if (mine.kind === 'or_set' && theirs.kind === 'or_set') {
    const kept = mine.additions.filter((each) => !isKnown(each, theirClock) || holds(theirs.additions, each));
    const news = theirs.additions.filter((each) => !isKnown(each, myClock));
    if (news.length === 0 && kept.length === mine.additions.length) return mine;
    return { kind: 'or_set', additions: sorted([...kept, ...news]) };
  }
  if (mine.kind === 'two_phase_set' && theirs.kind === 'two_phase_set') {
    const [added, removed] = [union(mine.added, theirs.added), union(mine.removed, theirs.removed)];
    return added === mine.added && removed === mine.removed ? mine : { kind: 'two_phase_set', added, removed };
  }
  return mine.kind === 'register' && theirs.kind === 'register' ? later(mine, theirs) : mine;
}

type Register = Extract<Payload, { kind: 'register' }>;

function later(mine: Register, theirs: Register): Register {
  return (theirs.stampMs - mine.stampMs || theirs.node - mine.node) > 0 ? theirs : mine;
}

/** What a reader is told. */
export function readPayload(payload: Payload): ResponseValue {
  switch (payload.kind) {
    case 'counter':
      return sumOf(payload.up) - sumOf(payload.down);
    case 'or_set':
      return payload.additions
        .map(({ element }) => element)
        .filter((element, index, all) => all.indexOf(element) === index);
    case 'two_phase_set':
      return payload.added.filter((element) => !payload.removed.includes(element));
    case 'register':
      return payload.value;
  }
}

export function areSameValues(one: ResponseValue, other: ResponseValue): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  return one.length === other.length && one.every((element, index) => element === other[index]);
}

function isKnown({ node, count }: Addition, clock: Clock): boolean {
  return (clock[node] ?? 0) >= count;
}

function holds(additions: readonly Addition[], { node, count }: Addition): boolean {
  return additions.some((each) => each.node === node && each.count === count);
}

function sorted(additions: readonly Addition[]): Addition[] {
  return additions.toSorted(
    (one, other) => one.element - other.element || one.node - other.node || one.count - other.count,
  );
}

/** Sorted; `mine` itself when it holds all of `theirs`. */
function union(mine: readonly number[], theirs: readonly number[]): readonly number[] {
  const news = theirs.filter((element) => !mine.includes(element));
  return news.length === 0 ? mine : [...mine, ...news].sort((one, other) => one - other);
}

function sumOf(clock: Clock): number {
  return clock.reduce((sum, count) => sum + count, 0);
}
