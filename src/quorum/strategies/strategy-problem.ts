/**
 * What a strategy is asked for, and what is answered. A strategy says with which probability each quorum is contacted.
 *
 * The load of a node is the time it spends per operation of the system; the load of the system is that of its busiest node,
 * averaged over the workload; its capacity is the operations per second that this allows.
 * M. Whittaker et al., "Read-Write Quorum Systems Made Practical", PaPoC 2021, 10.1145/3447865.3457962, sections 3 and 4.
 */
import type { Budget } from '../../kernel/budget.ts';
import type { NodeSet } from '../expressions/expression.ts';
import type { QuorumSystem } from '../quorum-system.ts';

export type Objective = 'load' | 'network' | 'latency';

export interface StrategyGoal {
  /** Shares of reads, and how often each occurs; weights are normalised. */
  readonly workload: readonly { readonly readFraction: number; readonly weight: number }[];
  readonly optimize: Objective;
  /** Most mean load, seconds per operation. */
  readonly loadLimit?: number | undefined;
  /** Most nodes contacted per operation, on average. */
  readonly networkLimit?: number | undefined;
  readonly latencyLimitMs?: number | undefined;
  /** Contact only sets that remain quorums after any so many of their nodes fail. */
  readonly resilientTo: number;
}

export interface StrategyProblem extends StrategyGoal {
  readonly system: QuorumSystem;
  readonly budget: Budget;
}

export type StrategyResult = OptimalStrategy | InfeasibleStrategy | UndecidedStrategy;

export interface OptimalStrategy {
  readonly feasible: true;
  readonly objective: Objective;
  /** Least load in seconds per operation, nodes per operation, or milliseconds. */
  readonly value: number;
  /** The same as a fraction, when it was proved without rounding. */
  readonly exact?: string;
  readonly load: number;
  /** Mean over the workload of 1 / load. */
  readonly capacity: number;
  /** 1 / mean load. */
  readonly capacityAtMeanLoad: number;
  readonly networkLoad: number;
  /** Mean time until a quorum has answered; only when every node states its latency. */
  readonly latencyMs?: number;
  readonly reads: readonly QuorumProbability[];
  readonly writes: readonly QuorumProbability[];
  /** Mean load of every node of the system. */
  readonly nodeLoad: readonly number[];
  readonly certificate: Certificate;
}

/** A value that was found without rounding. */
export interface ExactValue {
  readonly value: number;
  /** "5/9" */
  readonly fraction: string;
}

export interface QuorumProbability {
  readonly quorum: NodeSet;
  readonly probability: number;
}

/** A lower bound that follows from prices alone, by weak duality; see `certificate.ts`. */
export interface Certificate {
  readonly method: string;
  readonly bound: number;
  /** (value - bound) / value. */
  readonly gap: number;
  /** Whether the bound was recomputed from the prices alone and meets the value. */
  readonly verified: boolean;
  /** Price of every node's load, summed over the workload. */
  readonly nodePrices: readonly number[];
  readonly prices: Prices;
}

/** What one unit less of each would cost in units of the objective. */
export interface Prices {
  /** By read fraction of the normalised workload, then by node. */
  readonly load: readonly (readonly number[])[];
  readonly loadLimit: number;
  readonly networkLimit: number;
  readonly latencyLimit: number;
}

export interface InfeasibleStrategy {
  readonly feasible: false;
  /** Which limit cannot be met, and what could be. */
  readonly because: string;
  /** The limit that stands in the way, and the least value of it that all other limits admit. */
  readonly limit?: {
    readonly name: 'loadLimit' | 'networkLimit' | 'latencyLimitMs';
    readonly given: number;
    readonly least: number;
  };
}

export interface UndecidedStrategy {
  readonly feasible: undefined;
  readonly because: string;
}
