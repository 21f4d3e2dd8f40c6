/**
 * Seeded random walks: from an initial state, a successor drawn again and again until there is none or the path is long enough, then
 * anew. It finds what lies deep in a space that cannot be explored, and never shows that anything holds.
 */
import type { Budget } from '../../kernel/budget.ts';
import { createPrng, type Prng } from '../../kernel/prng.ts';
import { Successors } from '../successors.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { type Ending, type Explorer, expectedCollisions, type Finding, type Measures } from './explorer.ts';
import { Judge } from './judge.ts';
import { FingerprintSet } from './state-set.ts';

export interface RandomWalkOptions {
  readonly seed: number;
  readonly walks: number;
  /** Longest path, in states. */
  readonly depthMax: number;
  readonly bytesMax: number;
  readonly goesOnAfterViolation: boolean;
}

export class RandomWalk implements Explorer {
  ending: Ending | undefined;
  private readonly system: TransitionSystem;
  private readonly options: RandomWalkOptions;
  /** Places are the actions from the initial state on. */
  private readonly judge: Judge<readonly number[]>;
  private readonly draw: Prng;
  private readonly met: FingerprintSet;
  private readonly successors: Successors;
  private readonly state: Int32Array;
  private path: number[] = [];
  private walksDone = 0;
  private generated = 0;
  private depth = 0;

  constructor(system: TransitionSystem, options: RandomWalkOptions) {
    this.system = system;
    this.options = options;
    this.judge = new Judge(system);
    this.draw = createPrng(options.seed);
    this.met = new FingerprintSet(system.width);
    this.successors = new Successors(system.width);
    this.state = new Int32Array(system.width);
  }

  get measures(): Measures {
    const { met, generated, depth } = this;
    const collisions = expectedCollisions(met.count);
    return { unique: met.count, generated, depth, frontier: 0, bytes: this.bytes, expectedCollisions: collisions };
  }

  get findings(): readonly Finding[] {
    return this.judge.breaches.map(({ property, complaint, place, lastAction }) => {
      const actions = lastAction === undefined ? place : [...place, lastAction];
      return { property, complaint, actions, isShortest: false, throughRepresentatives: false };
    });
  }

  get reached(): readonly string[] {
    return [...this.judge.reached.keys()];
  }

  private get bytes(): number {
    return this.met.bytes + (this.system.tableBytes?.() ?? 0);
  }

  run(budget: Budget, onProgress?: (measures: Measures) => void): boolean {
    while (this.ending === undefined) {
      const before = this.generated;
      this.walk();
      onProgress?.(this.measures);
      if (this.ending === undefined && !budget.spend(this.generated - before + 1)) return false;
    }
    return true;
  }

  private walk(): void {
    const { system, successors, options } = this;
    this.path = [];
    successors.clear();
    system.initial(successors);
    while (this.take() && this.path.length < options.depthMax && !this.isDone()) {
      successors.clear();
      system.expand(this.state, 0, successors);
      if (successors.count === 0) this.judge.deadlock(this.state, 0, this.path);
    }
    this.walksDone += 1;
    if (this.isDone()) this.ending = { kind: 'violated' };
    else if (this.walksDone >= options.walks)
      this.ending = this.judge.breaches.length > 0 ? { kind: 'violated' } : stopped(`${options.walks} random walks`);
    else if (this.bytes >= options.bytesMax) this.ending = stopped(`the limit of ${options.bytesMax} bytes`);
  }

  /** Takes one of the successors at random; false where there is none within the boundary. */
  private take(): boolean {
    const { successors, state, judge, path } = this;
    const { count, width, words } = successors;
    this.generated += count;
    const from = count === 0 ? -1 : this.drawn();
    if (from === -1) return false;
    const at = from * width;
    const action = successors.actions[from] as number;
    if (judge.judgesSteps && path.length > 0) judge.step(state, 0, action, words, at, [...path]);
    state.set(words.subarray(at, at + width));
    path.push(action);
    if (path.length > this.depth) this.depth = path.length;
    if (this.met.insert(state, 0) !== -1) judge.state(state, 0, [...path]);
    return true;
  }

  /** A successor within the boundary, drawn; a few draws that fail end the walk. */
  private drawn(): number {
    const { successors, system } = this;
    for (let attempt = 0; attempt < DRAWS_MAX; attempt++) {
      const index = this.draw.nextInt(successors.count);
      if (system.isWithinBoundary?.(successors.words, index * successors.width) !== false) return index;
    }
    return -1;
  }

  private isDone(): boolean {
    return this.judge.breaches.length > 0 && !this.options.goesOnAfterViolation;
  }
}

const DRAWS_MAX = 20;

function stopped(what: string): Ending {
  return { kind: 'stopped', reason: `${what} were made; walks show nothing of the paths that they did not take` };
}
