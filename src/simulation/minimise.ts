/**
 * Delta debugging: the smallest part of a list that still fails, in the sense that leaving out any one item more would make it pass.
 *
 * `ddmin` of A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002, 10.1109/32.988498: at
 * worst O(n²) trials, O(log n) when one item alone is to blame. Deterministic; ends early, with the smallest so far, when the budget does.
 */
import type { Budget } from '../kernel/budget.ts';
import type { Fault } from './faults/fault.ts';

export interface Minimised<Item> {
  readonly items: readonly Item[];
  /** Whether it came to its end. */
  readonly isComplete: boolean;
}

export function minimise<Item>(
  all: readonly Item[],
  stillFails: (items: readonly Item[]) => boolean,
  budget: Budget,
): Minimised<Item> {
  if (all.length === 0) return { items: all, isComplete: true };
  if (stillFails([])) return { items: [], isComplete: true };
  let items = all;
  let parts = 2;
  while (items.length > 1) {
    if (budget.exhausted !== undefined) return { items, isComplete: false };
    const smaller = firstFailing(candidates(items, parts), stillFails, budget);
    if (smaller !== undefined) {
      parts = smaller.isComplement ? Math.max(2, parts - 1) : 2;
      items = smaller.items;
    } else if (parts >= items.length) {
      break;
    } else {
      parts = Math.min(items.length, parts * 2);
    }
  }
  return { items, isComplete: budget.exhausted === undefined };
}

interface Candidate<Item> {
  readonly items: readonly Item[];
  readonly isComplement: boolean;
}

/** Each of the parts alone, then all but each. With two parts the complements are the parts again. */
function* candidates<Item>(items: readonly Item[], parts: number): Generator<Candidate<Item>> {
  const bounds = Array.from({ length: parts + 1 }, (_, part) => Math.floor((part * items.length) / parts));
  for (let part = 0; part < parts; part++) {
    yield { items: items.slice(bounds[part], bounds[part + 1]), isComplement: false };
  }
  for (let part = 0; parts > 2 && part < parts; part++) {
    yield { items: [...items.slice(0, bounds[part]), ...items.slice(bounds[part + 1])], isComplement: true };
  }
}

function firstFailing<Item>(
  all: Iterable<Candidate<Item>>,
  stillFails: (items: readonly Item[]) => boolean,
  budget: Budget,
): Candidate<Item> | undefined {
  for (const candidate of all) {
    if (budget.exhausted !== undefined) return undefined;
    if (candidate.items.length > 0 && stillFails(candidate.items)) return candidate;
  }
  return undefined;
}

const ROUNDINGS_MS = [1000, 100, 10, 1];

/** Rounds the times of faults, to the coarsest figure with which the run still fails. */
export function roundFaultTimes(
  faults: readonly Fault[],
  stillFails: (faults: readonly Fault[]) => boolean,
  budget: Budget,
): readonly Fault[] {
  let rounded = faults;
  for (let index = 0; index < faults.length; index++) {
    for (const toMs of ROUNDINGS_MS) {
      if (budget.exhausted !== undefined) return rounded;
      const candidate = rounded.map((fault, at) => (at === index ? roundSpan(fault, toMs) : fault));
      if (!stillFails(candidate)) continue;
      rounded = candidate;
      break;
    }
  }
  return rounded;
}

/** Its beginning is rounded down: later it could lie beyond the end of the run. */
function roundSpan(fault: Fault, toMs: number): Fault {
  const atMs = Math.floor(fault.atMs / toMs) * toMs;
  if (fault.untilMs === undefined) return { ...fault, atMs };
  return { ...fault, atMs, untilMs: Math.max(atMs + 1, Math.round(fault.untilMs / toMs) * toMs) };
}
