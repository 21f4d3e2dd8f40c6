/**
 * Records a trace of a run. Only runs that somebody wants to see pay for it.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { AnyProtocol, Input, NodeState, Request, Response } from '../../protocols/protocol.ts';
import type { Trace, TraceEvent } from '../trace.ts';
import type { Schedule } from './schedule.ts';

type State = NodeState<unknown>;
type Message = TraceEvent & { readonly kind: 'message' };

export class Recorder {
  private readonly events: TraceEvent[] = [];
  private omitted = 0;
  private nextMessage = 1;
  /** Messages that are on their way, by link and time of arrival. */
  private readonly onTheirWay = new Map<string, { readonly index: number; readonly event: Message }[]>();
  private readonly schedule: Schedule;
  private readonly protocol: AnyProtocol;
  private readonly names: readonly string[];
  private readonly limit: number;

  constructor(schedule: Schedule, protocol: AnyProtocol, names: readonly string[], limit: number) {
    this.schedule = schedule;
    this.protocol = protocol;
    this.names = names;
    this.limit = limit;
  }

  changed(node: NodeIndex, before: State | undefined, after: State, input: Input<unknown> | undefined): void {
    const { describe } = this.protocol;
    const state = describe.state(after);
    const term = describe.term?.(after);
    this.add({
      kind: 'state',
      atUs: this.schedule.nowUs,
      node,
      role: describe.role(after),
      ...(term === undefined ? {} : { term }),
      leads: describe.leads?.(after) ?? false,
      state,
      ...(before === undefined ? {} : { before: describe.state(before) }),
      cause: this.causeOf(node, input),
    });
  }

  sent(
    from: NodeIndex,
    to: NodeIndex,
    message: unknown,
    deliveredUs: number | undefined,
    lostBecause: 'loss' | 'partition' | undefined,
  ): void {
    const event: Message = {
      kind: 'message',
      atUs: this.schedule.nowUs,
      id: this.nextMessage++,
      from,
      to,
      text: this.protocol.describe.message(message),
      ...(deliveredUs === undefined ? {} : { deliveredUs }),
      ...(lostBecause === undefined ? {} : { lostBecause }),
    };
    const index = this.add(event);
    if (deliveredUs === undefined || index === undefined) return;
    const key = `${from}/${to}/${deliveredUs}`;
    this.onTheirWay.set(key, [...(this.onTheirWay.get(key) ?? []), { index, event }]);
  }

  /** A message arrived, or found nobody. */
  arrived(from: NodeIndex, to: NodeIndex, isTaken: boolean): void {
    const key = `${from}/${to}/${this.schedule.nowUs}`;
    const waiting = this.onTheirWay.get(key);
    const first = waiting?.shift();
    if (waiting?.length === 0) this.onTheirWay.delete(key);
    if (first !== undefined && !isTaken) this.lose(first, 'down');
  }

  invoked(node: NodeIndex, request: Request): void {
    this.add({ kind: 'invoke', atUs: this.schedule.nowUs, node, request });
  }

  completed(node: NodeIndex, client: number, number: number, response: Response): void {
    this.add({ kind: 'complete', atUs: this.schedule.nowUs, client, number, node, response });
  }

  happened(event: TraceEvent): void {
    this.add(event);
  }

  trace(): Trace {
    for (const waiting of this.onTheirWay.values()) for (const each of waiting) this.lose(each, 'unfinished');
    return { names: this.names, events: this.events, endUs: this.schedule.nowUs, omitted: this.omitted };
  }

  private lose(
    { index, event }: { readonly index: number; readonly event: Message },
    because: 'down' | 'unfinished',
  ): void {
    const { deliveredUs: _, ...rest } = event;
    this.events[index] = { ...rest, lostBecause: because };
  }

  private causeOf(node: NodeIndex, input: Input<unknown> | undefined): string {
    if (input === undefined) return 'starts';
    switch (input.kind) {
      case 'message':
        return input.from === node
          ? 'its own write is durable'
          : `receives ${this.protocol.describe.message(input.message)} from ${this.names[input.from]}`;
      case 'timer':
        return `${input.timer.replaceAll('_', ' ')} timer`;
      case 'request':
        return `client ${input.request.client} asks ${input.request.command.kind}`;
      case 'choice':
        return `chooses ${input.name}`;
    }
  }

  private add(event: TraceEvent): number | undefined {
    if (this.events.length >= this.limit) {
      this.omitted += 1;
      return undefined;
    }
    return this.events.push(event) - 1;
  }
}
