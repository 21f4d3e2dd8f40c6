/**
 * What led to what in a trace (L. Lamport's "happened before", CACM 21(7), 1978): a state change follows from the state of its node
 * before, and from the message that it names, hence from the state in which the sender sent it.
 */
import type { NodeIndex } from '../kernel/units.ts';
import { type MessageEvent, nodeName, type StateEvent } from './event-words.ts';
import type { Trace } from './trace.ts';

/** A state change with its place in the trace. */
export interface PlacedState {
  readonly event: StateEvent;
  readonly index: number;
}

/** A state change that led to another, in how many steps. */
export interface CausalState extends PlacedState {
  readonly depth: number;
  /** The message through which it led there; absent when that was a later state of its own node. */
  readonly through?: MessageEvent;
}

const VISITED_MAX = 3000;

export class Causes {
  private readonly trace: Trace;
  private readonly states: readonly PlacedState[][];
  /** Messages by what a state change says of them. */
  private readonly messages = new Map<string, { readonly event: MessageEvent; readonly index: number }[]>();

  constructor(trace: Trace) {
    this.trace = trace;
    const states: PlacedState[][] = trace.names.map(() => []);
    for (const [index, event] of trace.events.entries()) {
      if (event.kind === 'state') states[event.node]?.push({ event, index });
      if (event.kind !== 'message' || event.deliveredUs === undefined) continue;
      const key = `${event.to}/receives ${event.text} from ${nodeName(event.from, trace.names)}`;
      const known = this.messages.get(key);
      if (known === undefined) this.messages.set(key, [{ event, index }]);
      else known.push({ event, index });
    }
    this.states = states;
  }

  /** The last state change of a node before a place in the trace. */
  stateBefore(node: NodeIndex, index: number): PlacedState | undefined {
    const states = this.states[node] ?? [];
    let [low, high] = [0, states.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((states[middle]?.index ?? 0) < index) low = middle + 1;
      else high = middle;
    }
    return states[low - 1];
  }

  /** The message that the state change names, of several alike the one that arrived last. */
  messageOf({ event, index }: PlacedState): { readonly event: MessageEvent; readonly index: number } | undefined {
    const alike = this.messages.get(`${event.node}/${event.cause}`) ?? [];
    const arrived = alike.filter((each) => each.index < index && (each.event.deliveredUs ?? 0) <= event.atUs);
    return arrived.reduce<(typeof arrived)[number] | undefined>(
      (last, each) => ((last?.event.deliveredUs ?? -1) > (each.event.deliveredUs ?? 0) ? last : each),
      undefined,
    );
  }

  /** Everything that led to the given states, nearest first, each once. */
  cone(origins: readonly CausalState[]): CausalState[] {
    const visited = new Map<number, CausalState>();
    const queue = [...origins];
    for (let at = 0; at < queue.length && visited.size < VISITED_MAX; at++) {
      const state = queue[at];
      if (state === undefined || visited.has(state.index)) continue;
      visited.set(state.index, state);
      queue.push(...this.predecessors(state));
    }
    return [...visited.values()];
  }

  private predecessors(state: CausalState): CausalState[] {
    const depth = state.depth + 1;
    const message = this.messageOf(state);
    const sender = message === undefined ? undefined : this.stateBefore(message.event.from, message.index);
    const own = this.stateBefore(state.event.node, state.index);
    return [
      ...(message === undefined || sender === undefined ? [] : [{ ...sender, depth, through: message.event }]),
      ...(own === undefined ? [] : [{ ...own, depth }]),
    ];
  }

  get names(): readonly string[] {
    return this.trace.names;
  }
}
