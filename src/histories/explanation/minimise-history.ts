/**
 * Reduces a violated part of a history to few operations that still have no order, by leaving out operations as long as that stays so (A. Zeller,
 * R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002: large pieces first, then smaller ones). Every step is checked again.
 *
 * An operation is left out only together with all that depends on it: a read without the write of its value would be in the wrong by itself and prove nothing
 * about the whole. So what is left is a reason why the whole has no order. What happened after the culprit completed is left out at once.
 */
import { type Budget, shareOf } from '../../kernel/budget.ts';
import type { Operation } from '../history.ts';
import { type Judge, prefixOf } from '../linearizability/culprit.ts';
import { judgeBySearch } from '../linearizability/explain-violation.ts';
import { interpretAll } from '../linearizability/part.ts';
import type { Violation } from '../linearizability/result.ts';
import { judgeByShortcut } from '../linearizability/shortcut.ts';
import { type ModelSpec, modelOf } from '../models/catalogue.ts';
import type { Model, PlacedAction } from '../models/model.ts';

export interface MinimalHistory {
  /** In the order of invocation; open where they were still under way when the culprit completed. */
  readonly operations: readonly Operation[];
  /** No single operation can be left out, with what depends on it. False when the budget ended first. */
  readonly isMinimal: boolean;
  /** How often a smaller history was judged. */
  readonly checks: number;
}

const BYTES_MAX = 100_000_000;
/** Steps for one check: a smaller history that is harder than that is not worth it. */
const STEPS_PER_CHECK = 2_000_000;

export function minimiseViolation(violation: Violation, spec: ModelSpec, budget: Budget): MinimalHistory {
  const model = modelOf(spec);
  const { culprit } = violation;
  const known = prefixOf(interpretAll(violation.operations, model), model, culprit.completed);
  const judge: Judge = (actions) => {
    const { conflict, algorithm } = judgeByShortcut(actions, model) ?? {};
    if (algorithm !== undefined) return conflict === undefined ? 'holds' : 'violated';
    return judgeBySearch(actions, model, BYTES_MAX, shareOf(budget, STEPS_PER_CHECK));
  };
  return minimise(startOf(known, culprit, model, judge), culprit, model, judge, budget);
}

/** A polynomial algorithm names few operations at once. They serve when the culprit is among them. */
function startOf(
  known: readonly PlacedAction[],
  culprit: Operation,
  model: Model,
  judge: Judge,
): readonly PlacedAction[] {
  const conflict = judgeByShortcut(known, model)?.conflict ?? [];
  const serves = conflict.some(({ operation }) => operation.id === culprit.id) && judge(conflict) === 'violated';
  return serves ? conflict : known;
}

function minimise(
  start: readonly PlacedAction[],
  culprit: Operation,
  model: Model,
  judge: Judge,
  budget: Budget,
): MinimalHistory {
  const units = new Units(start, culprit, model);
  let left: readonly number[] = start.map((_, index) => index);
  let checks = 0;
  let size = Math.ceil(left.length / 2);
  while (size >= 1) {
    let hasShrunk = false;
    for (let at = 0; at < left.length; at += size) {
      const smaller = units.without(left, left.slice(at, at + size));
      if (smaller === undefined) continue;
      if (!budget.spend()) return resultOf(start, left, false, checks);
      checks += 1;
      if (judge(smaller.map((index) => start[index] as PlacedAction)) !== 'violated') continue;
      left = smaller;
      hasShrunk = true;
      at -= size;
    }
    if (!hasShrunk || size > 1) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return resultOf(start, left, true, checks);
}

function resultOf(
  start: readonly PlacedAction[],
  left: readonly number[],
  isMinimal: boolean,
  checks: number,
): MinimalHistory {
  const operations = left.flatMap((index) => start[index]?.operation ?? []);
  return { operations, isMinimal, checks };
}

/** What has to be left out together. */
class Units {
  private readonly actions: readonly PlacedAction[];
  private readonly culprit: number;
  private readonly model: Model;
  private readonly direct: (readonly number[] | undefined)[] = [];

  constructor(actions: readonly PlacedAction[], culprit: Operation, model: Model) {
    this.actions = actions;
    this.culprit = actions.findIndex(({ operation }) => operation.id === culprit.id);
    this.model = model;
  }

  /** What stays of `left`; undefined when nothing would go, or the culprit. Members of `chunk` that may not go stay. */
  without(left: readonly number[], chunk: readonly number[]): readonly number[] | undefined {
    const gone = new Set<number>();
    const present = new Set(left);
    for (const index of chunk) {
      const unit = this.unitOf(index, present);
      if (unit !== undefined) for (const member of unit) gone.add(member);
    }
    return gone.size === 0 ? undefined : left.filter((index) => !gone.has(index));
  }

  /** The operation and what depends on it; undefined when the culprit does. */
  private unitOf(index: number, present: ReadonlySet<number>): ReadonlySet<number> | undefined {
    const unit = new Set([index]);
    for (const member of unit) {
      if (member === this.culprit) return undefined;
      const dependents = this.dependentsOf(member);
      if (dependents === undefined) return undefined;
      for (const other of dependents) if (present.has(other)) unit.add(other);
    }
    return unit;
  }

  /** Undefined for what may not be left out: where the model does not say what depends on a change, anything may. */
  private dependentsOf(index: number): readonly number[] | undefined {
    const { dependents } = this.model;
    const isRead = this.actions[index]?.action.isRead === true;
    if (dependents === undefined) return isRead ? [] : undefined;
    this.direct[index] ??= dependents(this.actions, index);
    return this.direct[index];
  }
}
