/**
 * Everything that decides one run: same options, same run.
 */
import type { Budget } from '../../kernel/budget.ts';
import type { Milliseconds, NodeIndex, Probability, Seed } from '../../kernel/units.ts';
import type { AnyDefinition } from '../../protocols/definition.ts';
import type { Command, NodeState, Step } from '../../protocols/protocol.ts';
import type { Fault } from '../faults/fault.ts';
import type { DelayModel } from '../latency/delay-model.ts';
import type { ScheduledStep } from '../scheduled-step.ts';

export interface NetworkOptions {
  readonly delay: DelayModel;
  readonly lossProbability: Probability;
  readonly duplicationProbability: Probability;
  /** A reordered message takes up to `reorderingMs` longer than it would. */
  readonly reorderingProbability: Probability;
  readonly reorderingMs: Milliseconds;
  /** Messages of one link arrive in the order they were sent. */
  readonly fifo: boolean;
  /** Bytes per millisecond that a link carries; undefined: any number. */
  readonly bandwidthBytesPerMs?: number;
  readonly payloadBytes: number;
}

export interface DiskOptions {
  /** How long a write takes until it is durable, uniform. Both 0: at once. */
  readonly writeMinMs: Milliseconds;
  readonly writeMaxMs: Milliseconds;
}

export interface ClientOptions {
  readonly count: number;
  /** Between the nodes and their clients, by client and node. */
  readonly delay: DelayModel;
  /** Closed loop: pause between an answer and the next operation, uniform from half to one and a half of it. */
  readonly thinkMs: Milliseconds;
  /** Open loop: operations arrive at this rate, as a Poisson process, and find a free client or are shed. */
  readonly ratePerSecond?: number;
  readonly readFraction: number;
  readonly keys: number;
  readonly zipf: number;
  readonly retry: RetryOptions;
  /** Most operations of the run; undefined: no limit. */
  readonly operationsMax?: number;
  /** Instead of the workload: these operations, each at its time or as soon as its client is free. */
  readonly script?: readonly ScriptedOperation[];
}

/** An operation of an earlier run, to be repeated when others are left out. */
export interface ScriptedOperation {
  readonly atMs: Milliseconds;
  readonly client: number;
  readonly contact: NodeIndex;
  readonly command: Command;
}

export interface RetryOptions {
  /** How long the client waits for an answer to one attempt. */
  readonly timeoutMs: Milliseconds;
  readonly attempts: number;
  readonly initialDelayMs: Milliseconds;
  readonly maxDelayMs: Milliseconds;
  readonly multiplier: number;
  /** Part of the delay that is drawn, in [0, 1]. */
  readonly jitter: number;
}

export interface RunOptions {
  readonly definition: AnyDefinition;
  readonly config: unknown;
  /** How many of the nodes, the first ones, are replicas. */
  readonly replicaCount: number;
  readonly seed: Seed;
  readonly durationMs: Milliseconds;
  /** After the faults: how long the cluster is given to settle. Clients go on for half of it. 0: nothing is demanded. */
  readonly settleMs: Milliseconds;
  readonly network: NetworkOptions;
  readonly disk: DiskOptions;
  readonly clients: ClientOptions;
  readonly faults: readonly Fault[];
  /** States to begin with instead of first starts. */
  readonly given?: readonly Step<NodeState<unknown>, unknown, unknown>[];
  /** Instead of all that time and seed would bring: these steps. */
  readonly schedule?: readonly ScheduledStep[];
  /** Ends the run at the first broken property. */
  readonly stopAtViolation: boolean;
  /** Records at most this many trace events, besides violations: the last where the run ends at a violation, else the first. 0 records none. */
  readonly traceEventsMax: number;
  readonly budget: Budget;
  /** Told of every change of a node's state: for measurements of one's own. */
  readonly watch?: Watch;
}

export type Watch = (timeUs: number, node: NodeIndex, state: NodeState<unknown>) => void;
