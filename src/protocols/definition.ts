/**
 * How a protocol presents itself to those who run it: sizes, settings, known-bad variants, workload, closed forms.
 */
import type { Prng } from '../kernel/prng.ts';
import type { NodeIndex } from '../kernel/units.ts';
import type { Command, NodeState, Protocol } from './protocol.ts';
import type { Setting, SettingValues } from './settings.ts';

export interface ProtocolDefinition<Config, State extends NodeState<Config>, Message, Durable> {
  /** kebab-case: `raft`, `two-phase-commit`. */
  readonly name: string;
  readonly title: string;
  /** One sentence: what it is, and the paper. */
  readonly description: string;
  /** Id of its card in the knowledge base. */
  readonly card?: string;
  readonly nodes: { readonly min: number; readonly max: number; readonly standard: number };
  readonly settings: readonly Setting[];
  readonly variants: readonly Variant[];
  readonly protocol: Protocol<Config, State, Message, Durable>;
  /** Builds the config, or fails where `nodes` and the settings cannot go together. */
  configure(setup: Setup): Config;
  /** Names of all nodes, in order of their index; may be more than `setup.nodes` where there are coordinators or stores. */
  nodeNames(config: Config): readonly string[];
  /** Whom clients ask. */
  readonly clients: ClientRules<Config>;
  readonly workload: Workload<Config>;
  /** What the client history is held against under this config. */
  history(config: Config): HistoryPromise;
  /** Where all nodes are interchangeable under this config: which members of states, messages and durable states name nodes. */
  nodeMembers?(config: Config): NodeMembers | undefined;
  /** Messages per operation in the failure-free case, self-messages and requests not counted; with the formula in words. */
  messagesPerOperation?(config: Config): ClosedForm;
}

/** Members by what they hold, wherever they stand in a protocol's data. */
export interface NodeMembers {
  /** A node, or null. */
  readonly node: readonly string[];
  /** A set of nodes as a sorted list. */
  readonly nodes: readonly string[];
  /** A list with one item for each node. */
  readonly byNode: readonly string[];
}

export interface Setup {
  readonly nodes: number;
  readonly settings: SettingValues;
  /** Name of a known-bad variant; undefined for the correct protocol. */
  readonly variant?: string;
}

/** A known mistake as a switch: it proves that the checks find something. */
export interface Variant {
  /** kebab-case: `commits-entries-of-earlier-terms`. */
  readonly name: string;
  /** What it does wrong, in one sentence. */
  readonly statement: string;
  /** Name of the property that it breaks: one of the protocol's, `linearizability`, or `availability`. */
  readonly breaks: string;
  /** Where it is described. */
  readonly source: string;
}

export interface ClientRules<Config> {
  /** Nodes that take requests. */
  contacts(config: Config): readonly NodeIndex[];
  /** `leader`: stay with whoever answered, follow redirects. `any`: a contact drawn for each operation. `own`: client i asks contact i mod n. */
  readonly choice: 'leader' | 'any' | 'own';
  /** Equal answers from distinct nodes that the client waits for; 1 where absent. */
  answersNeeded?(config: Config): number;
  /** The client sends every request to all contacts (BFT-SMaRt). */
  readonly asksAll?: boolean;
  /** The client sends a repeated request to all contacts (PBFT). */
  readonly repeatsToAll?: boolean;
}

export interface WorkloadOptions {
  readonly keys: number;
  /** Part of the operations that read, in [0, 1]. */
  readonly readFraction: number;
  /** Zipf exponent of the keys; 0 is uniform. */
  readonly zipf: number;
}

export interface Workload<Config> {
  /** The command of operation `sequence` (from 1, unique in the run: values that equal it are unique). */
  command(draw: Draw, sequence: number, options: WorkloadOptions, config: Config): Command;
  /** Whether the command changes something: availability counts these. */
  isWrite(command: Command): boolean;
}

/** Random draws for a workload. `key` follows the key distribution. */
export interface Draw extends Pick<Prng, 'nextInt' | 'nextFloat'> {
  key(): number;
}

/** `linearizable`: reads and writes of each key as one register. `none`: the protocol's own properties say all. */
export type HistoryPromise = 'linearizable' | 'none';

export interface ClosedForm {
  readonly count: number;
  /** `2(n - 1)`. */
  readonly formula: string;
}

/** A definition whose types nobody needs to know. */
export type AnyDefinition = ProtocolDefinition<unknown, NodeState<unknown>, unknown, unknown>;

/** Reads and writes of keys with unique values: what every register-like store is asked. */
export const registerWorkload: Workload<unknown> = {
  command: (draw, sequence, { readFraction }) => {
    const isRead = draw.nextFloat() < readFraction;
    return isRead ? { kind: 'read', key: draw.key() } : { kind: 'write', key: draw.key(), value: sequence };
  },
  isWrite: ({ kind }) => kind !== 'read',
};
