/**
 * Says why a part has no order: which operation has no place, and what the object could be when it should have had one.
 */
import type { Budget } from '../../kernel/budget.ts';
import type { History, Operation, Value } from '../history.ts';
import type { Model, PlacedAction } from '../models/model.ts';
import { prefixOf } from './culprit.ts';
import { DepthFirstSearch } from './depth-first-search.ts';
import { dovetail } from './dovetail.ts';
import { FrontierSearch } from './frontier-search.ts';
import type { PossibleState, Violation } from './result.ts';
import { searchProblem } from './search-problem.ts';

const STATES_SAID_MAX = 4;
/** Longer prefixes are not searched for their states and orders. */
const OPERATIONS_MAX = 20_000;

export interface ViolatedPart {
  readonly key: Value | undefined;
  readonly actions: readonly PlacedAction[];
  readonly culprit: PlacedAction;
  /** Few operations that by themselves have no order, where a polynomial algorithm named them. */
  readonly conflict: readonly PlacedAction[] | undefined;
}

export function explainViolation(part: ViolatedPart, history: History, model: Model, budget: Budget): Violation {
  const { key, actions, culprit, conflict } = part;
  const before = prefixOf(actions, model, culprit.operation.completed).filter(
    ({ operation }) => operation.id !== culprit.operation.id,
  );
  const states = before.length > OPERATIONS_MAX ? [] : possibleStates(before, culprit, model, budget);
  const longestPrefix = before.length > OPERATIONS_MAX ? undefined : orderOf(before, model, budget);
  const name = new Names(history, key);
  const sentence =
    states.length > 0 || conflict === undefined
      ? sentenceByStates(culprit, states, model, name)
      : sentenceByConflict(culprit, conflict, model, name);
  const previousOk = lastCompleted(before)?.operation;
  const operations = actions.map(({ operation }) => operation);
  return { key, culprit: culprit.operation, sentence, states, previousOk, longestPrefix, operations };
}

class Names {
  private readonly history: History;
  readonly object: string;

  constructor(history: History, key: Value | undefined) {
    this.history = history;
    this.object = key === undefined || key === null ? 'it' : typeof key === 'string' ? key : JSON.stringify(key);
  }

  process({ process }: Operation): string {
    return `process ${this.history.processes[process] ?? process}`;
  }

  /** `process 3 read 5 (line 12)`. */
  deed({ action, operation }: PlacedAction, model: Model): string {
    return `${this.process(operation)} ${model.describe(action)} (line ${operation.completedLine ?? operation.invokedLine})`;
  }
}

function sentenceByStates(culprit: PlacedAction, states: readonly PossibleState[], model: Model, names: Names): string {
  const did = names.deed(culprit, model);
  if (states.length === 0) return `${did}, which no order of the operations allows`;
  const said = states.slice(0, STATES_SAID_MAX).map(({ state, leftBy }) => {
    const by = [...new Set(leftBy.map((operation) => names.process(operation)))].slice(0, 3);
    return by.length === 0 ? state : `${state} (left so by ${by.join(' or ')})`;
  });
  const more = states.length - said.length;
  const all = `${said.join(' or ')}${more > 0 ? ` or one of ${more} other states` : ''}`;
  return `${did}, but when that completed ${names.object} could only be ${all}`;
}

function sentenceByConflict(
  culprit: PlacedAction,
  conflict: readonly PlacedAction[],
  model: Model,
  names: Names,
): string {
  const others = conflict.filter(({ operation }) => operation.id !== culprit.operation.id);
  const did = names.deed(culprit, model);
  if (others.length === 0) return `${did}, which nothing before accounts for`;
  return `${did}, which does not fit with what others did: ${others.map((other) => names.deed(other, model)).join('; ')}`;
}

/** Every state in which all that had completed is accounted for, and why the culprit has no place there. */
function possibleStates(
  before: readonly PlacedAction[],
  culprit: PlacedAction,
  model: Model,
  budget: Budget,
): readonly PossibleState[] {
  const problem = searchProblem(before, model);
  const search = new FrontierSearch(problem);
  const steps = stepsToSpend(before.length);
  if (!budget.spend() || search.advance(steps) !== 'holds') return [];
  const states = search.finalStates(steps) ?? [];
  budget.spend(steps - Math.max(0, search.unusedSteps));
  return states.map((number) => {
    const state = problem.automaton.states[number] as Value;
    const leftBy = before.filter(
      ({ action }) => !action.isRead && leaves(action, state, problem.automaton.states, model),
    );
    return {
      state: model.describeState(state),
      why: whyNot(state, culprit, model),
      leftBy: leftBy.map(({ operation }) => operation),
    };
  });
}

/** Whether the action may lead to the state. Where nearly everything may, that says nothing. */
function leaves(action: PlacedAction['action'], state: Value, states: readonly Value[], model: Model): boolean {
  const text = model.describeState(state);
  if (states.length > 200) return false;
  return states.some((from) => {
    const after = model.step(from, action);
    return after !== undefined && model.describeState(from) !== text && model.describeState(after) === text;
  });
}

function whyNot(state: Value, { action }: PlacedAction, model: Model): string {
  const returned = action.result === undefined ? undefined : model.returns?.(state, action);
  if (returned === undefined) return `it cannot take effect when that is ${model.describeState(state)}`;
  return `it would have returned ${typeof returned === 'string' ? returned : JSON.stringify(returned)}`;
}

/** An order of what had completed. */
export function orderOf(actions: readonly PlacedAction[], model: Model, budget: Budget): readonly number[] | undefined {
  if (!budget.spend()) return undefined;
  const search = new DepthFirstSearch(searchProblem(actions, model));
  const steps = stepsToSpend(actions.length);
  const decision = search.advance(steps);
  budget.spend(steps - Math.max(0, search.unusedSteps));
  if (decision !== 'holds') return undefined;
  return Array.from(search.order(), (index) => actions[index]?.operation.id ?? -1);
}

function stepsToSpend(operations: number): number {
  return 200_000 + 100 * operations;
}

function lastCompleted(actions: readonly PlacedAction[]): PlacedAction | undefined {
  let last: PlacedAction | undefined;
  for (const placed of actions) {
    const { completed } = placed.operation;
    if (completed !== Infinity && (last === undefined || completed > last.operation.completed)) last = placed;
  }
  return last;
}

/** Whether the operations have an order; by both searches in turns. */
export function judgeBySearch(
  actions: readonly PlacedAction[],
  model: Model,
  bytesMax: number,
  budget: Budget,
): 'holds' | 'violated' | 'unknown' {
  const options = { algorithms: ['frontier', 'depth_first'] as const, bytesMax };
  const { decided } = dovetail([searchProblem(actions, model)], options, budget);
  return decided[0]?.decision ?? 'unknown';
}
