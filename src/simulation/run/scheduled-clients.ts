/**
 * The clients of a scheduled run: what they asked, and what they were told. Requests and answers take no time. A client that is sent elsewhere by
 * the only node that it asked has asked nothing: that operation failed, and its next one may have the same number.
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
  private readonly answersNeeded: number;
  /** By client: its last operation, and what it was told about it. */
  private readonly last = new Map<number, Operation>();
  private readonly heard = new Map<number, readonly Heard[]>();
  /** Operations that came to nothing because the client was sent elsewhere. */
  private readonly redirected = new Set<Operation>();

  constructor(definition: AnyDefinition, config: unknown, count: number) {
    this.definition = definition;
    this.count = count;
    this.answersNeeded = definition.clients.answersNeeded?.(config) ?? 1;
  }

  /** A request comes to a node, for the first time or again. */
  ask({ node, client, number, command }: ScheduledStep & { readonly kind: 'ask' }, nowUs: number): void {
    const last = this.last.get(client);
    if (last !== undefined && number <= last.number && !this.redirected.has(last)) {
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
    this.heard.set(client, []);
  }

  /** Whether the client still waited for this; the first that is enough ends the operation. */
  answer({ client, number }: Request, response: Response, node: NodeIndex, nowUs: number): boolean {
    const operation = this.last.get(client);
    if (operation?.number !== number || operation.outcome !== 'open') return false;
    if (response.status === 'redirect') {
      this.redirect(operation, nowUs);
      return false;
    }
    if (!this.isEnough(client, { node, text: JSON.stringify(response) })) return true;
    operation.completedUs = nowUs;
    operation.outcome = response.status;
    operation.value = response.status === 'ok' ? response.value : undefined;
    operation.node = node;
    return true;
  }

  private redirect(operation: Operation, nowUs: number): void {
    operation.attempts -= 1;
    if (operation.attempts > 0) return;
    operation.completedUs = nowUs;
    operation.outcome = 'failed';
    this.redirected.add(operation);
  }

  /** Equal answers from as many distinct nodes as the client waits for. */
  private isEnough(client: number, answer: Heard): boolean {
    const heard = [...(this.heard.get(client) ?? []), answer];
    this.heard.set(client, heard);
    const equal = heard.filter(({ text }) => text === answer.text);
    return new Set(equal.map(({ node }) => node)).size >= this.answersNeeded;
  }
}

interface Heard {
  readonly node: NodeIndex;
  readonly text: string;
}
