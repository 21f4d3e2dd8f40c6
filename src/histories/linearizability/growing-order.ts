/**
 * Objects that only grow and are read as a whole: a list to which every element is appended once, a set to which every element is added once. Linear in the
 * length of the history and of what was read.
 *
 * The reads, shorter before longer, must show contents of which each continues the next shorter one. They fix the order: what a read shows first
 * stands before it, and after the next shorter reads. Elements never read come after all reads, if they were added at all. So everything stands
 * in numbered groups; within a group operations may stand in any order that time allows. An order exists exactly when nothing completed before
 * something of an earlier group was invoked: a cycle of the two orders would contain such a pair.
 */
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Value } from '../history.ts';
import { sameValue } from '../models/fit.ts';
import { microsOf } from '../models/micro-operations.ts';
import type { Model, PlacedAction } from '../models/model.ts';
import type { ShortcutVerdict } from './shortcut.ts';

interface Growth {
  readonly placed: PlacedAction;
  /** The element added; undefined for a read. */
  readonly element: string | undefined;
  /** What a read shows, in the order of the list; of a set in any. */
  readonly shown: readonly string[];
}

export function judgeGrowing(actions: readonly PlacedAction[], model: Model): ShortcutVerdict | undefined {
  const isSet = model.name === 'set';
  if (isSet && Array.isArray(model.initial) && model.initial.length > 0) return undefined;
  const list = isSet ? null : listOf(actions[0]);
  const growths = actions.map((placed) => (isSet ? setGrowth(placed) : listGrowth(placed, list)));
  const known = growths.filter((growth) => growth !== undefined);
  if (known.length < growths.length) return undefined;
  const added = new Map<string, Growth>();
  for (const growth of known) {
    if (growth.element === undefined) continue;
    if (added.has(growth.element)) return undefined;
    added.set(growth.element, growth);
  }
  return { algorithm: 'growing_order', conflict: findConflict(known, added, isSet) };
}

function setGrowth(placed: PlacedAction): Growth | undefined {
  const { f, argument, result } = placed.action;
  if (f === 'read') return { placed, element: undefined, shown: elements(result ?? null) };
  return f === 'add' && result === undefined ? { placed, element: canonicalJson(argument), shown: [] } : undefined;
}

/** The key of the list that the action is about first. */
function listOf(placed: PlacedAction | undefined): Value {
  return placed === undefined ? null : (microsOf(placed.action)[0]?.[1] ?? null);
}

function listGrowth(placed: PlacedAction, list: Value): Growth | undefined {
  const micros = microsOf(placed.action);
  const [only] = micros;
  if (only === undefined || micros.length > 1 || !sameValue(only[1], list)) return undefined;
  const [verb, , value] = only;
  if (verb === 'r') return { placed, element: undefined, shown: elements(value) };
  return { placed, element: canonicalJson(value), shown: [] };
}

function elements(value: Value): readonly string[] {
  return Array.isArray(value) ? (value as readonly Value[]).map(canonicalJson) : [];
}

type Conflict = readonly PlacedAction[] | undefined;

function findConflict(growths: readonly Growth[], added: ReadonlyMap<string, Growth>, isSet: boolean): Conflict {
  const reads = growths.filter(({ element }) => element === undefined);
  reads.sort((a, b) => a.shown.length - b.shown.length);
  const groups: Growth[][] = [];
  /** The elements shown so far, in their order. */
  const order: string[] = [];
  const shown = new Set<string>();
  let before: Growth | undefined;
  for (const read of reads) {
    if (new Set(read.shown).size < read.shown.length) return [read.placed];
    const continues = isSet ? containsAll(read.shown, order) : order.every((element, at) => element === read.shown[at]);
    if (!continues) return before === undefined ? [read.placed] : [before.placed, read.placed];
    const fresh = isSet ? read.shown.filter((element) => !shown.has(element)) : read.shown.slice(order.length);
    for (const element of fresh) {
      const growth = added.get(element);
      if (growth === undefined) return [read.placed];
      // A set's new elements have no order among themselves.
      if (isSet && element !== fresh[0]) groups[groups.length - 1]?.push(growth);
      else groups.push([growth]);
      order.push(element);
      shown.add(element);
    }
    if (fresh.length === 0 && before !== undefined) groups[groups.length - 1]?.push(read);
    else groups.push([read]);
    before = read;
  }
  const unread = [...added].filter(([element]) => !shown.has(element)).map(([, growth]) => growth);
  groups.push(unread.filter(({ placed }) => placed.operation.completed !== Infinity));
  return outOfOrder(groups);
}

function containsAll(larger: readonly string[], smaller: readonly string[]): boolean {
  const all = new Set(larger);
  return smaller.every((element) => all.has(element));
}

/** An operation of a later group that completed before one of an earlier group was invoked. */
function outOfOrder(groups: readonly (readonly Growth[])[]): Conflict {
  let latest: Growth | undefined;
  for (const group of groups) {
    for (const growth of group) {
      if (latest !== undefined && growth.placed.operation.completed < latest.placed.operation.invoked) {
        return [growth.placed, latest.placed];
      }
    }
    for (const growth of group) {
      if (latest === undefined || growth.placed.operation.invoked > latest.placed.operation.invoked) latest = growth;
    }
  }
  return undefined;
}
