/**
 * The clients of a scheduled run: what they asked, and the first answer that each was told. Requests and answers take no time.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { AnyDefinition } from '../../protocols/definition.ts';
import type { Request, Response } from '../../protocols/protocol.ts';
import type { ScheduledStep } from '../scheduled-step.ts';
import type { Operation } from './operation.ts';

export class ScheduledClients {
  readonly operations: Operation[] = [];
  private readonly definition: AnyDefinition;
  private readonly count: number;
  /** By client: its last operation. */
  private readonly last = new Map<number, Operation>();

  constructor(definition: AnyDefinition, count: number) {
    this.definition = definition;
    this.count = count;
  }

  /** A request comes to a node, for the first time or again. */
  ask({ node, client, number, command }: ScheduledStep & { readonly kind: 'ask' }, nowUs: number): void {
    const last = this.last.get(client);
    if (last !== undefined && number <= last.number) {
      if (number === last.number) last.attempts += 1;
      return;
    }
    // One that was given up stays open: what comes after it is another process, as in Jepsen's histories.
    const process = last === undefined ? client : last.process + (last.outcome === 'open' ? this.count : 0);
    const operation: Operation = {
      sequence: this.operations.length + 1,
      client,
      number,
      process,
      command,
      contact: node,
      isWrite: this.definition.workload.isWrite(command),
      invokedUs: nowUs,
      completedUs: undefined,
      outcome: 'open',
      value: undefined,
      attempts: 1,
      node: undefined,
    };
    this.operations.push(operation);
    this.last.set(client, operation);
  }

  /** Whether the client still waited for this. */
  answer({ client, number }: Request, response: Response, node: NodeIndex, nowUs: number): boolean {
    const operation = this.last.get(client);
    if (operation?.number !== number || operation.outcome !== 'open' || response.status === 'redirect') return false;
    operation.completedUs = nowUs;
    operation.outcome = response.status;
    operation.value = response.status === 'ok' ? response.value : undefined;
    operation.node = node;
    return true;
  }
}
