/**
 * Explores every state of a transition system within bounds, breadth-first (the first breach of a property has a shortest
 * path) or depth-first (little memory for what is not yet explored). `run` goes on until everything was explored, a property is broken, a bound is
 * reached or its budget ends; in the last case another `run` continues.
 *
 * Of each state the set keeps a fingerprint or its words, and beside it the number of the state it came from and the action: paths are rebuilt
 * by taking the actions again (`path.ts`). What was saved is restored by a new exploration of the same system, whose numbers must mean the
 * same again (`TransitionSystem.restoreNumbers`); it then goes on as if nothing had been between. Cost: one expansion per state, one insertion per successor.
 */
import type { Budget } from '../../kernel/budget.ts';
import { Successors } from '../successors.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { type Ending, type Explorer, expectedCollisions, type Finding, type Measures } from './explorer.ts';
import { Frontier } from './frontier.ts';
import { GrowingWords } from './growing-words.ts';
import { type Found, Judge } from './judge.ts';
import type { ByteReader, ByteWriter } from './saved-bytes.ts';
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

/** The numbers that are not in its tables. */
interface Progress {
  readonly generated: number;
  readonly depth: number;
  readonly explored: number;
  readonly levelEnd: number;
  readonly wasCutByDepth: boolean;
  readonly found: Found<number>;
}

const NO_STATE = -1;
const STATES_PER_LOOK = 256;

export class Exploration implements Explorer {
  readonly system: TransitionSystem;
  readonly options: ExplorationOptions;
  readonly set: StateSet;
  ending: Ending | undefined;

  private readonly parents = new GrowingWords();
  private readonly actions = new GrowingWords();
  private readonly frontier: Frontier;
  /** Depth-first: numbers and depths of the states of the frontier. */
  private readonly stackedStates: number[] = [];
  private readonly stackedDepths: number[] = [];
  private readonly successors: Successors;
  private readonly isSymmetric: boolean;
  /** Places are numbers of states. */
  private readonly judge: Judge<number>;

  private generated = 0;
  private depth = 0;
  private explored = 0;
  /** Breadth-first: number of the first state of the next level. */
  private levelEnd = 0;
  private depthOfNew = 1;
  private wasCutByDepth = false;

  /** `saved` by an exploration of the same system with the same options; its limits may have been others. */
  constructor(system: TransitionSystem, options: ExplorationOptions = STANDARD_EXPLORATION, saved?: ByteReader) {
    this.system = system;
    this.options = options;
    this.set = options.isExact ? new ExactSet(system.width) : new FingerprintSet(system.width);
    this.frontier = new Frontier(system.width);
    this.successors = new Successors(system.width);
    this.isSymmetric = options.usesSymmetry && system.canonicalise !== undefined;
    this.judge = new Judge(system);
    if (saved === undefined) this.begin();
    else this.restore(saved);
  }

  get measures(): Measures {
    const { set, generated, depth, frontier, parents, actions } = this;
    const tables = this.system.tableBytes?.() ?? 0;
    const bytes = set.bytes + parents.bytes + actions.bytes + frontier.bytes + tables;
    const collisions = this.options.isExact ? 0 : expectedCollisions(set.count);
    return { unique: set.count, generated, depth, frontier: frontier.count, bytes, expectedCollisions: collisions };
  }

  get findings(): readonly Finding[] {
    const isShortest = this.options.order === 'breadth_first';
    return this.judge.breaches.map(({ property, complaint, place, lastAction }) => {
      const actions = [...this.actionsTo(place), ...(lastAction === undefined ? [] : [lastAction])];
      return { property, complaint, actions, isShortest, throughRepresentatives: this.isSymmetric };
    });
  }

  get reached(): readonly string[] {
    return [...this.judge.reached.keys()];
  }

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

  save(into: ByteWriter): void {
    const { generated, depth, explored, levelEnd, wasCutByDepth, stackedStates, stackedDepths } = this;
    const progress: Progress = { generated, depth, explored, levelEnd, wasCutByDepth, found: this.judge.found };
    into.json(progress);
    for (const part of [this.set, this.parents, this.actions, this.frontier]) part.save(into);
    for (const numbers of [stackedStates, stackedDepths]) {
      into.number(numbers.length);
      for (const each of numbers) into.number(each);
    }
  }

  private restore(from: ByteReader): void {
    const progress = from.json() as Progress;
    this.generated = progress.generated;
    this.depth = progress.depth;
    this.explored = progress.explored;
    this.levelEnd = progress.levelEnd;
    this.wasCutByDepth = progress.wasCutByDepth;
    this.judge.restore(progress.found);
    for (const part of [this.set, this.parents, this.actions, this.frontier]) part.restore(from);
    for (const numbers of [this.stackedStates, this.stackedDepths])
      for (let left = from.number(); left > 0; left--) numbers.push(from.number());
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
    if (this.judge.breaches.length > 0) this.ending = { kind: 'violated' };
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
    if (successors.count === 0) this.judge.deadlock(words, at, state);
    this.takeIn(state, words, at);
  }

  /** Inserts the successors of a state, judges those that are new and puts them on the frontier. */
  private takeIn(from: number, words: Int32Array | undefined, at: number): void {
    const { system, successors, set, isSymmetric, judge } = this;
    const { count, width } = successors;
    const judgesSteps = words !== undefined && judge.judgesSteps;
    const isCut = this.depthOfNew > this.options.depthMax;
    this.generated += count;
    for (let index = 0; index < count; index++) {
      const next = index * width;
      if (system.isWithinBoundary !== undefined && !system.isWithinBoundary(successors.words, next)) continue;
      const action = successors.actions[index] as number;
      if (judgesSteps) judge.step(words, at, action, successors.words, next, from);
      if (isCut) {
        this.wasCutByDepth = true;
        continue;
      }
      if (words !== undefined && successors.isCopyOf(words, at, next)) continue;
      if (isSymmetric) system.canonicalise?.(successors.words, next);
      const state = set.insert(successors.words, next);
      if (state === -1) continue;
      this.parents.push(from);
      this.actions.push(action);
      this.frontier.push(successors.words, next);
      if (this.options.order === 'depth_first') {
        this.stackedStates.push(state);
        this.stackedDepths.push(this.depthOfNew);
      }
      judge.state(successors.words, next, state);
    }
    if (judge.breaches.length > 0 && !this.options.goesOnAfterViolation) this.ending = { kind: 'violated' };
  }
}
