/**
 * Depth-first with a limit that grows by one state at a time (R. Korf, "Depth-First Iterative-Deepening", Artificial Intelligence 27, 1985): shortest
 * paths as in breadth-first search, while only the states on the way are held besides what is remembered. Within a round a state is explored
 * again when it is reached by a shorter path. Every round counts towards `generated`.
 */
import type { Budget } from '../../kernel/budget.ts';
import { Successors } from '../successors.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { type Ending, type Explorer, expectedCollisions, type Finding, type Measures } from './explorer.ts';
import { hashWords } from './hash-words.ts';
import { Judge } from './judge.ts';

export interface DeepeningOptions {
  readonly usesSymmetry: boolean;
  readonly statesMax: number;
  readonly depthMax: number;
  readonly goesOnAfterViolation: boolean;
}

/** A state on the way, with the successors that were not yet taken. */
interface Frame {
  readonly words: Int32Array;
  readonly rows: Int32Array;
  readonly actions: Int32Array;
  next: number;
}

const FRAMES_PER_LOOK = 256;

export class IterativeDeepening implements Explorer {
  ending: Ending | undefined;
  private readonly system: TransitionSystem;
  private readonly options: DeepeningOptions;
  private readonly judge: Judge<readonly number[]>;
  private readonly successors: Successors;
  private readonly lanes = new Int32Array(2);
  private stack: Frame[] = [];
  private path: number[] = [];
  /** By fingerprint: the depth at which a state was reached in this round. */
  private depths = new Map<number, number>();
  private limit = 0;
  /** States whose shortest path so far has the length of the limit: not explored in this round. Before the first there are some. */
  private cut = 1;
  private unique = 0;
  private generated = 0;

  constructor(system: TransitionSystem, options: DeepeningOptions) {
    this.system = system;
    this.options = options;
    this.judge = new Judge(system);
    this.successors = new Successors(system.width);
  }

  get measures(): Measures {
    const { unique, generated, limit, stack, cut } = this;
    const bytes = this.depths.size * BYTES_PER_ENTRY;
    const frontier = stack.length + cut;
    const depth = frontier === 0 ? limit - 1 : limit;
    return { unique, generated, depth, frontier, bytes, expectedCollisions: collisions(unique) };
  }

  get findings(): readonly Finding[] {
    return this.judge.breaches.map(({ property, complaint, place, lastAction }) => {
      const actions = lastAction === undefined ? place : [...place, lastAction];
      return { property, complaint, actions, isShortest: true, throughRepresentatives: this.options.usesSymmetry };
    });
  }

  get reached(): readonly string[] {
    return [...this.judge.reached.keys()];
  }

  run(budget: Budget, onProgress?: (measures: Measures) => void): boolean {
    while (this.ending === undefined) {
      const before = this.generated;
      for (let some = 0; some < FRAMES_PER_LOOK && this.ending === undefined; some++) this.advance();
      onProgress?.(this.measures);
      if (this.ending === undefined && !budget.spend(this.generated - before + 1)) return false;
    }
    return true;
  }

  private advance(): void {
    const frame = this.stack.at(-1);
    if (frame === undefined) this.nextRound();
    else if (frame.next < frame.actions.length) this.descend(frame);
    else {
      this.stack.pop();
      this.path.pop();
    }
    if (this.judge.breaches.length > 0 && !this.options.goesOnAfterViolation) this.ending = { kind: 'violated' };
  }

  private nextRound(): void {
    const { statesMax, depthMax } = this.options;
    if (this.cut === 0) this.ending = { kind: this.judge.breaches.length > 0 ? 'violated' : 'exhausted' };
    else if (this.limit >= depthMax) this.ending = stopped(`depth ${depthMax}`);
    else if (this.unique >= statesMax) this.ending = stopped(`${statesMax} states`);
    if (this.ending !== undefined) return;
    this.limit += 1;
    this.cut = 0;
    this.depths = new Map();
    this.unique = 0;
    this.push(undefined);
  }

  private descend(frame: Frame): void {
    const index = frame.next++;
    const { width } = this.system;
    const words = frame.rows.slice(index * width, (index + 1) * width);
    const action = frame.actions[index] as number;
    if (this.system.isWithinBoundary?.(words, 0) === false) return;
    if (this.judge.judgesSteps && frame.words.length > 0)
      this.judge.step(frame.words, 0, action, words, 0, [...this.path]);
    if (this.options.usesSymmetry) this.system.canonicalise?.(words, 0);
    if (!this.isWorthwhile(words)) return;
    this.path.push(action);
    this.judge.state(words, 0, [...this.path]);
    if (this.stack.length < this.limit) this.push(words);
    else {
      this.cut += 1;
      this.path.pop();
    }
  }

  /** New in this round, or reached by a shorter path. */
  private isWorthwhile(words: Int32Array): boolean {
    hashWords(words, 0, words.length, this.lanes);
    const key = (this.lanes[0] as number) * 2 ** 21 + ((this.lanes[1] as number) >>> 11);
    const depth = this.stack.length;
    const known = this.depths.get(key);
    if (known !== undefined && known <= depth) return false;
    if (known === undefined) this.unique += 1;
    else if (known === this.limit) this.cut -= 1;
    this.depths.set(key, depth);
    return true;
  }

  private push(words: Int32Array | undefined): void {
    const { system, successors } = this;
    successors.clear();
    if (words === undefined) system.initial(successors);
    else system.expand(words, 0, successors);
    const { count, width } = successors;
    this.generated += count;
    if (count === 0 && words !== undefined) this.judge.deadlock(words, 0, [...this.path]);
    this.stack.push({
      words: words ?? new Int32Array(0),
      rows: successors.words.slice(0, count * width),
      actions: successors.actions.slice(0, count),
      next: 0,
    });
  }
}

/** A number to a number in a Map of V8, roughly. */
const BYTES_PER_ENTRY = 40;
/** The keys have 53 bits. */
const LOST_BITS = 11;

function collisions(states: number): number {
  return expectedCollisions(states) * 2 ** LOST_BITS;
}

function stopped(limit: string): Ending {
  return { kind: 'stopped', reason: `the limit of ${limit} was reached` };
}
