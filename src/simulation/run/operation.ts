/**
 * One operation of a client, from its invocation to its end.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Command, ResponseValue } from '../../protocols/protocol.ts';

export interface Operation {
  /** From 1, in order of invocation. */
  readonly sequence: number;
  readonly client: number;
  /** The client's number of the request. */
  readonly number: number;
  /** A client whose operation ended open goes on as a new process, as in Jepsen's histories. */
  readonly process: number;
  readonly command: Command;
  /** Whom the client asked first. */
  readonly contact: NodeIndex;
  readonly isWrite: boolean;
  readonly invokedUs: number;
  completedUs: number | undefined;
  /** `open`: nobody knows whether it has, or will have, an effect. */
  outcome: 'ok' | 'failed' | 'open';
  value: ResponseValue | undefined;
  attempts: number;
  /** The node that answered. */
  node: NodeIndex | undefined;
}
