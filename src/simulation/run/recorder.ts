/**
 * Records a trace of a run. Only runs that somebody wants to see pay for it. Above the limit the first or the last events stay, and every
 * violation in any case.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { AnyProtocol, Input, NodeState, Request, Response } from '../../protocols/protocol.ts';
import type { Trace, TraceEvent } from '../trace.ts';
import type { Schedule } from './schedule.ts';

type State = NodeState<unknown>;
type Message = TraceEvent & { readonly kind: 'message' };

interface Placed {
  readonly place: number;
  readonly event: Message;
}

export interface TraceLimit {
  /** Most events that are kept, besides violations. */
  readonly events: number;
  readonly keeps: 'first' | 'last';
}

export class Recorder {
  /** By place in the run; violations apart, as they do not count against the limit. */
  private readonly kept = new Map<number, TraceEvent>();
  private readonly violations = new Map<number, TraceEvent>();
  private added = 0;
  private oldest = 0;
  private lastMessage = 0;
  /** Messages that are on their way, by link and time of arrival. */
  private readonly onTheirWay = new Map<string, Placed[]>();
  private readonly schedule: Schedule;
  private readonly protocol: AnyProtocol;
  private readonly names: readonly string[];
  private readonly limit: TraceLimit;

  constructor(schedule: Schedule, protocol: AnyProtocol, names: readonly string[], limit: TraceLimit) {
    this.schedule = schedule;
    this.protocol = protocol;
    this.names = names;
    this.limit = limit;
  }

  changed(node: NodeIndex, before: State | undefined, after: State, input: Input<unknown> | undefined): void {
    if (this.passesOver()) return;
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
    isDuplicate: boolean,
  ): void {
    if (!isDuplicate) this.lastMessage += 1;
    if (this.passesOver()) return;
    const event: Message = {
      kind: 'message',
      atUs: this.schedule.nowUs,
      id: this.lastMessage,
      from,
      to,
      text: this.protocol.describe.message(message),
      ...(deliveredUs === undefined ? {} : { deliveredUs }),
      ...(lostBecause === undefined ? {} : { lostBecause }),
    };
    const place = this.add(event);
    if (deliveredUs === undefined) return;
    const key = `${from}/${to}/${deliveredUs}`;
    this.onTheirWay.set(key, [...(this.onTheirWay.get(key) ?? []), { place, event }]);
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
    const placed = [...this.violations, ...this.kept].sort(([a], [b]) => a - b);
    const events = placed.map(([, event]) => event);
    return { names: this.names, events, endUs: this.schedule.nowUs, omitted: this.added - events.length };
  }

  private lose({ place, event }: Placed, because: 'down' | 'unfinished'): void {
    if (!this.kept.has(place)) return;
    const { deliveredUs: _, ...rest } = event;
    this.kept.set(place, { ...rest, lostBecause: because });
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

  /** Whether nothing more than violations is kept: then the words for it need not be found. */
  private passesOver(): boolean {
    const isFull = this.limit.keeps === 'first' && this.kept.size >= this.limit.events;
    if (isFull) this.added += 1;
    return isFull;
  }

  private add(event: TraceEvent): number {
    const place = this.added++;
    const { events, keeps } = this.limit;
    if (event.kind === 'violation') this.violations.set(place, event);
    else if (keeps === 'last' || this.kept.size < events) this.kept.set(place, event);
    while (this.kept.size > events) this.kept.delete(this.oldest++);
    return place;
  }
}
