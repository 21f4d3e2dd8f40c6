/**
 * The operations under way in a frontier search, each in a slot whose number is its bit in the rows. A slot is free again when its operation completes;
 * one that stays open keeps it.
 */
import type { SearchProblem } from './search-problem.ts';

export class RunningOperations {
  /** Bits of the slots whose operations stay open. */
  openBits: Int32Array = new Int32Array(1);
  /** Slots in use, in the order in which their operations complete. */
  readonly order: number[] = [];
  /** Slots of operations that change nothing, and of those that wait for a state. */
  readonly reads: number[] = [];
  readonly waiting: number[] = [];
  readonly operationIn: number[] = [];
  /** By operation; -1 where it is not under way. */
  slotOf: Int32Array;
  /** Greatest number of operations under way, and of those the open ones. */
  peak = 0;
  open = 0;
  private readonly free: number[] = [];
  private readonly problem: SearchProblem;

  constructor(problem: SearchProblem) {
    this.problem = problem;
    this.slotOf = new Int32Array(problem.kinds.length).fill(-1);
  }

  get words(): number {
    return this.openBits.length;
  }

  invoke(operation: number): void {
    const { isOpen, isRead, completedAt, providers } = this.problem;
    const slot = this.free.pop() ?? this.operationIn.length;
    this.operationIn[slot] = operation;
    if (operation >= this.slotOf.length) this.makeRoomFor(operation);
    this.slotOf[operation] = slot;
    if (slot >= 32 * this.words) this.widen();
    const deadline = completedAt[operation] as number;
    let at = this.order.length;
    while (at > 0 && (completedAt[this.operationIn[this.order[at - 1] as number] as number] as number) > deadline) at--;
    this.order.splice(at, 0, slot);
    if (isRead[operation] === 1) this.reads.push(slot);
    if (providers.waits[operation] === 1) this.waiting.push(slot);
    if (isOpen[operation] === 1) {
      this.open += 1;
      this.openBits[slot >>> 5] = (this.openBits[slot >>> 5] as number) | (1 << (slot & 31));
    }
    this.peak = Math.max(this.peak, this.order.length);
  }

  complete(operation: number): void {
    const slot = this.slotOf[operation] as number;
    this.slotOf[operation] = -1;
    this.free.push(slot);
    for (const list of [this.order, this.reads, this.waiting]) {
      const at = list.indexOf(slot);
      if (at >= 0) list.splice(at, 1);
    }
  }

  private makeRoomFor(operation: number): void {
    const larger = new Int32Array(2 * operation + 2).fill(-1);
    larger.set(this.slotOf);
    this.slotOf = larger;
  }

  private widen(): void {
    const wider = new Int32Array(2 * this.words);
    wider.set(this.openBits);
    this.openBits = wider;
  }
}
