/**
 * What happened in one run, in order: the material of timelines, diagrams and explanations. Only runs that somebody wants to see are
 * recorded; the same seed records the same trace.
 */
import type { NodeIndex } from '../kernel/units.ts';
import type { Request, Response } from '../protocols/protocol.ts';

/** Times are whole microseconds of virtual time. Roles, terms and texts come from the protocol's descriptions. */
export type TraceEvent =
  | {
      readonly kind: 'state';
      readonly atUs: number;
      readonly node: NodeIndex;
      readonly role: string;
      readonly term?: number;
      readonly leads: boolean;
      /** One line about the whole state, and about the state before; absent before the first start. */
      readonly state: string;
      readonly before?: string;
      /** What caused it: `receives RequestVote term 2 from n1`, `election timer`. */
      readonly cause: string;
    }
  /** A message, told when it left. `deliveredUs` is absent when it was lost; a duplicate is told twice with the same `id`. */
  | {
      readonly kind: 'message';
      readonly atUs: number;
      readonly id: number;
      readonly from: NodeIndex;
      readonly to: NodeIndex;
      readonly text: string;
      readonly deliveredUs?: number;
      readonly lostBecause?: 'loss' | 'partition' | 'down' | 'unfinished';
    }
  | { readonly kind: 'timer'; readonly atUs: number; readonly node: NodeIndex; readonly timer: string }
  | { readonly kind: 'invoke'; readonly atUs: number; readonly node: NodeIndex; readonly request: Request }
  | {
      readonly kind: 'complete';
      readonly atUs: number;
      readonly client: number;
      readonly number: number;
      readonly node: NodeIndex;
      readonly response: Response;
    }
  | { readonly kind: 'up' | 'down'; readonly atUs: number; readonly node: NodeIndex }
  /** A fault begins; `nodes` are those it met. */
  | {
      readonly kind: 'fault';
      readonly atUs: number;
      readonly untilUs?: number;
      readonly fault: string;
      readonly nodes: readonly NodeIndex[];
      readonly text: string;
    }
  | {
      readonly kind: 'violation';
      readonly atUs: number;
      readonly node?: NodeIndex;
      readonly property: string;
      readonly text: string;
    };

export interface Trace {
  readonly names: readonly string[];
  readonly events: readonly TraceEvent[];
  readonly endUs: number;
  /** Events left out because the trace reached its limit. */
  readonly omitted: number;
}
