/**
 * Decides whether a history is linearizable: whether every operation can be given one moment between its invocation and its completion at which it takes
 * effect, so that all that was returned comes out (M. Herlihy, J. Wing, "Linearizability", TOPLAS 12(3), 1990). An operation that stayed open may take
 * effect at any later time or never.
 *
 * The history is split into independent parts. A part is decided by a polynomial algorithm where its condition holds, else by two searches in turns. In
 * general the problem is NP-complete (P. Gibbons, E. Korach, SIAM J. Comput. 26(4), 1997), so the searches take a budget of steps and a limit of memory;
 * a part that exceeds them is unknown, and so is the history unless another part is violated.
 */
import { type Budget, type Progress, shareOf } from '../../kernel/budget.ts';
import type { History } from '../history.ts';
import { type ModelSpec, modelOf } from '../models/catalogue.ts';
import type { Model, PlacedAction } from '../models/model.ts';
import { findCulprit, type Judge } from './culprit.ts';
import { type Algorithm, type Decided, type DovetailResult, dovetail, type Undecided } from './dovetail.ts';
import { explainViolation, judgeBySearch, orderOf } from './explain-violation.ts';
import { type Part, partitionHistory } from './part.ts';
import type { LinearizabilityResult, Undecidedness, Violation } from './result.ts';
import { type SearchProblem, searchProblem } from './search-problem.ts';
import { judgeByShortcut, type ShortcutAlgorithm, type ShortcutVerdict } from './shortcut.ts';

export interface LinearizabilityOptions {
  /** Searches to use; both by default. */
  readonly algorithms?: readonly Algorithm[];
  /** Use polynomial algorithms where they apply; so by default. */
  readonly shortcuts?: boolean;
  /** Memory for the searches; 150 MB by default. */
  readonly bytesMax?: number;
  /** Give an order for each part when it holds. */
  readonly linearize?: boolean;
}

const BYTES_MAX = 150_000_000;
/** Steps for saying why, beside those for finding out; a share of what the caller allows. */
const EXPLANATION_STEPS = 20_000_000;

export function checkLinearizability(
  history: History,
  spec: ModelSpec,
  options: LinearizabilityOptions,
  budget: Budget,
  onProgress: Progress = () => undefined,
): LinearizabilityResult {
  const model = modelOf(spec);
  const parts = partitionHistory(history, model);
  const tally = new Tally(model, parts, onProgress);
  const left: Part[] = [];
  for (const part of parts) {
    const found = options.shortcuts === false ? undefined : shortcutFor(part, model, budget);
    if (found === undefined) left.push(part);
    else if (found.conflict === undefined) tally.count(found.algorithm, part.actions.length);
    else return tally.violated(found.algorithm, violationByShortcut(part, found, { history, model, options, budget }));
  }
  const byProblem = new Map<SearchProblem, Part>();
  const problems = problemsOf(left, model, byProblem);
  const { algorithms = ['frontier', 'depth_first'], bytesMax = BYTES_MAX } = options;
  const found = dovetail(problems, { algorithms, bytesMax }, budget, ({ by, problem }) =>
    tally.count(by, problem.actions.length),
  );
  tally.peakConfigurations = found.peakConfigurations;
  const violated = found.decided.find(({ decision }) => decision === 'violated');
  const partOf = (problem: SearchProblem): Part =>
    byProblem.get(problem) ?? { key: undefined, actions: problem.actions };
  if (violated !== undefined) {
    const part = partOf(violated.problem);
    return tally.violated(undefined, violationBySearch(part, violated, { history, model, options, budget }));
  }
  if (found.decided.length < left.length) {
    return tally.unknown(undecidedness(found, left, partOf, budget));
  }
  return tally.holds(options.linearize === true ? linearizationsOf(parts, model, budget) : undefined);
}

interface Context {
  readonly history: History;
  readonly model: Model;
  readonly options: LinearizabilityOptions;
  readonly budget: Budget;
}

function shortcutFor({ actions }: Part, model: Model, budget: Budget): ShortcutVerdict | undefined {
  return budget.spend(actions.length) ? judgeByShortcut(actions, model) : undefined;
}

/** Made one by one, as the searches come to them. */
function* problemsOf(
  parts: readonly Part[],
  model: Model,
  byProblem: Map<SearchProblem, Part>,
): Generator<SearchProblem> {
  for (const part of parts) {
    const problem = searchProblem(part.actions, model);
    byProblem.set(problem, part);
    yield problem;
  }
}

function violationByShortcut(part: Part, { conflict = [] }: ShortcutVerdict, context: Context): Violation {
  const { history, model } = context;
  const share = shareOf(context.budget, EXPLANATION_STEPS);
  const judge: Judge = (actions) => {
    const verdict = judgeByShortcut(actions, model);
    // What is open in a prefix may break the condition; then it is left to the searches.
    if (verdict === undefined) return judgeBySearch(actions, model, BYTES_MAX, share);
    return verdict.conflict === undefined ? 'holds' : 'violated';
  };
  const culprit = findCulprit(part.actions, model, 0, judge) ?? lastOf(conflict);
  const sub = prefixConflict(part, culprit, model) ?? conflict;
  return explainViolation({ ...part, culprit, conflict: sub }, history, model, share);
}

/** The conflict in what was known when the culprit completed. */
function prefixConflict({ actions }: Part, culprit: PlacedAction, model: Model): readonly PlacedAction[] | undefined {
  const known = actions.filter(({ operation }) => operation.completed <= culprit.operation.completed);
  return judgeByShortcut(known, model)?.conflict;
}

function lastOf(conflict: readonly PlacedAction[]): PlacedAction {
  return conflict.reduce((last, placed) => (placed.operation.completed > last.operation.completed ? placed : last));
}

function violationBySearch(part: Part, { problem, violatedFrom }: Decided, context: Context): Violation {
  const { history, model, options } = context;
  const share = shareOf(context.budget, EXPLANATION_STEPS);
  const judge: Judge = (actions) => judgeBySearch(actions, model, options.bytesMax ?? BYTES_MAX, share);
  const event = problem.events[violatedFrom] ?? 0;
  const { operation } = problem.actions[event < 0 ? ~event : event] as PlacedAction;
  const from = event < 0 ? operation.completed : operation.invoked;
  const culprit = findCulprit(part.actions, model, from, judge) ?? lastOf(problem.actions);
  return explainViolation({ ...part, culprit, conflict: undefined }, history, model, share);
}

function undecidedness(
  { undecided, peakConfigurations }: DovetailResult,
  left: readonly Part[],
  partOf: (problem: SearchProblem) => Part,
  budget: Budget,
): Undecidedness {
  const worst = undecided.reduce<Undecided | undefined>(
    (found, each) => (found === undefined || each.peakConfigurations > found.peakConfigurations ? each : found),
    undefined,
  );
  const overlapping = worst?.peakRunning ?? 0;
  const open = worst?.openRunning ?? 0;
  const cause = worst?.cause === 'memory' ? 'memory' : 'steps';
  const limit =
    cause === 'memory' ? 'the memory for the search is used up' : (budget.exhausted ?? 'the budget is used up');
  return {
    key: worst === undefined ? left[0]?.key : partOf(worst.problem).key,
    cause,
    sentence: `${limit}: up to ${overlapping} operations are under way at a time, ${open} of them open for ever, which made ${peakConfigurations} configurations`,
    advice: adviceFor(open, overlapping, cause),
    overlapping,
    open,
    peakConfigurations,
  };
}

function adviceFor(open: number, overlapping: number, cause: 'steps' | 'memory'): string {
  if (open > overlapping / 2) {
    return `${open} operations that stayed open overlap with everything after them: find out what became of them, or check the history up to where they are few`;
  }
  if (overlapping > 12) return 'fewer clients for each key, or unique values, make it easier';
  return cause === 'memory' ? 'allow more memory' : 'allow more steps';
}

function linearizationsOf(
  parts: readonly Part[],
  model: Model,
  budget: Budget,
): readonly (readonly number[])[] | undefined {
  const orders = parts.map(({ actions }) => orderOf(actions, model, budget));
  const found = orders.filter((order) => order !== undefined);
  return found.length === orders.length ? found : undefined;
}

/** Keeps the accounts of a check. */
class Tally {
  peakConfigurations = 0;
  private readonly model: Model;
  private readonly parts: readonly Part[];
  private readonly operations: number;
  private readonly onProgress: Progress;
  private readonly decided = new Map<Algorithm | ShortcutAlgorithm, number>();
  private done = 0;

  constructor(model: Model, parts: readonly Part[], onProgress: Progress) {
    this.model = model;
    this.parts = parts;
    this.operations = parts.reduce((sum, { actions }) => sum + actions.length, 0);
    this.onProgress = onProgress;
  }

  count(algorithm: Algorithm | ShortcutAlgorithm, operations: number): void {
    this.decided.set(algorithm, (this.decided.get(algorithm) ?? 0) + 1);
    this.done += operations;
    this.onProgress(this.done, this.operations, `${this.done} of ${this.operations} operations are in decided parts`);
  }

  violated(algorithm: ShortcutAlgorithm | undefined, violation: Violation): LinearizabilityResult {
    if (algorithm !== undefined) this.count(algorithm, violation.operations.length);
    return { ...this.result('violated'), violation };
  }

  unknown(unknown: Undecidedness): LinearizabilityResult {
    return { ...this.result('unknown'), unknown };
  }

  holds(linearizations: readonly (readonly number[])[] | undefined): LinearizabilityResult {
    return { ...this.result('holds'), ...(linearizations === undefined ? {} : { linearizations }) };
  }

  private result(verdict: LinearizabilityResult['verdict']) {
    return {
      verdict,
      model: this.model.name,
      operations: this.operations,
      parts: this.parts.length,
      decidedBy: [...this.decided].map(([algorithm, parts]) => ({ algorithm, parts })),
      peakConfigurations: this.peakConfigurations,
    };
  }
}
