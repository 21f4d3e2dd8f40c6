/**
 * J. Wing, C. Gong, "Testing and Verifying Concurrent Objects", JPDC 17, 1993, with the memory of G. Lowe (2017): orders are built operation by operation, and a
 * set of operations with the state that it left is tried once. As in Porcupine, with these differences: the memory holds only the window between
 * the first operation that is not placed and the last that is; hashes are kept up by exclusive or (A. Zobrist, 1970) and every hit is compared in full;
 * operations that change nothing are placed at once and without alternatives; twins go in order; hopeless branches are cut by looking ahead.
 *
 * Lucky on histories that are linearizable, where it may find an order at the first try; where they are not, it has to try all.
 */
import { IMPOSSIBLE } from './automaton.ts';
import { EventList } from './event-list.ts';
import type { Decision } from './frontier-search.ts';
import { PlacedMemory } from './placed-memory.ts';
import type { SearchProblem } from './search-problem.ts';

export class DepthFirstSearch {
  readonly problem: SearchProblem;
  /** Place of the furthest completion that was met with its operation not placed. */
  furthest = -1;
  private readonly list: EventList;
  private readonly memory: PlacedMemory;
  /** Operations in the order in which they take effect, the state before each, and whether it had no alternative. */
  private readonly stack: Int32Array;
  private readonly statesBefore: Int32Array;
  private readonly isForced: Uint8Array;
  private depth = 0;
  private state = 0;
  private at: number;
  private stepsLeft = 0;
  private readonly isPlaced: Uint8Array;

  constructor(problem: SearchProblem) {
    const count = problem.kinds.length;
    this.problem = problem;
    this.list = new EventList(problem);
    this.memory = new PlacedMemory(problem);
    this.stack = new Int32Array(count);
    this.statesBefore = new Int32Array(count);
    this.isForced = new Uint8Array(count);
    this.isPlaced = new Uint8Array(count);
    this.at = this.list.first;
    this.absorb();
    this.at = this.list.first;
  }

  get unusedSteps(): number {
    return this.stepsLeft;
  }

  get bytes(): number {
    return this.memory.bytes + this.problem.automaton.bytes;
  }

  /** After `holds`: the operations in the order found. Open operations that need not happen are not in it. */
  order(): Int32Array {
    return this.stack.slice(0, this.depth);
  }

  /** Goes on for about `steps` steps; undefined when there is more to do. */
  advance(steps: number): Decision | undefined {
    const { list, problem } = this;
    this.stepsLeft = steps;
    while (this.stepsLeft > 0) {
      this.stepsLeft -= 1;
      if (list.completionsLeft === 0) return 'holds';
      const event = problem.events[this.at] as number;
      if (event < 0) {
        if (!this.backtrack()) return 'violated';
      } else if (!this.tryNext(event)) {
        this.at = list.next(this.at);
      }
    }
    return undefined;
  }

  /** Places an operation when it can come next, in a configuration that was not tried. */
  private tryNext(operation: number): boolean {
    const { isRead, isOpen, kinds, automaton, twinBefore } = this.problem;
    const twin = twinBefore[operation] as number;
    if (isRead[operation] === 1 || (twin >= 0 && this.isPlaced[twin] === 0)) return false;
    const next = automaton.step(this.state, kinds[operation] as number);
    if (next === IMPOSSIBLE || (next === this.state && isOpen[operation] === 1)) return false;
    this.place(operation, next, 0);
    const bound = this.absorb();
    if (this.hasHope(bound) && this.memory.add(this.state, bound)) {
      this.at = this.list.first;
      return true;
    }
    this.undo();
    return false;
  }

  private place(operation: number, next: number, forced: 0 | 1): void {
    this.stack[this.depth] = operation;
    this.statesBefore[this.depth] = this.state;
    this.isForced[this.depth] = forced;
    this.depth += 1;
    this.state = next;
    this.isPlaced[operation] = 1;
    this.list.lift(operation);
    this.memory.toggle(operation);
  }

  /** Places all reads that fit the state. Returns the place of the first completion that is left. */
  private absorb(): number {
    const { events, isRead, kinds, automaton } = this.problem;
    let at = this.list.first;
    while (at < events.length) {
      const event = events[at] as number;
      if (event < 0) break;
      this.stepsLeft -= 1;
      // The read's completion lies behind it, so the walk goes on past it.
      if (isRead[event] === 1 && automaton.step(this.state, kinds[event] as number) !== IMPOSSIBLE)
        this.place(event, this.state, 1);
      at = this.list.next(at);
    }
    if (at > this.furthest) this.furthest = at;
    return at;
  }

  /** Takes back the last choice and what followed from it. Returns the operation chosen, -1 when there was none. */
  private undo(): number {
    while (this.depth > 0) {
      this.depth -= 1;
      const operation = this.stack[this.depth] as number;
      this.state = this.statesBefore[this.depth] as number;
      this.isPlaced[operation] = 0;
      this.list.unlift(operation);
      this.memory.toggle(operation);
      if (this.isForced[this.depth] === 0) return operation;
    }
    return -1;
  }

  private backtrack(): boolean {
    const chosen = this.undo();
    if (chosen < 0) return false;
    this.at = this.list.next(this.problem.invokedAt[chosen] as number);
    return true;
  }

  /** Whether every operation before `bound` that waits for a state may still find it. */
  private hasHope(bound: number): boolean {
    const { events, providers, automaton, kinds } = this.problem;
    for (let at = this.list.first; at < bound; at = this.list.next(at)) {
      const operation = events[at] as number;
      if (providers.waits[operation] === 0) continue;
      this.stepsLeft -= 1;
      if (automaton.mayCome(this.state, kinds[operation] as number)) continue;
      if (!this.isProvidedFor(operation)) return false;
    }
    return true;
  }

  private isProvidedFor(operation: number): boolean {
    const { start, list } = this.problem.providers;
    for (let at = start[operation] as number; at < (start[operation + 1] as number); at++) {
      if (this.isPlaced[list[at] as number] === 0) return true;
    }
    return false;
  }
}
