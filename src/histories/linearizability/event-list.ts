/**
 * The events that are left, in order, as a doubly linked list: an operation is lifted out with both its events and put back in the reverse order, in
 * constant time (D. Knuth's dancing links).
 */
import type { SearchProblem } from './search-problem.ts';

export class EventList {
  /** Operations not lifted out that completed. */
  completionsLeft = 0;
  private readonly problem: SearchProblem;
  /** By place plus one; place -1 is the head, and the place after the last event the end. */
  private readonly after: Int32Array;
  private readonly before: Int32Array;

  constructor(problem: SearchProblem) {
    const { length } = problem.events;
    this.problem = problem;
    this.after = Int32Array.from({ length: length + 2 }, (_, index) => index);
    this.before = Int32Array.from({ length: length + 2 }, (_, index) => index - 2);
    for (const open of problem.isOpen) this.completionsLeft += 1 - open;
  }

  get first(): number {
    return this.after[0] as number;
  }

  next(at: number): number {
    return this.after[at + 1] as number;
  }

  /** The completion goes first, so that what follows the invocation is known even where the two are neighbours. */
  lift(operation: number): void {
    if (this.problem.isOpen[operation] === 0) {
      this.unlink(this.problem.completedAt[operation] as number);
      this.completionsLeft -= 1;
    }
    this.unlink(this.problem.invokedAt[operation] as number);
  }

  unlift(operation: number): void {
    this.link(this.problem.invokedAt[operation] as number);
    if (this.problem.isOpen[operation] === 1) return;
    this.link(this.problem.completedAt[operation] as number);
    this.completionsLeft += 1;
  }

  private unlink(at: number): void {
    const before = this.before[at + 1] as number;
    const after = this.after[at + 1] as number;
    this.after[before + 1] = after;
    this.before[after + 1] = before;
  }

  private link(at: number): void {
    this.after[(this.before[at + 1] as number) + 1] = at;
    this.before[(this.after[at + 1] as number) + 1] = at;
  }
}
