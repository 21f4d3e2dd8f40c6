/**
 * Depth-first search with sleep sets (P. Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", LNCS 1032, 1996,
 * chapter 5). Two steps on different nodes lead to the same state in either order; after one order was taken, the first step of the other
 * sleeps: it is not taken until a step comes that does not commute with it. Every state is still reached, by fewer steps.
 *
 * A state may be reached again with fewer steps asleep than before. So each state keeps what slept in it, and those steps that sleep no
 * longer are then taken from it: it is expanded again, for these alone (figure 5.2 there).
 *
 * All states are met, and every state's steps are judged when it is expanded first, whether they sleep or not: verdicts are those of the
 * full search, but for the paths. What is saved is looking up the results of steps that sleep. Steps commute as `nodeOf` says; where it says nothing,
 * or where states are merged by symmetry, sleep sets mean nothing.
 */
import type { Budget } from '../../kernel/budget.ts';
import { Successors } from '../successors.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { type Ending, type Explorer, expectedCollisions, type Finding, type Measures } from './explorer.ts';
import { Frontier } from './frontier.ts';
import { GrowingWords } from './growing-words.ts';
import { Judge } from './judge.ts';
import { ExactSet, FingerprintSet } from './state-set.ts';

export interface SleepSetOptions {
  readonly isExact: boolean;
  readonly statesMax: number;
  /** Longest path, in states. */
  readonly depthMax: number;
  readonly bytesMax: number;
  readonly goesOnAfterViolation: boolean;
}

/** A system that says which steps commute. */
export type NodewiseSystem = TransitionSystem & Required<Pick<TransitionSystem, 'nodeOf'>>;

/** Actions by code. */
type Actions = readonly number[];

/** A state that is to be expanded. Its words stand on the frontier. */
interface Visit {
  readonly state: number;
  readonly depth: number;
  readonly asleep: Actions;
  /** The steps to take; absent at the first visit, which takes all that do not sleep. */
  readonly woken?: Actions;
}

const NONE: Actions = [];
const NO_STATE = -1;
const VISITS_PER_LOOK = 256;

export class SleepSetSearch implements Explorer {
  ending: Ending | undefined;
  private readonly system: NodewiseSystem;
  private readonly options: SleepSetOptions;
  private readonly set: FingerprintSet | ExactSet;
  private readonly parents = new GrowingWords();
  private readonly actions = new GrowingWords();
  /** By state: what sleeps in it, of all visits. */
  private readonly sleep: Actions[] = [];
  private readonly frontier: Frontier;
  private readonly visits: Visit[] = [];
  private readonly successors: Successors;
  /** Places are numbers of states. */
  private readonly judge: Judge<number>;
  private generated = 0;
  private depth = 1;
  private sleepers = 0;
  private wasCutByDepth = false;

  constructor(system: NodewiseSystem, options: SleepSetOptions) {
    this.system = system;
    this.options = options;
    this.set = options.isExact ? new ExactSet(system.width) : new FingerprintSet(system.width, true);
    this.frontier = new Frontier(system.width);
    this.successors = new Successors(system.width);
    this.judge = new Judge(system);
    this.begin();
  }

  get measures(): Measures {
    const { set, generated, depth, parents, actions, frontier } = this;
    const kept = this.sleep.length * BYTES_PER_STATE + this.sleepers * BYTES_PER_SLEEPER;
    const bytes = set.bytes + parents.bytes + actions.bytes + frontier.bytes + kept;
    const collisions = this.options.isExact ? 0 : expectedCollisions(set.count);
    return { unique: set.count, generated, depth, frontier: frontier.count, bytes, expectedCollisions: collisions };
  }

  get findings(): readonly Finding[] {
    return this.judge.breaches.map(({ property, complaint, place, lastAction }) => {
      const actions = [...this.actionsTo(place), ...(lastAction === undefined ? [] : [lastAction])];
      return { property, complaint, actions, isShortest: false, throughRepresentatives: false };
    });
  }

  get reached(): readonly string[] {
    return [...this.judge.reached.keys()];
  }

  run(budget: Budget, onProgress?: (measures: Measures) => void): boolean {
    while (this.ending === undefined) {
      const before = this.generated;
      for (let some = 0; some < VISITS_PER_LOOK && this.ending === undefined; some++) this.advance();
      if (this.ending === undefined) this.lookAtLimits();
      onProgress?.(this.measures);
      if (this.ending === undefined && !budget.spend(this.generated - before + 1)) return false;
    }
    return true;
  }

  private actionsTo(state: number): readonly number[] {
    const path: number[] = [];
    for (let each = state; each !== NO_STATE; each = this.parents.at(each)) path.push(this.actions.at(each));
    return path.reverse();
  }

  private begin(): void {
    const { system, successors } = this;
    system.initial(successors);
    this.generated = successors.count;
    for (let index = 0; index < successors.count; index++)
      if (this.isWithin(index)) this.reach(index, NO_STATE, 1, NONE);
    this.endIfBroken();
  }

  private advance(): void {
    const visit = this.visits.pop();
    if (visit === undefined) this.end();
    else {
      this.frontier.takeLast();
      this.expand(visit);
      this.endIfBroken();
    }
  }

  private end(): void {
    const { depthMax } = this.options;
    if (this.judge.breaches.length > 0) this.ending = { kind: 'violated' };
    else if (this.wasCutByDepth) this.ending = stopped(`depth ${depthMax}`);
    else this.ending = { kind: 'exhausted' };
  }

  private endIfBroken(): void {
    if (this.judge.breaches.length > 0 && !this.options.goesOnAfterViolation) this.ending = { kind: 'violated' };
  }

  private lookAtLimits(): void {
    const { unique, bytes, frontier } = this.measures;
    const { statesMax, bytesMax } = this.options;
    if (frontier === 0) return;
    if (unique >= statesMax) this.ending = stopped(`${statesMax} states`);
    else if (bytes >= bytesMax) this.ending = stopped(`${bytesMax} bytes`);
  }

  private expand(visit: Visit): void {
    const { system, successors, frontier, judge } = this;
    const { state, depth, asleep, woken } = visit;
    if (depth > this.depth) this.depth = depth;
    const { words, at } = frontier;
    successors.clear();
    system.expand(words, at, successors);
    if (woken === undefined && successors.count === 0) judge.deadlock(words, at, state);
    const isCut = depth >= this.options.depthMax;
    const sleeping = [...asleep];
    for (let index = 0; index < successors.count; index++) {
      const action = successors.actions[index] as number;
      const isTaken = woken === undefined ? !asleep.includes(action) : woken.includes(action);
      if (isTaken) this.generated += 1;
      if (!this.isWithin(index)) continue;
      if (woken === undefined && judge.judgesSteps)
        judge.step(words, at, action, successors.words, index * system.width, state);
      if (!isTaken) continue;
      if (isCut) this.wasCutByDepth = true;
      else if (!this.staysIn(words, at, index))
        this.reach(index, state, depth + 1, this.stillAsleep(sleeping, words, at, action));
      sleeping.push(action);
    }
  }

  /** No shortest path takes a step that changes nothing: it need not wake what it does not commute with. */
  private staysIn(words: Int32Array, at: number, index: number): boolean {
    const { words: next, width } = this.successors;
    for (let word = 0; word < width; word++) if (next[index * width + word] !== words[at + word]) return false;
    return true;
  }

  private isWithin(index: number): boolean {
    const { system, successors } = this;
    return system.isWithinBoundary === undefined || system.isWithinBoundary(successors.words, index * system.width);
  }

  /** Of what sleeps in a state, what still sleeps after a step: all that commutes with it. */
  private stillAsleep(sleeping: Actions, words: Int32Array, at: number, taken: number): Actions {
    const { system } = this;
    const node = system.nodeOf(words, at, taken);
    if (node < 0 || sleeping.length === 0) return NONE;
    const second = system.secondNodeOf?.(words, at, taken) ?? -1;
    const still = sleeping.filter((action) => {
      const other = system.nodeOf(words, at, action);
      return other >= 0 && other !== node && other !== second && system.secondNodeOf?.(words, at, action) !== node;
    });
    return still.length === 0 ? NONE : still;
  }

  /** Meets the state of a successor, in which `asleep` need not be taken. */
  private reach(index: number, from: number, depth: number, asleep: Actions): void {
    const { successors, set } = this;
    const { words } = successors;
    const at = index * successors.width;
    const state = set.insert(words, at);
    if (state === -1) this.wake(set.find(words, at), words, at, depth, asleep);
    else {
      this.parents.push(from);
      this.actions.push(successors.actions[index] as number);
      this.sleep.push(asleep);
      this.sleepers += asleep.length;
      this.put(words, at, { state, depth, asleep });
      this.judge.state(words, at, state);
    }
  }

  /** Of what slept in a known state, what is not asleep now is to be taken. */
  private wake(state: number, words: Int32Array, at: number, depth: number, asleep: Actions): void {
    const before = this.sleep[state] as Actions;
    if (before.length === 0) return;
    const woken = before.filter((action) => !asleep.includes(action));
    if (woken.length === 0) return;
    const still = before.filter((action) => asleep.includes(action));
    this.sleep[state] = still.length === 0 ? NONE : still;
    this.sleepers -= woken.length;
    this.put(words, at, { state, depth, asleep: still, woken });
  }

  private put(words: Int32Array, at: number, visit: Visit): void {
    this.frontier.push(words, at);
    this.visits.push(visit);
  }
}

/** A list in an array, and an entry of a list: in V8, roughly. */
const BYTES_PER_STATE = 24;
const BYTES_PER_SLEEPER = 8;

function stopped(limit: string): Ending {
  return { kind: 'stopped', reason: `the limit of ${limit} was reached` };
}
