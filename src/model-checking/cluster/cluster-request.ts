/**
 * A cluster of one protocol to be checked, as plain data: which nodes, what clients ask, what may fail how often, how far to look.
 */
import type { Command } from '../../protocols/protocol.ts';
import type { SettingValues } from '../../protocols/settings.ts';
import type { NetworkKind } from '../actors/actor-model.ts';

export interface ClusterRequest {
  /** Name in the catalogue of protocols. */
  readonly protocol: string;
  readonly nodes: number;
  /** A known-bad variant; absent for the correct protocol. */
  readonly variant?: string;
  readonly settings: SettingValues;
  readonly network: NetworkKind;
  readonly bounds: ClusterBounds;
  readonly faults: FaultBudget;
  /** By client, what it asks, one after the other. */
  readonly operations: readonly (readonly Command[])[];
  /** Whether the clients' history is judged too, where the protocol promises one that is linearizable. */
  readonly judgesHistory: boolean;
  /** A delivery that changes nothing and sends nothing takes the message off the network all the same, as a step of its own. */
  readonly takesIdleDeliveries?: boolean;
}

export interface ClusterBounds {
  /** Highest term, view, ballot or epoch. */
  readonly termMax?: number;
  /** Most messages on the way from one node to another; what is sent beyond is lost. */
  readonly messagesPerLinkMax?: number;
  /** Most timers that fire, in all. */
  readonly timeoutsMax?: number;
  /** Most nodes that a client asks with the same request: 1 is no retry. */
  readonly attemptsMax: number;
}

/** How often each may happen, in all. */
export interface FaultBudget {
  readonly crashes: number;
  /** Crashes that lose the disk too; counted beside `crashes`. */
  readonly diskLosses: number;
  readonly losses: number;
  /** Times that the cluster is cut in two; it heals at any time. */
  readonly partitions: number;
}

export const NO_FAULTS: FaultBudget = { crashes: 0, diskLosses: 0, losses: 0, partitions: 0 };
