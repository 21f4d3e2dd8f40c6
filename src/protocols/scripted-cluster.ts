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
  const { protocol, config, nodeCount, onEvent = () => {}, choose = () => 0 } = options;
  const nodes = Array.from({ length: nodeCount }, (_, node) => node);
  const states: State[] = [];
  const up: boolean[] = nodes.map(() => false);
  const answered: Answered[] = [];
  const inFlight: InFlight<Message>[] = [];
  const timers = nodes.map(() => new Set<string>());
  const disks: (Durable | undefined)[] = nodes.map(() => undefined);
  const incarnations = nodes.map(() => -1);
  const requests = new Map<string, Command>();
  let groups: readonly (readonly NodeIndex[])[] = [];
  let clockMs = 0;

  const isCut = (from: NodeIndex, to: NodeIndex): boolean => {
    const groupOf = (node: NodeIndex): number => groups.findIndex((group) => group.includes(node));
    return groupOf(from) !== groupOf(to) && groupOf(from) !== -1 && groupOf(to) !== -1;
  };

  const send = (from: NodeIndex, to: NodeIndex, message: Message): void => {
    const kind = isCut(from, to) ? 'dropped' : 'sent';
    if (kind === 'sent') inFlight.push({ from, to, message });
    onEvent({ kind, from, to, message });
  };

  const carryOut = (node: NodeIndex, outputs: readonly Output<Message, Durable>[]): void => {
    const own: Input<Message>[] = [];
    for (const output of outputs) {
      if (output.kind === 'send' && output.to === node)
        own.push({ kind: 'message', from: node, message: output.message });
      else if (output.kind === 'send') send(node, output.to, output.message);
      else if (output.kind === 'set_timer') timers[node]?.add(output.timer);
      else if (output.kind === 'cancel_timer') timers[node]?.delete(output.timer);
      else if (output.kind === 'persist') disks[node] = output.durable;
      else if (output.kind === 'choose')
        own.push({ kind: 'choice', name: output.name, chosen: choose(output.name, output.options) });
      else {
        const { client, number, response } = output;
        const command = requests.get(`${client}/${number}`) ?? { kind: 'unknown' };
        const answer = { request: { client, number, command }, response, node };
        if (response.status !== 'redirect') answered.push(answer);
        onEvent({ kind: 'answered', ...answer });
      }
    }
    for (const input of own) give(node, input);
  };

  const give = (node: NodeIndex, input: Input<Message>): void => {
    const before = states[node];
    if (before === undefined || up[node] !== true) return;
    onEvent({ kind: 'input', node, input });
    const { state: after, outputs } = protocol.step(before, input);
    states[node] = after;
    if (after !== before) onEvent({ kind: 'state', node, before, after });
    carryOut(node, outputs);
  };

  const begin = (node: NodeIndex, step: Step<State, Message, Durable>): void => {
    up[node] = true;
    states[node] = step.state;
    timers[node]?.clear();
    onEvent({ kind: 'started', node, state: step.state, incarnation: incarnations[node] ?? 0 });
    carryOut(node, step.outputs);
  };

  const start = (node: NodeIndex): void => {
    const incarnation = (incarnations[node] ?? -1) + 1;
    incarnations[node] = incarnation;
    const given = incarnation === 0 ? options.given?.[node] : undefined;
    begin(node, given ?? protocol.initial(config, node, disks[node], incarnation));
  };

  const take = (from: NodeIndex, to: NodeIndex, skip: number): InFlight<Message> | undefined => {
    let left = skip;
    const index = inFlight.findIndex((each) => each.from === from && each.to === to && left-- === 0);
    return index === -1 ? undefined : inFlight.splice(index, 1)[0];
  };

  for (const node of nodes) start(node);

  return {
    states,
    up,
    answered,
    inFlight,
    timers,
    deliver: (from, to, skip = 0) => {
      const taken = take(from, to, skip);
      if (taken !== undefined) give(to, { kind: 'message', from, message: taken.message });
      return taken !== undefined;
    },
    drop: (from, to, skip = 0) => {
      const taken = take(from, to, skip);
      if (taken !== undefined) onEvent({ kind: 'dropped', ...taken });
      return taken !== undefined;
    },
    settle: (limit = SETTLE_LIMIT) => {
      let delivered = 0;
      while (delivered < limit) {
        const next = inFlight.shift();
        if (next === undefined) break;
        give(next.to, { kind: 'message', from: next.from, message: next.message });
        delivered += 1;
      }
      return delivered;
    },
    fire: (node, timer) => {
      invariant(timers[node]?.has(timer) === true, `the timer ${timer} of node ${node} is armed`);
      timers[node]?.delete(timer);
      give(node, { kind: 'timer', timer });
    },
    request: (node, client, number, command) => {
      requests.set(`${client}/${number}`, command);
      give(node, { kind: 'request', request: { client, number, command }, clockMs });
    },
    setClock: (reading) => {
      clockMs = reading;
    },
    crash: (node) => {
      up[node] = false;
      timers[node]?.clear();
    },
    restart: (node, { loseDisk = false } = {}) => {
      if (loseDisk) disks[node] = undefined;
      start(node);
    },
    partition: (...cut) => {
      groups = cut;
    },
    heal: () => {
      groups = [];
    },
  };
}
