/**
 * Faults as data: what goes wrong, where, and from when to when. A run's faults are one list, however they were made (by
 * hand, by a scenario's name or drawn from the seed), so that a run is replayed from the list and shrunk by leaving faults out.
 */
import type { Milliseconds, NodeIndex, Probability } from '../../kernel/units.ts';
import type { Command } from '../../protocols/protocol.ts';

/** Nodes by index, or by what they are when the fault begins: `leader`, `follower` (any one), `minority` (the leader and fewer than half), `other-minority` (fewer than half, without the leader). */
export type NodeSelector = NodeIndex | 'leader' | 'follower' | 'minority' | 'other-minority';

interface Span {
  readonly atMs: Milliseconds;
  /** When it ends. A crash without an end is for good: the node stays down even when the network heals. */
  readonly untilMs?: Milliseconds;
}

/** What the network does to `nodes` towards all others, in one or both directions. */
export interface PartitionFault extends Span {
  readonly kind: 'partition';
  readonly nodes: readonly NodeSelector[];
  /** `both`; `inbound`: nothing reaches them; `outbound`: nothing of theirs arrives. */
  readonly direction: 'both' | 'inbound' | 'outbound';
  /** Cut only towards these; absent: towards all nodes outside `nodes`. */
  readonly from?: readonly NodeSelector[];
  /** The cut comes and goes with this period, half of it each. */
  readonly flapPeriodMs?: Milliseconds;
}

export interface CrashFault extends Span {
  readonly kind: 'crash';
  readonly nodes: readonly NodeSelector[];
  /** The disk is empty at the restart. */
  readonly losesDisk: boolean;
  /** The write under way at the crash reaches the disk in part. */
  readonly tornWrite: boolean;
}

/** The node does nothing, and then everything that came meanwhile; its timers that came due fire then. */
export interface PauseFault extends Span {
  readonly kind: 'pause';
  readonly nodes: readonly NodeSelector[];
}

/** Everything that the node sends leaves this much later. */
export interface SlowFault extends Span {
  readonly kind: 'slow';
  readonly nodes: readonly NodeSelector[];
  readonly delayMs: Milliseconds;
}

/** Writes take this much longer. */
export interface DiskFault extends Span {
  readonly kind: 'slow-disk';
  readonly nodes: readonly NodeSelector[];
  readonly delayMs: Milliseconds;
}

/** The clock runs at `rate` (1 is right, 0.5 half as fast) and at the beginning jumps by `jumpMs`. */
export interface ClockFault extends Span {
  readonly kind: 'clock';
  readonly nodes: readonly NodeSelector[];
  readonly rate: number;
  readonly jumpMs: Milliseconds;
}

/** Every message between nodes is affected with these probabilities; `delayMs` is added to those that are reordered. */
export interface LinkFault extends Span {
  readonly kind: 'link';
  readonly lossProbability: Probability;
  readonly duplicationProbability: Probability;
  readonly reorderingProbability: Probability;
  readonly delayMs: Milliseconds;
}

/** A client's administrative command arrives at a node: a membership change, a failover, a manual promotion. */
export interface CommandFault extends Span {
  readonly kind: 'command';
  readonly nodes: readonly NodeSelector[];
  readonly command: Command;
}

export type Fault =
  | PartitionFault
  | CrashFault
  | PauseFault
  | SlowFault
  | DiskFault
  | ClockFault
  | LinkFault
  | CommandFault;

/** A fault in words: `n1 is cut off from 1,200 to 2,400 ms`. Tells nodes by `names`. */
export type DescribeFault = (fault: Fault, names: readonly string[]) => string;
