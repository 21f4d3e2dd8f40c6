/**
 * Reduced ordered binary decision diagrams: the canonical graph of a Boolean function for one order of its variables.
 *
 * R. Bryant, "Graph-Based Algorithms for Boolean Function Manipulation", IEEE Trans. Computers 35(8), 1986,
 * 10.1109/TC.1986.1676819; if-then-else with a unique table and a computed table as in K. Brace, R. Rudell, R. Bryant,
 * "Efficient Implementation of a BDD Package", DAC 1990. A diagram is an index; children have smaller indices than their
 * parents. Nothing is ever freed: a manager lives as long as one question.
 */
import type { Budget } from '../kernel/budget.ts';

/** Index of a diagram's root. */
export type Diagram = number;

export const FALSE: Diagram = 0;
export const TRUE: Diagram = 1;

/** 2 million nodes take about 60 MB. */
const NODES_MAX = 2_000_000;
const NODES_INITIAL = 1 << 10;
const TERMINAL_LEVEL = 0x7fffffff;

/** Mutable on purpose: this is the hot structure. */
export class DecisionDiagrams {
  #size = 2;
  #level = new Int32Array(NODES_INITIAL);
  #low = new Int32Array(NODES_INITIAL);
  #high = new Int32Array(NODES_INITIAL);
  /** Open addressing, at most half full; 0 is empty, for no node is the constant FALSE. */
  #unique = new Int32Array(2 * NODES_INITIAL);
  /** Direct-mapped and lossy: condition, then, else, result. */
  #computed = new Int32Array(4 * NODES_INITIAL);
  readonly #budget: Budget;
  #stopped = false;

  constructor(budget: Budget) {
    this.#budget = budget;
    this.#level.fill(TERMINAL_LEVEL, 0, 2);
  }

  get size(): number {
    return this.#size;
  }

  /** Once true, results are meaningless: the budget or the space is spent. */
  get stopped(): boolean {
    return this.#stopped;
  }

  variable(level: number): Diagram {
    return this.#node(level, FALSE, TRUE);
  }

  ifThenElse(condition: Diagram, then: Diagram, otherwise: Diagram): Diagram {
    if (condition === TRUE || then === otherwise) return then;
    if (condition === FALSE) return otherwise;
    if (then === TRUE && otherwise === FALSE) return condition;
    const slot = 4 * (mix(condition, then, otherwise) & (this.#computed.length / 4 - 1));
    if (
      this.#computed[slot] === condition &&
      this.#computed[slot + 1] === then &&
      this.#computed[slot + 2] === otherwise
    ) {
      return this.#computed[slot + 3] ?? FALSE;
    }
    if (this.#stopped || !this.#budget.spend()) {
      this.#stopped = true;
      return FALSE;
    }
    const level = Math.min(this.#levelOf(condition), this.#levelOf(then), this.#levelOf(otherwise));
    const low = this.ifThenElse(this.#lowAt(level, condition), this.#lowAt(level, then), this.#lowAt(level, otherwise));
    const high = this.ifThenElse(
      this.#highAt(level, condition),
      this.#highAt(level, then),
      this.#highAt(level, otherwise),
    );
    const result = this.#node(level, low, high);
    this.#remember(condition, then, otherwise, result);
    return result;
  }

  /**
   * Folds a value over the diagram from the constants upwards, each node once: `combine(level, low, high)`. Sums of
   * products of probabilities, in one of two directions, are what it is for.
   */
  fold(
    root: Diagram,
    values: { atFalse: number; atTrue: number },
    combine: (level: number, low: number, high: number) => number,
  ): number {
    const value = new Float64Array(this.#size);
    value[FALSE] = values.atFalse;
    value[TRUE] = values.atTrue;
    for (let index = 2; index <= root; index++) {
      value[index] = combine(
        this.#levelOf(index),
        value[this.#low[index] ?? FALSE] ?? 0,
        value[this.#high[index] ?? FALSE] ?? 0,
      );
    }
    return value[root] ?? 0;
  }

  #node(level: number, low: Diagram, high: Diagram): Diagram {
    if (low === high) return low;
    const mask = this.#unique.length - 1;
    let slot = mix(level, low, high) & mask;
    for (let found = this.#unique[slot] ?? 0; found !== 0; found = this.#unique[slot] ?? 0) {
      if (this.#level[found] === level && this.#low[found] === low && this.#high[found] === high) return found;
      slot = (slot + 1) & mask;
    }
    if (this.#size >= NODES_MAX) {
      this.#stopped = true;
      return FALSE;
    }
    const index = this.#size++;
    if (index >= this.#level.length) this.#grow();
    this.#level[index] = level;
    this.#low[index] = low;
    this.#high[index] = high;
    this.#enter(index);
    return index;
  }

  #enter(index: Diagram): void {
    const mask = this.#unique.length - 1;
    let slot = mix(this.#levelOf(index), this.#low[index] ?? 0, this.#high[index] ?? 0) & mask;
    while (this.#unique[slot] !== 0) slot = (slot + 1) & mask;
    this.#unique[slot] = index;
  }

  #grow(): void {
    const capacity = 2 * this.#level.length;
    this.#level = enlarged(this.#level, capacity);
    this.#low = enlarged(this.#low, capacity);
    this.#high = enlarged(this.#high, capacity);
    this.#unique = new Int32Array(2 * capacity);
    for (let index = 2; index < this.#size - 1; index++) this.#enter(index);
    this.#computed = new Int32Array(4 * capacity);
  }

  #remember(condition: Diagram, then: Diagram, otherwise: Diagram, result: Diagram): void {
    const slot = 4 * (mix(condition, then, otherwise) & (this.#computed.length / 4 - 1));
    this.#computed[slot] = condition;
    this.#computed[slot + 1] = then;
    this.#computed[slot + 2] = otherwise;
    this.#computed[slot + 3] = result;
  }

  #levelOf(diagram: Diagram): number {
    return this.#level[diagram] ?? TERMINAL_LEVEL;
  }

  #lowAt(level: number, diagram: Diagram): Diagram {
    return this.#level[diagram] === level ? (this.#low[diagram] ?? FALSE) : diagram;
  }

  #highAt(level: number, diagram: Diagram): Diagram {
    return this.#level[diagram] === level ? (this.#high[diagram] ?? FALSE) : diagram;
  }
}

function enlarged(array: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(capacity);
  larger.set(array);
  return larger;
}

/** Multiplicative hashing of three integers (Knuth, TAOCP 3, section 6.4). */
function mix(a: number, b: number, c: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
