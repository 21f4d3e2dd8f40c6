/**
 * What could have happened: what an operation may return, and what an object may be at the end, over all orders that explain the rest of the history.
 *
 * Candidates for a result come from all states that the search met (every state of every order is among them); each is then put into the history as if
 * it had been returned and judged. Final states are read off the frontier after the last event.
 */
import type { Budget } from '../../kernel/budget.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { History, Operation, Value } from '../history.ts';
import { type ModelSpec, modelOf } from '../models/catalogue.ts';
import type { Model, PlacedAction } from '../models/model.ts';
import { judgeBySearch } from './explain-violation.ts';
import { FrontierSearch } from './frontier-search.ts';
import { interpretAll, partitionHistory } from './part.ts';
import { searchProblem } from './search-problem.ts';

export interface PossibleResults {
  readonly results: readonly Value[];
  /** False when the budget ended before every candidate was judged, or the model cannot say what its operations return. */
  readonly isComplete: boolean;
}

export interface FinalStates {
  readonly key: Value | undefined;
  readonly states: readonly { readonly value: Value; readonly text: string }[];
  /** `none` when the part is not linearizable, `unknown` when the budget ended. */
  readonly outcome: 'all' | 'none' | 'unknown';
}

const BYTES_MAX = 100_000_000;
const TURN = 100_000;

/** What the operation with this number may return: one that is open at any time up to the end of the history, else when it completed. */
export function possibleResults(history: History, spec: ModelSpec, id: number, budget: Budget): PossibleResults {
  const model = modelOf(spec);
  const asked = history.operations.find((operation) => operation.id === id);
  const action = asked === undefined ? undefined : model.interpret(returning(asked, null, history));
  if (asked === undefined || action === undefined || model.returns === undefined)
    return { results: [], isComplete: false };
  const withAsked = history.operations.map((operation) =>
    operation.id === id ? returning(operation, operation.output, history) : operation,
  );
  const part = partitionHistory({ ...history, operations: withAsked }, model).find(({ actions }) =>
    actions.some(({ operation }) => operation.id === id),
  );
  const others = (part?.actions ?? []).filter(({ operation }) => operation.id !== id);
  const candidates = candidatesIn(others, { ...action, result: undefined }, model, budget);
  const results: Value[] = [];
  for (const candidate of candidates ?? []) {
    const guess = interpretAll([returning(asked, candidate, history)], model);
    const all = [...others, ...guess].sort((a, b) => a.operation.invoked - b.operation.invoked);
    const verdict = judgeBySearch(all, model, BYTES_MAX, budget);
    if (verdict === 'holds') results.push(candidate);
    if (budget.exhausted !== undefined) return { results, isComplete: false };
  }
  return { results, isComplete: candidates !== undefined };
}

/** The operation as if it had returned `output`, at the end of the history when it is open. */
function returning(operation: Operation, output: Value, { operations }: History): Operation {
  if (operation.outcome === 'ok') return { ...operation, output };
  const last = operations.reduce(
    (latest, { invoked, completed }) => Math.max(latest, invoked, completed === Infinity ? -1 : completed),
    0,
  );
  return { ...operation, outcome: 'ok', output, completed: last + 1 };
}

/** What the operation would return in any state of any order of the others; undefined when the search does not end. */
function candidatesIn(
  others: readonly PlacedAction[],
  action: PlacedAction['action'],
  model: Model,
  budget: Budget,
): readonly Value[] | undefined {
  const problem = searchProblem(others, model);
  const search = new FrontierSearch(problem);
  if (runToEnd(search, budget) !== 'holds') return undefined;
  if (search.finalStates(Infinity) === undefined) return undefined;
  const byText = new Map<string, Value>();
  for (const state of problem.automaton.states) {
    const result = model.returns?.(state, action);
    if (result !== undefined) byText.set(canonicalJson(result), result);
  }
  return [...byText.values()];
}

/** What each part of the history may be at its end. */
export function possibleFinalStates(history: History, spec: ModelSpec, budget: Budget): readonly FinalStates[] {
  const model = modelOf(spec);
  return partitionHistory(history, model).map(({ key, actions }) => {
    const problem = searchProblem(actions, model);
    const search = new FrontierSearch(problem);
    const decision = runToEnd(search, budget);
    if (decision === 'violated') return { key, states: [], outcome: 'none' };
    const numbers = decision === 'holds' ? search.finalStates(Infinity) : undefined;
    if (numbers === undefined) return { key, states: [], outcome: 'unknown' };
    const states = numbers.map((number) => {
      const value = problem.automaton.states[number] ?? null;
      return { value, text: model.describeState(value) };
    });
    return { key, states, outcome: 'all' };
  });
}

function runToEnd(search: FrontierSearch, budget: Budget): 'holds' | 'violated' | undefined {
  for (;;) {
    const decision = search.advance(TURN);
    if (decision !== undefined) return decision;
    if (!budget.spend(TURN - search.unusedSteps) || search.bytes > BYTES_MAX) return undefined;
  }
}
