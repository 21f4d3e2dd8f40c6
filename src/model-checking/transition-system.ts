/**
 * What the explorer explores: initial states, actions, next states. A state is a row of `width` 32-bit words, so that millions
 * of them are hashed, compared and kept without an object each. What the words mean is the system's own affair; it tells people by
 * `describeState` and `describeAction`.
 *
 * An action's code names one successor: in one state no two successors have the same code. `generated` counts, as TLC and Stateright
 * do, the initial states and every successor of every state explored, self-loops included.
 */
import type { ByteReader, ByteWriter } from './explore/saved-bytes.ts';
import type { Successors } from './successors.ts';

export interface TransitionSystem {
  /** 32-bit words of a state. */
  readonly width: number;
  /** Appends the initial states; their codes count from 0. */
  initial(into: Successors): void;
  /** Appends the successor of every enabled action, in an order that depends on the state alone. */
  expand(words: Int32Array, at: number, into: Successors): void;
  readonly properties: readonly SystemProperty[];
  /**
   * Rewrites a state in place to the representative of its orbit under the symmetry of the system. The properties must not tell the states of an
   * orbit apart.
   */
  readonly canonicalise?: (words: Int32Array, at: number) => void;
  /** States outside are counted as generated, but neither kept, judged nor explored (TLC's CONSTRAINT). */
  readonly isWithinBoundary?: (words: Int32Array, at: number) => boolean;
  /**
   * Whether a state that looks the same to every `always` and `sometimes` property, but those that look at `everything`, was asked
   * about before: asked once for each new state.
   */
  readonly isSettled?: (words: Int32Array, at: number) => boolean;
  /**
   * The class of an action for fairness: what may be starved must have a class of its own. Weak fairness: a class that stays enabled is
   * taken at some time; strong: one that is enabled again and again is. Negative: this action owes nothing to anybody (faults).
   */
  readonly fairnessClass?: (words: Int32Array, at: number, action: number) => number;
  /**
   * Node on which an action takes place, for sleep sets: actions on different nodes commute, neither takes the other away, and each
   * has the same code after the other; the boundary is judged node by node. Negative: depends on everything.
   */
  readonly nodeOf?: (words: Int32Array, at: number, action: number) => number;
  /** Another node with whose actions this one does not commute, where there is one. Negative: none. */
  readonly secondNodeOf?: (words: Int32Array, at: number, action: number) => number;
  /**
   * Of systems that number things as they come: writes down what numbers mean, and gives them that meaning again in a system where nothing was
   * asked yet but the initial states.
   */
  readonly saveNumbers?: (into: ByteWriter) => void;
  readonly restoreNumbers?: (from: ByteReader) => void;
  /** Memory held for what the words stand for, where they stand for something; it grows as states are met. */
  readonly tableBytes?: () => number;
  /** Plain JSON with the field's names: what properties and people see. */
  describeState(words: Int32Array, at: number): StateDescription;
  describeAction(words: Int32Array, at: number, action: number): ActionDescription;
}

/** Members by name; values are plain JSON. */
export type StateDescription = Readonly<Record<string, unknown>>;

export interface ActionDescription {
  /** `n2 receives RequestVote term 1 from n1`. */
  readonly text: string;
  /** The process that acts, where one does: `n2`, `rm1`, `client 1`. */
  readonly process?: string;
  /** For messages: who sent it, and what. */
  readonly from?: string;
  readonly message?: string;
  /** A crash, a loss, a partition. */
  readonly isFault?: boolean;
  /** What it is to a driver of the same protocol, for replays. */
  readonly event?: unknown;
}

interface PropertyText {
  readonly name: string;
  /** One sentence that says what it demands. */
  readonly statement: string;
  readonly source?: string;
  /** Judged in states that are settled too. */
  readonly looksAtEverything?: boolean;
}

export type SystemProperty =
  /** True in every state. `complaint` says which values break it. */
  | (PropertyText & {
      readonly kind: 'always';
      holds(words: Int32Array, at: number): boolean;
      complaint?(words: Int32Array, at: number): string;
    })
  /** True of every step from a state to its successor. */
  | (PropertyText & {
      readonly kind: 'always_step';
      holds(words: Int32Array, at: number, action: number, next: Int32Array, nextAt: number): boolean;
      complaint?(words: Int32Array, at: number, action: number, next: Int32Array, nextAt: number): string;
    })
  /** True in at least one state: guards against vacuous models. */
  | (PropertyText & { readonly kind: 'sometimes'; reached(words: Int32Array, at: number): boolean })
  /** On every fair path, true at some time. */
  | (PropertyText & { readonly kind: 'eventually'; readonly holds: (words: Int32Array, at: number) => boolean })
  /** On every fair path, whenever `from` is true, `to` is true then or later. */
  | (PropertyText & {
      readonly kind: 'leads_to';
      readonly from: (words: Int32Array, at: number) => boolean;
      readonly to: (words: Int32Array, at: number) => boolean;
    })
  /** Every state has a successor, or is one of those that may end. */
  | (PropertyText & { readonly kind: 'deadlock_free'; mayEnd(words: Int32Array, at: number): boolean });

export type PropertyOf<Kind extends SystemProperty['kind']> = Extract<SystemProperty, { readonly kind: Kind }>;
