/**
 * The contract of a protocol: a pure step function over plain data, driven by the simulator (one schedule, by seed and
 * virtual time) and by the model checker (every schedule within bounds). Neither knows what is inside a state.
 *
 * A protocol sees no clock, no randomness, no network and no disk. Time reaches it as timers that fire, and as the local
 * clock reading that comes with a request; randomness as a timer's range, or as the answer to a `choose`.
 *
 * What a driver promises, in the order of a step's outputs:
 * - A node's outputs leave in order. What stands behind a `persist` leaves when that write has reached the disk, so a
 *   reply placed behind it is never seen before what it rests on is durable. What stands before it leaves at once.
 * - A message to the node itself never touches the network: it is handed over as the next input once it may leave. That is how
 *   a node waits for its own disk: it sends to all others, persists, then sends to itself.
 * - Setting a timer that is armed arms it anew. A crash forgets the state, the timers and the outputs that have not left.
 * - Requests reach a node at least once; a client repeats a request under the same number.
 */
import type { Milliseconds, NodeIndex } from '../kernel/units.ts';
import type { Property } from './property.ts';

/** What a client asks. A protocol names its own kinds; `read` and `write` of a key mean the same everywhere. */
export interface Command {
  readonly kind: string;
  readonly key?: number;
  readonly value?: number;
  /** For compare-and-set: the value that must be there. */
  readonly expected?: number | null;
  /** Members, targets and other node lists of administrative commands. */
  readonly nodes?: readonly NodeIndex[];
}

/** What a client is told. `failed` means that the command certainly has no effect; no answer at all leaves it open. */
export type Response =
  | { readonly status: 'ok'; readonly value?: ResponseValue }
  | { readonly status: 'failed'; readonly reason: string }
  /** Not here; `to` where the node knows better. The client may ask again elsewhere. */
  | { readonly status: 'redirect'; readonly to?: NodeIndex };

export type ResponseValue = number | null | readonly number[];

/** A client's request. `client` and `number` identify it; a client has one request open at a time and numbers them from 1. */
export interface Request {
  readonly client: number;
  readonly number: number;
  readonly command: Command;
}

export type Input<Message> =
  | { readonly kind: 'message'; readonly from: NodeIndex; readonly message: Message }
  | { readonly kind: 'timer'; readonly timer: string }
  /** `clockMs` is the node's own clock on arrival: what stamps last-writer-wins values and lease grants. */
  | { readonly kind: 'request'; readonly request: Request; readonly clockMs: Milliseconds }
  /** The answer to an output `choose` of the same name: 0 to options - 1. */
  | { readonly kind: 'choice'; readonly name: string; readonly chosen: number };

export type Output<Message, Durable> =
  | { readonly kind: 'send'; readonly to: NodeIndex; readonly message: Message }
  /** The driver draws the duration from the range, by the node's own clock rate. A `wall` timer also feels clock jumps. */
  | {
      readonly kind: 'set_timer';
      readonly timer: string;
      readonly minMs: Milliseconds;
      readonly maxMs: Milliseconds;
      readonly wall?: boolean;
    }
  | { readonly kind: 'cancel_timer'; readonly timer: string }
  /** The whole durable state; it replaces the one before. */
  | { readonly kind: 'persist'; readonly durable: Durable }
  | { readonly kind: 'respond'; readonly client: number; readonly number: number; readonly response: Response }
  | { readonly kind: 'choose'; readonly name: string; readonly options: number };

export interface Step<State, Message, Durable> {
  readonly state: State;
  readonly outputs: readonly Output<Message, Durable>[];
}

/** For steps without outputs, so that none allocates its own. */
export const NO_OUTPUTS: readonly never[] = [];

/**
 * A protocol. States, messages and durable states are plain readonly JSON data: no Map, Set, Date or function, members
 * always written in the same order, absent members left out, or null where they come and go. A state holds its `config` by reference; no
 * other part of it repeats what the config says.
 */
export interface Protocol<Config, State extends NodeState<Config>, Message, Durable> {
  /** Names of all timers that a node may arm. */
  readonly timers: readonly string[];
  /**
   * A node starts or restarts. `durable` is what its disk holds: undefined at the first start, and after the disk was lost.
   * `incarnation` counts the starts of this node from 0.
   */
  initial(
    config: Config,
    self: NodeIndex,
    durable: Durable | undefined,
    incarnation: number,
  ): Step<State, Message, Durable>;
  /** One input, to the end. The same state object without outputs means that nothing happened. */
  step(state: State, input: Input<Message>): Step<State, Message, Durable>;
  /**
   * What the disk holds when a crash tears the write of `after` over `before`; `kept` in [0, 1) is the part that arrived.
   * Without it a torn write is as if not begun.
   */
  tear?(before: Durable | undefined, after: Durable, kept: number): Durable | undefined;
  /** The properties that the protocol claims under this config. */
  properties(config: Config): readonly Property<State>[];
  readonly describe: Descriptions<State, Message>;
}

/** What every state holds. */
export interface NodeState<Config> {
  readonly config: Config;
  readonly self: NodeIndex;
}

/** How people see states and messages; never used to decide anything inside the protocol. */
export interface Descriptions<State, Message> {
  /** One word: `leader`, `follower`, `primary`, `prepared`. Lanes in diagrams are coloured by it. */
  role(state: State): string;
  /** Term, view, ballot or epoch, where there is one. */
  term?(state: State): number;
  /** What bounds on terms count, where terms themselves do not count from 1: the round of a ballot. */
  round?(state: State): number;
  /** Whether this node takes writes now, in protocols that have such a node: failover and leaderless time rest on it. */
  leads?(state: State): boolean;
  /** One line: `term 3, voted for n1, log 1:1 2:3, committed 1`. */
  state(state: State): string;
  /** A few words: `RequestVote term 3`. */
  message(message: Message): string;
  /** Size on the wire in bytes, with a payload of `payloadBytes` for each client command inside. */
  messageBytes?(message: Message, payloadBytes: number): number;
}

/** A protocol whose types nobody needs to know: what drivers and catalogues hold. */
export type AnyProtocol = Protocol<unknown, NodeState<unknown>, unknown, unknown>;
