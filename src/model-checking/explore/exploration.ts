/**
 * Explores every state of a transition system within bounds, breadth-first (the first breach of a property has a shortest
 * path) or depth-first (little memory for what is not yet explored). `run` goes on until everything was explored, a property is broken, a bound is
 * reached or its budget ends; in the last case another `run` continues.
 *
 * Of each state the set keeps a fingerprint or its words, and beside it the number of the state it came from and the action: paths are rebuilt
 * by taking the actions again (`path.ts`). Cost: one expansion per state, one insertion per successor.
 */
import type { Budget } from '../../kernel/budget.ts';
import { Successors } from '../successors.ts';
import type { PropertyOf, SystemProperty, TransitionSystem } from '../transition-system.ts';
import { Frontier } from './frontier.ts';
import { GrowingWords } from './growing-words.ts';
import { ExactSet, FingerprintSet, type StateSet } from './state-set.ts';

export interface ExplorationOptions {
  readonly order: 'breadth_first' | 'depth_first';
  /** Keep the words of each state instead of a fingerprint. */
  readonly isExact: boolean;
  /** Explore one state of each orbit, where the system knows its symmetry. */
  readonly usesSymmetry: boolean;
  readonly statesMax: number;
  /** Longest path, in states; the initial state counts. */
  readonly depthMax: number;
  readonly bytesMax: number;
  /** Go on after a property is broken, so that the whole space is counted. */
  readonly goesOnAfterViolation: boolean;
}

export const STANDARD_EXPLORATION: ExplorationOptions = {
  order: 'breadth_first',
  isExact: false,
  usesSymmetry: true,
  statesMax: 100_000_000,
  depthMax: Number.MAX_SAFE_INTEGER,
  bytesMax: 4 * 1024 ** 3,
  goesOnAfterViolation: false,
};

export type Ending =
  /** Every state within the bounds was explored. */
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'violated' }
  /** States remain that were not explored; `reason` says which limit was reached. */
  | { readonly kind: 'stopped'; readonly reason: string };

/** A property was broken in, or on the step into, the state of this number. */
export interface Breach {
  readonly property: string;
  /** -1: by the initial state itself. */
  readonly state: number;
  readonly complaint: string;
  /** For a step that leads to a state known before: the action taken from `state`. */
  readonly lastAction?: number;
}

export interface Measures {
  readonly unique: number;
  readonly generated: number;
  /** States on the longest of the shortest paths; depth-first: on the longest path that was taken. */
  readonly depth: number;
  /** States reached and not yet explored. */
  readonly frontier: number;
  readonly bytes: number;
}

const NO_STATE = -1;
const STATES_PER_LOOK = 256;

export class Exploration {
  readonly system: TransitionSystem;
  readonly options: ExplorationOptions;
  readonly set: StateSet;
  readonly breaches: Breach[] = [];
  /** Names of the `sometimes` properties that were reached, with the state that shows it. */
  readonly reached = new Map<string, number>();
  ending: Ending | undefined;

  private readonly parents = new GrowingWords();
  private readonly actions = new GrowingWords();
  private readonly frontier: Frontier;
  /** Depth-first: numbers and depths of the states of the frontier. */
  private readonly stackedStates: number[] = [];
  private readonly stackedDepths: number[] = [];
  private readonly successors: Successors;
  private readonly isSymmetric: boolean;
  private always: readonly PropertyOf<'always'>[];
  private alwaysStep: readonly PropertyOf<'always_step'>[];
  private sometimes: readonly PropertyOf<'sometimes'>[];
  private deadlockFree: readonly PropertyOf<'deadlock_free'>[];

  private generated = 0;
  private depth = 0;
  private explored = 0;
  /** Breadth-first: number of the first state of the next level. */
  private levelEnd = 0;
  private depthOfNew = 1;
  private wasCutByDepth = false;

  constructor(system: TransitionSystem, options: ExplorationOptions = STANDARD_EXPLORATION) {
    this.system = system;
    this.options = options;
    this.set = options.isExact ? new ExactSet(system.width) : new FingerprintSet(system.width);
    this.frontier = new Frontier(system.width);
    this.successors = new Successors(system.width);
    this.isSymmetric = options.usesSymmetry && system.canonicalise !== undefined;
    this.always = propertiesOf(system, 'always');
    this.alwaysStep = propertiesOf(system, 'always_step');
    this.sometimes = propertiesOf(system, 'sometimes');
    this.deadlockFree = propertiesOf(system, 'deadlock_free');
    this.begin();
  }

  get measures(): Measures {
    const { set, generated, depth, frontier, parents, actions } = this;
    const bytes = set.bytes + parents.bytes + actions.bytes + frontier.bytes;
    return { unique: set.count, generated, depth, frontier: frontier.count, bytes };
  }

  /** Expected number of states lost because their fingerprint equals another's: n^2 / 2^65. */
  get expectedCollisions(): number {
    return this.options.isExact ? 0 : (this.set.count / 2 ** 32) ** 2 / 2;
  }

  /** Explores until it ends or the budget does; returns whether it ended. Each successor costs one step. */
  run(budget: Budget, onProgress?: (measures: Measures) => void): boolean {
    while (this.ending === undefined) {
      const before = this.generated;
      this.exploreSome();
      onProgress?.(this.measures);
      if (this.ending === undefined && !budget.spend(this.generated - before + 1)) return false;
    }
    return true;
  }

  /** The actions that lead to a state, from the initial state on; the first is the number of the initial state. */
  actionsTo(state: number): readonly number[] {
    const path: number[] = [];
    for (let each = state; each !== NO_STATE; each = this.parents.at(each)) path.push(this.actions.at(each));
    return path.reverse();
  }

  private begin(): void {
    const { system, successors } = this;
    system.initial(successors);
    this.takeIn(NO_STATE, undefined, 0);
    this.depth = 1;
    this.levelEnd = this.set.count;
  }

  private exploreSome(): void {
    for (let some = 0; some < STATES_PER_LOOK && this.ending === undefined; some++) {
      if (this.frontier.count === 0) this.end();
      else if (this.options.order === 'breadth_first') this.exploreFirst();
      else this.exploreLast();
    }
    const { unique, bytes } = this.measures;
    if (this.ending !== undefined || this.frontier.count === 0) return;
    const { statesMax, bytesMax } = this.options;
    if (unique >= statesMax) this.ending = { kind: 'stopped', reason: `the limit of ${statesMax} states was reached` };
    else if (bytes >= bytesMax) this.ending = { kind: 'stopped', reason: `the limit of ${bytesMax} bytes was reached` };
  }

  private end(): void {
    const { depthMax } = this.options;
    if (this.breaches.length > 0) this.ending = { kind: 'violated' };
    else if (this.wasCutByDepth)
      this.ending = { kind: 'stopped', reason: `the limit of depth ${depthMax} was reached` };
    else this.ending = { kind: 'exhausted' };
  }

  private exploreFirst(): void {
    const { frontier } = this;
    if (this.explored === this.levelEnd) {
      this.depth += 1;
      this.levelEnd = this.set.count;
    }
    frontier.takeFirst();
    this.depthOfNew = this.depth + 1;
    this.expand(this.explored++);
  }

  private exploreLast(): void {
    const state = this.stackedStates.pop() as number;
    const depth = this.stackedDepths.pop() as number;
    this.frontier.takeLast();
    if (depth > this.depth) this.depth = depth;
    this.depthOfNew = depth + 1;
    this.explored += 1;
    this.expand(state);
  }

  private expand(state: number): void {
    const { system, successors, frontier } = this;
    const { words, at } = frontier;
    successors.clear();
    system.expand(words, at, successors);
    if (successors.count === 0) this.judgeDeadlock(state, words, at);
    this.takeIn(state, words, at);
  }

  /** Inserts the successors of a state, judges those that are new and puts them on the frontier. */
  private takeIn(from: number, words: Int32Array | undefined, at: number): void {
    const { system, successors, set, isSymmetric } = this;
    const { count, width } = successors;
    const judgesSteps = this.alwaysStep.length > 0 && words !== undefined;
    const isCut = this.depthOfNew > this.options.depthMax;
    this.generated += count;
    for (let index = 0; index < count; index++) {
      const next = index * width;
      if (system.isWithinBoundary !== undefined && !system.isWithinBoundary(successors.words, next)) continue;
      if (judgesSteps) this.judgeStep(from, words, at, successors.actions[index] as number, next);
      if (isCut) {
        this.wasCutByDepth = true;
        continue;
      }
      if (isSymmetric) system.canonicalise?.(successors.words, next);
      const state = set.insert(successors.words, next);
      if (state === -1) continue;
      this.parents.push(from);
      this.actions.push(successors.actions[index] as number);
      this.frontier.push(successors.words, next);
      if (this.options.order === 'depth_first') {
        this.stackedStates.push(state);
        this.stackedDepths.push(this.depthOfNew);
      }
      this.judge(state, next);
    }
  }

  private judge(state: number, at: number): void {
    const { words } = this.successors;
    if (this.system.isSettled?.(words, at) === true) return;
    for (const property of this.always) {
      if (property.holds(words, at)) continue;
      this.breach({ property: property.name, state, complaint: property.complaint?.(words, at) ?? property.statement });
    }
    for (const property of this.sometimes) {
      if (!property.reached(words, at)) continue;
      this.reached.set(property.name, state);
      this.sometimes = this.sometimes.filter((each) => each !== property);
    }
  }

  private judgeStep(state: number, words: Int32Array, at: number, action: number, nextAt: number): void {
    const next = this.successors.words;
    for (const property of this.alwaysStep) {
      if (property.holds(words, at, action, next, nextAt)) continue;
      const complaint = property.complaint?.(words, at, action, next, nextAt) ?? property.statement;
      this.breach({ property: property.name, state, complaint, lastAction: action });
    }
  }

  private judgeDeadlock(state: number, words: Int32Array, at: number): void {
    for (const property of this.deadlockFree) {
      if (property.mayEnd(words, at)) continue;
      this.breach({ property: property.name, state, complaint: 'no action is enabled' });
    }
  }

  private breach(breach: Breach): void {
    this.breaches.push(breach);
    // A property that is broken is told once: breadth-first, this path is a shortest one.
    const isOther = ({ name }: SystemProperty): boolean => name !== breach.property;
    this.always = this.always.filter(isOther);
    this.alwaysStep = this.alwaysStep.filter(isOther);
    this.deadlockFree = this.deadlockFree.filter(isOther);
    if (!this.options.goesOnAfterViolation) this.ending = { kind: 'violated' };
  }
}

function propertiesOf<Kind extends SystemProperty['kind']>(
  { properties }: TransitionSystem,
  kind: Kind,
): PropertyOf<Kind>[] {
  return properties.filter((property): property is PropertyOf<Kind> => property.kind === kind);
}
