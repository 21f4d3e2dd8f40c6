/**
 * Just-in-time linearization: G. Lowe, "Testing for Linearizability", Concurrency and Computation 29(4), 2017, section 5; as `linear` in Knossos.
 *
 * The events are walked in order with the frontier: all configurations that explain what was seen so far, a configuration being a state and which of the
 * running operations have taken effect. Only when an operation completes must it have taken effect; other running operations are tried before it just
 * then. With c running operations and S states there are at most 2^c S configurations, whatever the length of the history; where nothing runs, only
 * states are left. Three things keep them few: operations that change nothing take effect as soon as they can, of twins the one that completes first
 * goes first, and configurations that another one dominates are dropped.
 */
import { IMPOSSIBLE } from './automaton.ts';
import { ConfigurationSet } from './configuration-set.ts';
import { RunningOperations } from './running-operations.ts';
import type { SearchProblem } from './search-problem.ts';

export type Decision = 'holds' | 'violated';

const NOBODY = -1;

export class FrontierSearch {
  readonly problem: SearchProblem;
  /** Configurations at the moment when there were most of them. */
  peakConfigurations = 1;
  /** Place of the next event. When the outcome is `violated`: the completion for which no configuration was left. */
  eventAt = 0;
  readonly running: RunningOperations;
  private frontier: ConfigurationSet;
  private worklist: ConfigurationSet;
  private survivors: ConfigurationSet;
  private completing = NOBODY;
  private cursor = 0;
  private row: Int32Array;
  private source: Int32Array;
  /** By kind, when it was last tried. */
  private kindStamps: Int32Array;
  private stamp = 0;
  private stepsLeft = 0;

  constructor(problem: SearchProblem) {
    this.problem = problem;
    this.running = new RunningOperations(problem);
    this.kindStamps = new Int32Array(problem.automaton.kinds.length);
    [this.frontier, this.worklist, this.survivors] = this.emptySets();
    this.row = new Int32Array(this.frontier.stride);
    this.source = new Int32Array(this.frontier.stride);
    this.frontier.add(this.row);
  }

  /** Goes on for about `steps` steps; undefined when there is more to do. */
  advance(steps: number): Decision | undefined {
    const { events } = this.problem;
    this.stepsLeft = steps;
    while (this.stepsLeft > 0) {
      if (this.completing !== NOBODY) {
        const outcome = this.complete();
        if (outcome !== undefined) return outcome;
      } else if (this.eventAt === events.length) {
        return 'holds';
      } else {
        this.begin(events[this.eventAt] as number);
      }
    }
    return undefined;
  }

  /** For streams: the next event. A completion is to be settled before the next. */
  feed(event: number): void {
    this.begin(event);
    const { length } = this.problem.automaton.kinds;
    if (length > this.kindStamps.length) this.kindStamps = new Int32Array(2 * length);
  }

  /** For streams: works on the completion that was fed; undefined when there is more to do. */
  settle(steps: number): 'settled' | 'violated' | undefined {
    this.stepsLeft = steps;
    const outcome = this.complete();
    if (outcome !== undefined) return 'violated';
    return this.completing === NOBODY ? 'settled' : undefined;
  }

  liveStates(): number[] {
    return statesOf(this.frontier);
  }

  /** The automaton was renewed. */
  renumber(numbers: ReadonlyMap<number, number>): void {
    const { rows, count, stride } = this.frontier;
    for (let at = 0; at < count * stride; at += stride) {
      const state = rows[at] as number;
      rows[at] = state < 0 ? ~(numbers.get(~state) ?? 0) : (numbers.get(state) ?? 0);
    }
    this.kindStamps = new Int32Array(2 * this.problem.automaton.kinds.length);
  }

  /** What `advance` left of its steps, negative when it took more. */
  get unusedSteps(): number {
    return this.stepsLeft;
  }

  get bytes(): number {
    return this.frontier.bytes + this.worklist.bytes + this.survivors.bytes + this.problem.automaton.bytes;
  }

  /** The states in which the operation whose completion failed was tried. */
  triedStates(): number[] {
    return statesOf(this.worklist);
  }

  /** After `holds`: every state that may be there now, open operations having taken effect or not. Undefined when the steps end. */
  finalStates(steps: number): number[] | undefined {
    this.worklist.clear();
    this.survivors.clear();
    this.distribute(NOBODY);
    this.stepsLeft = steps;
    for (this.cursor = 0; this.cursor < this.worklist.count; this.cursor++) {
      this.expand(this.cursor);
      if (this.stepsLeft < 0) return undefined;
    }
    return statesOf(this.worklist);
  }

  private emptySets(): [ConfigurationSet, ConfigurationSet, ConfigurationSet] {
    const { words, openBits } = this.running;
    const empty = () => new ConfigurationSet(words, openBits);
    return [empty(), empty(), empty()];
  }

  private begin(event: number): void {
    this.stepsLeft -= 1;
    if (event < 0) {
      this.completing = ~event;
      this.cursor = 0;
      this.worklist.clear();
      this.survivors.clear();
      this.distribute(this.completing);
      return;
    }
    this.running.invoke(event);
    if (this.frontier.stride !== 1 + this.running.words) this.widen();
    if (this.problem.isRead[event] === 1) this.absorbEverywhere(event);
    this.eventAt += 1;
  }

  /** The rows with room for more running operations. */
  private widen(): void {
    const { rows, count, stride } = this.frontier;
    [this.frontier, this.worklist, this.survivors] = this.emptySets();
    this.row = new Int32Array(this.frontier.stride);
    this.source = new Int32Array(this.frontier.stride);
    this.frontier.clear();
    for (let index = 0; index < count; index++) {
      if ((rows[index * stride] as number) < 0) continue;
      this.row.fill(0);
      this.row.set(rows.subarray(index * stride, (index + 1) * stride));
      this.frontier.add(this.row);
    }
  }

  /** A read that was just invoked takes effect wherever it can. */
  private absorbEverywhere(operation: number): void {
    const { automaton, kinds } = this.problem;
    const { rows, count, stride } = this.frontier;
    const slot = this.running.slotOf[operation] as number;
    const at = 1 + (slot >>> 5);
    const bit = 1 << (slot & 31);
    const kind = kinds[operation] as number;
    for (let index = 0; index < count; index++) {
      const state = rows[index * stride] as number;
      if (state < 0 || automaton.step(state, kind) === IMPOSSIBLE) continue;
      rows[index * stride + at] = (rows[index * stride + at] as number) | bit;
    }
    this.stepsLeft -= count >>> 3;
  }

  /** Configurations in which `operation` has taken effect survive its completion; the others are to be worked on. */
  private distribute(operation: number): void {
    const { rows, count, stride } = this.frontier;
    const { row } = this;
    const slot = operation === NOBODY ? 0 : (this.running.slotOf[operation] as number);
    const bit = operation === NOBODY ? 0 : 1 << (slot & 31);
    const at = 1 + (slot >>> 5);
    for (let index = 0; index < count; index++) {
      if ((rows[index * stride] as number) < 0) continue;
      for (let word = 0; word < stride; word++) row[word] = rows[index * stride + word] as number;
      if (((row[at] as number) & bit) === 0) {
        this.worklist.add(row);
      } else {
        row[at] = (row[at] as number) & ~bit;
        this.survivors.add(row);
      }
    }
    this.stepsLeft -= count >>> 3;
  }

  private complete(): 'violated' | undefined {
    while (this.cursor < this.worklist.count) {
      if (this.stepsLeft <= 0) return undefined;
      this.expand(this.cursor++);
    }
    this.peakConfigurations = Math.max(this.peakConfigurations, this.worklist.count, this.survivors.count);
    if (this.survivors.count === 0) return 'violated';
    this.running.complete(this.completing);
    this.completing = NOBODY;
    this.eventAt += 1;
    [this.frontier, this.survivors] = [this.survivors, this.frontier];
    return undefined;
  }

  /** Every running operation that can take effect next in a configuration. */
  private expand(index: number): void {
    const { problem, running, kindStamps, source } = this;
    const { automaton, kinds, isRead, isOpen } = problem;
    const { stride } = this.worklist;
    const { rows } = this.worklist;
    const state = rows[index * stride] as number;
    if (state < 0) return;
    for (let word = 0; word < stride; word++) source[word] = rows[index * stride + word] as number;
    const stamp = ++this.stamp;
    for (const slot of running.order) {
      if ((source[1 + (slot >>> 5)] as number) & (1 << (slot & 31))) continue;
      const operation = running.operationIn[slot] as number;
      const kind = kinds[operation] as number;
      // Reads took effect as soon as they could, and of twins only the first in order is tried.
      if (isRead[operation] === 1 || kindStamps[kind] === stamp) continue;
      kindStamps[kind] = stamp;
      this.stepsLeft -= 1;
      const next = automaton.step(state, kind);
      // An operation that need not happen and would change nothing is better kept.
      if (next === IMPOSSIBLE || (next === state && isOpen[operation] === 1)) continue;
      this.reach(next, slot);
    }
  }

  /** The configuration after `source` in which the operation in `slot` has taken effect and led to `state`. */
  private reach(state: number, slot: number): void {
    const { row, source } = this;
    for (let word = 1; word < row.length; word++) row[word] = source[word] as number;
    row[0] = state;
    row[1 + (slot >>> 5)] = (row[1 + (slot >>> 5)] as number) | (1 << (slot & 31));
    this.absorb();
    if (!this.hasHope()) return;
    if (this.completing !== NOBODY) {
      const done = this.running.slotOf[this.completing] as number;
      const at = 1 + (done >>> 5);
      const bit = 1 << (done & 31);
      if ((row[at] as number) & bit) {
        row[at] = (row[at] as number) & ~bit;
        this.survivors.add(row);
        return;
      }
    }
    this.worklist.add(row);
  }

  /** Running reads take effect where they can. */
  private absorb(): void {
    const { row, running, problem } = this;
    const state = row[0] as number;
    for (const slot of running.reads) {
      const at = 1 + (slot >>> 5);
      const bit = 1 << (slot & 31);
      if ((row[at] as number) & bit) continue;
      const kind = problem.kinds[running.operationIn[slot] as number] as number;
      if (problem.automaton.step(state, kind) !== IMPOSSIBLE) row[at] = (row[at] as number) | bit;
    }
  }

  /** Whether every running operation that waits for a state may still find it. */
  private hasHope(): boolean {
    const { row, running, problem } = this;
    const state = row[0] as number;
    for (const slot of running.waiting) {
      if ((row[1 + (slot >>> 5)] as number) & (1 << (slot & 31))) continue;
      const operation = running.operationIn[slot] as number;
      if (problem.automaton.mayCome(state, problem.kinds[operation] as number)) continue;
      if (!this.isProvidedFor(operation)) return false;
    }
    return true;
  }

  private isProvidedFor(operation: number): boolean {
    const { row, running, problem } = this;
    const { start, list } = problem.providers;
    for (let at = start[operation] as number; at < (start[operation + 1] as number); at++) {
      const provider = list[at] as number;
      if ((problem.invokedAt[provider] as number) >= this.eventAt) return true;
      const slot = running.slotOf[provider] as number;
      if (slot >= 0 && ((row[1 + (slot >>> 5)] as number) & (1 << (slot & 31))) === 0) return true;
    }
    return false;
  }
}

function statesOf({ rows, count, stride }: ConfigurationSet): number[] {
  const states = new Set<number>();
  for (let index = 0; index < count; index++) {
    const state = rows[index * stride] as number;
    // A dead row was dominated by one of the same state.
    states.add(state < 0 ? ~state : state);
  }
  return [...states];
}
