/**
 * A cluster in which nothing happens by itself: whoever holds it says which message arrives, which timer fires, who crashes.
 * Disks are instant. It is what golden transcripts, unit tests and the analysis of given states run a protocol in; the order of
 * messages is that of their sending, and each link can be cut.
 */
import { invariant } from '../kernel/invariant.ts';
import type { NodeIndex } from '../kernel/units.ts';
import type { Answered } from './property.ts';
import type { Command, Input, NodeState, Output, Protocol, Step } from './protocol.ts';

export interface InFlight<Message> {
  readonly from: NodeIndex;
  readonly to: NodeIndex;
  readonly message: Message;
}

/** Told of everything that happens, in order. */
export type ScriptedEvent<State, Message> =
  | { readonly kind: 'started'; readonly node: NodeIndex; readonly state: State; readonly incarnation: number }
  | { readonly kind: 'input'; readonly node: NodeIndex; readonly input: Input<Message> }
  | { readonly kind: 'state'; readonly node: NodeIndex; readonly before: State; readonly after: State }
  | ({ readonly kind: 'sent' | 'dropped' } & InFlight<Message>)
  | ({ readonly kind: 'answered' } & Answered);

export interface ScriptedClusterOptions<Config, State extends NodeState<Config>, Message, Durable> {
  readonly protocol: Protocol<Config, State, Message, Durable>;
  readonly config: Config;
  readonly nodeCount: number;
  /** States to begin with instead of first starts. */
  readonly given?: readonly Step<State, Message, Durable>[];
  readonly onEvent?: (event: ScriptedEvent<State, Message>) => void;
  /** Answers a `choose`; 0 unless given. */
  readonly choose?: (name: string, options: number) => number;
}

export interface ScriptedCluster<State, Message> {
  readonly states: State[];
  readonly up: boolean[];
  readonly answered: Answered[];
  /** Messages sent and not yet delivered or dropped, oldest first. */
  readonly inFlight: InFlight<Message>[];
  /** Armed timers by node. */
  readonly timers: readonly Set<string>[];
  /** Delivers the oldest message from `from` to `to`; `skip` passes over that many. False when there is none. */
  deliver(from: NodeIndex, to: NodeIndex, skip?: number): boolean;
  /** A message arrives that is taken from nowhere: a duplicate, or one that whoever holds the cluster kept. */
  hand(from: NodeIndex, to: NodeIndex, message: Message): void;
  /** Takes the oldest message off the link without delivering it. */
  drop(from: NodeIndex, to: NodeIndex, skip?: number): boolean;
  /** Delivers oldest first until nothing is in flight, at most `limit` messages; returns how many. */
  settle(limit?: number): number;
  fire(node: NodeIndex, timer: string): void;
  request(node: NodeIndex, client: number, number: number, command: Command): void;
  /** `clockMs` of later requests. */
  setClock(clockMs: number): void;
  crash(node: NodeIndex): void;
  restart(node: NodeIndex, options?: { readonly loseDisk?: boolean }): void;
  /** Cuts both directions between nodes of different groups; nodes in no group keep their links. What is sent there is dropped. */
  partition(...groups: readonly (readonly NodeIndex[])[]): void;
  heal(): void;
}

const SETTLE_LIMIT = 10_000;

export function createScriptedCluster<Config, State extends NodeState<Config>, Message, Durable>(
  options: ScriptedClusterOptions<Config, State, Message, Durable>,
): ScriptedCluster<State, Message> {
  return new Script(options);
}

class Script<Config, State extends NodeState<Config>, Message, Durable> implements ScriptedCluster<State, Message> {
  readonly states: State[] = [];
  readonly up: boolean[];
  readonly answered: Answered[] = [];
  readonly inFlight: InFlight<Message>[] = [];
  readonly timers: readonly Set<string>[];

  private readonly options: ScriptedClusterOptions<Config, State, Message, Durable>;
  private readonly disks: (Durable | undefined)[] = [];
  private readonly incarnations: number[];
  /** What a node gives itself: messages to itself and answers to what it chooses. */
  private readonly own: Input<Message>[] = [];
  private readonly requests = new Map<string, Command>();
  private groups: readonly (readonly NodeIndex[])[] = [];
  private clockMs = 0;

  constructor(options: ScriptedClusterOptions<Config, State, Message, Durable>) {
    const nodes = Array.from({ length: options.nodeCount }, (_, node) => node);
    this.options = options;
    this.up = nodes.map(() => false);
    this.timers = nodes.map(() => new Set<string>());
    this.incarnations = nodes.map(() => -1);
    for (const node of nodes) this.start(node);
  }

  deliver(from: NodeIndex, to: NodeIndex, skip = 0): boolean {
    const taken = this.take(from, to, skip);
    if (taken !== undefined) this.give(to, { kind: 'message', from, message: taken.message });
    return taken !== undefined;
  }

  hand(from: NodeIndex, to: NodeIndex, message: Message): void {
    this.give(to, { kind: 'message', from, message });
  }

  drop(from: NodeIndex, to: NodeIndex, skip = 0): boolean {
    const taken = this.take(from, to, skip);
    if (taken !== undefined) this.tell({ kind: 'dropped', ...taken });
    return taken !== undefined;
  }

  settle(limit = SETTLE_LIMIT): number {
    let delivered = 0;
    while (delivered < limit) {
      const next = this.inFlight.shift();
      if (next === undefined) break;
      this.give(next.to, { kind: 'message', from: next.from, message: next.message });
      delivered += 1;
    }
    return delivered;
  }

  fire(node: NodeIndex, timer: string): void {
    invariant(this.timers[node]?.has(timer) === true, `the timer ${timer} of node ${node} is armed`);
    this.timers[node]?.delete(timer);
    this.give(node, { kind: 'timer', timer });
  }

  request(node: NodeIndex, client: number, number: number, command: Command): void {
    this.requests.set(`${client}/${number}`, command);
    this.give(node, { kind: 'request', request: { client, number, command }, clockMs: this.clockMs });
  }

  setClock(clockMs: number): void {
    this.clockMs = clockMs;
  }

  crash(node: NodeIndex): void {
    this.up[node] = false;
    this.timers[node]?.clear();
  }

  restart(node: NodeIndex, { loseDisk = false }: { readonly loseDisk?: boolean } = {}): void {
    if (loseDisk) this.disks[node] = undefined;
    this.start(node);
  }

  partition(...groups: readonly (readonly NodeIndex[])[]): void {
    this.groups = groups;
  }

  heal(): void {
    this.groups = [];
  }

  private start(node: NodeIndex): void {
    const { protocol, config, given } = this.options;
    const incarnation = (this.incarnations[node] ?? -1) + 1;
    this.incarnations[node] = incarnation;
    const first = incarnation === 0 ? given?.[node] : undefined;
    const { state, outputs } = first ?? protocol.initial(config, node, this.disks[node], incarnation);
    this.up[node] = true;
    this.states[node] = state;
    this.timers[node]?.clear();
    this.tell({ kind: 'started', node, state, incarnation });
    this.carryOut(node, outputs);
    this.giveOwn(node);
  }

  private give(node: NodeIndex, input: Input<Message>): void {
    this.step(node, input);
    this.giveOwn(node);
  }

  /** What a node gives itself comes before anything else that may reach it, in order. */
  private giveOwn(node: NodeIndex): void {
    for (let next = this.own.shift(); next !== undefined; next = this.own.shift()) this.step(node, next);
  }

  private step(node: NodeIndex, input: Input<Message>): void {
    const before = this.states[node];
    if (before === undefined || this.up[node] !== true) return;
    this.tell({ kind: 'input', node, input });
    const { state: after, outputs } = this.options.protocol.step(before, input);
    this.states[node] = after;
    if (after !== before) this.tell({ kind: 'state', node, before, after });
    this.carryOut(node, outputs);
  }

  private carryOut(node: NodeIndex, outputs: readonly Output<Message, Durable>[]): void {
    for (const output of outputs) this.carryOutOne(node, output);
  }

  private carryOutOne(node: NodeIndex, output: Output<Message, Durable>): void {
    switch (output.kind) {
      case 'send':
        if (output.to === node) this.own.push({ kind: 'message', from: node, message: output.message });
        else this.send(node, output.to, output.message);
        break;
      case 'set_timer':
        this.timers[node]?.add(output.timer);
        break;
      case 'cancel_timer':
        this.timers[node]?.delete(output.timer);
        break;
      case 'persist':
        this.disks[node] = output.durable;
        break;
      case 'choose':
        this.own.push({ kind: 'choice', name: output.name, chosen: this.choose(output) });
        break;
      case 'respond':
        this.respond(node, output);
    }
  }

  private choose({ name, options }: Output<Message, Durable> & { readonly kind: 'choose' }): number {
    return this.options.choose?.(name, options) ?? 0;
  }

  private send(from: NodeIndex, to: NodeIndex, message: Message): void {
    const kind = this.isCut(from, to) ? 'dropped' : 'sent';
    if (kind === 'sent') this.inFlight.push({ from, to, message });
    this.tell({ kind, from, to, message });
  }

  private respond(node: NodeIndex, output: Output<Message, Durable> & { readonly kind: 'respond' }): void {
    const { client, number, response } = output;
    const command = this.requests.get(`${client}/${number}`) ?? { kind: 'unknown' };
    const answer = { request: { client, number, command }, response, node };
    if (response.status !== 'redirect') this.answered.push(answer);
    this.tell({ kind: 'answered', ...answer });
  }

  private isCut(from: NodeIndex, to: NodeIndex): boolean {
    const groupOf = (node: NodeIndex): number => this.groups.findIndex((group) => group.includes(node));
    return groupOf(from) !== groupOf(to) && groupOf(from) !== -1 && groupOf(to) !== -1;
  }

  private take(from: NodeIndex, to: NodeIndex, skip: number): InFlight<Message> | undefined {
    let left = skip;
    const index = this.inFlight.findIndex((each) => each.from === from && each.to === to && left-- === 0);
    return index === -1 ? undefined : this.inFlight.splice(index, 1)[0];
  }

  private tell(event: ScriptedEvent<State, Message>): void {
    this.options.onEvent?.(event);
  }
}
