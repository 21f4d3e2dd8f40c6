/**
 * Virtual time and what is due: every part of a run puts its events here.
 */
import { EventQueue } from './event-queue.ts';

/** Kinds of events, with the meaning of `a`, `b` and the payload. */
export const EVENT = {
  /** a: to, b: from, payload: message. */
  deliver: 0,
  /** a: node, b: timer. */
  timer: 1,
  /** a: node, b: incarnation. */
  disk: 2,
  /** a: node, b: client, payload: request. */
  request: 3,
  /** a: client, b: node, payload: answer. */
  response: 4,
  /** a: client, b: token of what the client waits for. */
  client: 5,
  /** a: index of the fault. */
  faultBegin: 6,
  faultEnd: 7,
  faultFlap: 8,
  /** The faults are over. */
  heal: 9,
  /** Clients stop. */
  quiet: 10,
  /** Open loop: an operation arrives. */
  arrival: 11,
} as const;

export class Schedule {
  nowUs = 0;
  readonly queue = new EventQueue();

  /** Puts an event `delayUs` from now, a whole number of microseconds. */
  after(delayUs: number, kind: number, a: number, b: number, payload: unknown): void {
    this.queue.push(this.nowUs + delayUs, kind, a, b, payload);
  }
}

export const US_PER_MS = 1000;
