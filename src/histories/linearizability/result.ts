/**
 * What a check of linearizability answers.
 */
import type { Operation, Value } from '../history.ts';
import type { Algorithm } from './dovetail.ts';
import type { ShortcutAlgorithm } from './shortcut.ts';

export interface LinearizabilityResult {
  readonly verdict: 'holds' | 'violated' | 'unknown';
  readonly model: string;
  /** Operations that say something; those that failed and reads that stayed open do not. */
  readonly operations: number;
  /** Objects, keys or parts of them that were judged one by one. */
  readonly parts: number;
  /** How the parts that were decided were decided. */
  readonly decidedBy: readonly { readonly algorithm: Algorithm | ShortcutAlgorithm; readonly parts: number }[];
  /** Most configurations that a frontier search held at a time. */
  readonly peakConfigurations: number;
  readonly violation?: Violation;
  readonly unknown?: Undecidedness;
  /** On demand, when it holds: for each part the numbers of its operations in an order that explains what was returned. */
  readonly linearizations?: readonly (readonly number[])[];
}

export interface Violation {
  /** Of the part that is violated. */
  readonly key: Value | undefined;
  /** The operation with whose completion the history ceased to be linearizable: no order has a place for it. */
  readonly culprit: Operation;
  /** Why, in a sentence that names the operations. */
  readonly sentence: string;
  /** What the object could be when the culprit completed; empty when that was not worked out. */
  readonly states: readonly PossibleState[];
  /** Of the same part, the last operation that completed before the culprit did. */
  readonly previousOk: Operation | undefined;
  /** An order of what had completed before the culprit did: numbers of operations. Undefined when that was not worked out. */
  readonly longestPrefix: readonly number[] | undefined;
  /** All operations of the part that count. */
  readonly operations: readonly Operation[];
}

export interface PossibleState {
  readonly state: string;
  /** Why the culprit could not take effect there. */
  readonly why: string;
  /** Operations that may have left it so. */
  readonly leftBy: readonly Operation[];
}

export interface Undecidedness {
  readonly key: Value | undefined;
  readonly cause: 'steps' | 'memory';
  /** What grew too large, in a sentence. */
  readonly sentence: string;
  /** What would help. */
  readonly advice: string;
  /** Most operations under way at a time in the part, and how many of those stayed open for ever. */
  readonly overlapping: number;
  readonly open: number;
  readonly peakConfigurations: number;
}
