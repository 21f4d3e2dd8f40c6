/**
 * What a drawing needs to know of a run: the shape of a recorded trace, said structurally, so that diagrams know no simulator. Times
 * are whole microseconds of virtual time; nodes go by index into `names`.
 */

export interface DrawnTrace {
  readonly names: readonly string[];
  /** In the order in which they happened; a message stands where it left. */
  readonly events: readonly DrawnEvent[];
  readonly endUs: number;
  /** Events that the recorder left out. */
  readonly omitted: number;
}

export type DrawnEvent =
  | DrawnState
  | DrawnMessage
  | DrawnFault
  | DrawnViolation
  | { readonly kind: 'timer'; readonly atUs: number; readonly node: number; readonly timer: string }
  | { readonly kind: 'invoke'; readonly atUs: number; readonly node: number; readonly request: DrawnRequest }
  | {
      readonly kind: 'complete';
      readonly atUs: number;
      readonly client: number;
      readonly number: number;
      readonly node: number;
      readonly response: DrawnResponse;
    }
  | { readonly kind: 'up' | 'down'; readonly atUs: number; readonly node: number };

export interface DrawnState {
  readonly kind: 'state';
  readonly atUs: number;
  readonly node: number;
  readonly role: string;
  readonly term?: number;
  readonly leads: boolean;
  readonly state: string;
  /** Absent when the node has just started. */
  readonly before?: string;
  readonly cause: string;
}

/** Lost when `deliveredUs` is absent. A duplicate is told twice with the same `id`. */
export interface DrawnMessage {
  readonly kind: 'message';
  readonly atUs: number;
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly deliveredUs?: number;
  readonly lostBecause?: 'loss' | 'partition' | 'down' | 'unfinished';
}

export interface DrawnFault {
  readonly kind: 'fault';
  readonly atUs: number;
  readonly untilUs?: number;
  readonly fault: string;
  readonly nodes: readonly number[];
  readonly text: string;
}

export interface DrawnViolation {
  readonly kind: 'violation';
  readonly atUs: number;
  readonly node?: number;
  readonly property: string;
  readonly text: string;
}

export interface DrawnRequest {
  readonly client: number;
  readonly number: number;
  readonly command: { readonly kind: string; readonly key?: number; readonly value?: number };
}

export interface DrawnResponse {
  readonly status: string;
  readonly value?: number | null | readonly number[];
  readonly reason?: string;
  readonly to?: number;
}
