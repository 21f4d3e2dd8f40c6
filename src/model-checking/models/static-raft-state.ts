/**
 * How a state of Raft in large steps stands in words: one a server, then one an index of the log.
 *
 * The word of a server, from its lowest bit: 4 bits of term, whether it is primary, whether it is in the configuration, 3 bits of log length, and
 * 3 bits an entry, its term. So an explored state may have terms up to 7 and logs up to 5, and a successor outside the bounds still fits. The word
 * of an index has 3 bits a term: in which term the entry with this index and term was committed, or 0; the first of them has a bit more, for
 * whether the one server that may restart did.
 *
 * No server's word names another server, so sorting these words makes one representative of each orbit.
 */
import type { StateDescription } from '../transition-system.ts';

export interface StaticRaftConfig {
  readonly servers: number;
  readonly maxTerm: number;
  readonly maxLog: number;
  /** One server may restart, once. */
  readonly mayRestart: boolean;
}

export interface Committed {
  readonly index: number;
  readonly term: number;
  /** The term of the leader that committed it. */
  readonly committedIn: number;
}

const TERM_MASK = 0b1111;
export const PRIMARY = 1 << 4;
export const MEMBER = 1 << 5;
const LENGTH_SHIFT = 6;
const LENGTH_MASK = 0b111;
const ENTRIES_SHIFT = 9;
const ENTRY_BITS = 3;
const ENTRY_MASK = 0b111;

const RESTARTED = 1 << 30;

export function termOf(server: number): number {
  return server & TERM_MASK;
}

export function isPrimary(server: number): boolean {
  return (server & PRIMARY) !== 0;
}

export function lengthOf(server: number): number {
  return (server >>> LENGTH_SHIFT) & LENGTH_MASK;
}

/** The term of the entry at an index from 1 on; 0 where there is none. */
export function entryAt(server: number, index: number): number {
  return index === 0 ? 0 : (server >>> (ENTRIES_SHIFT + (index - 1) * ENTRY_BITS)) & ENTRY_MASK;
}

export function lastTermOf(server: number): number {
  return entryAt(server, lengthOf(server));
}

export function withEntry(server: number, term: number): number {
  return (server + (1 << LENGTH_SHIFT)) | (term << (ENTRIES_SHIFT + lengthOf(server) * ENTRY_BITS));
}

/** The server with only the first entries of its log. */
export function upTo(server: number, length: number): number {
  const kept = (1 << (ENTRIES_SHIFT + length * ENTRY_BITS)) - 1;
  return (server & kept & ~(LENGTH_MASK << LENGTH_SHIFT)) | (length << LENGTH_SHIFT);
}

/** As after it learnt of a higher term, or voted. */
export function asSecondary(server: number, term: number): number {
  return (server & ~(TERM_MASK | PRIMARY)) | term;
}

/** Whether the log of `server` is a prefix of the other's. */
export function isPrefix(server: number, other: number): boolean {
  const length = lengthOf(server);
  if (length > lengthOf(other)) return false;
  const entries = (1 << (length * ENTRY_BITS)) - 1;
  return (((server ^ other) >>> ENTRIES_SHIFT) & entries) === 0;
}

/** The term in which the entry of this index and term was committed; 0 where it was not. */
export function committedIn(word: number, term: number): number {
  return (word >>> ((term - 1) * ENTRY_BITS)) & ENTRY_MASK;
}

export function withCommitted(word: number, term: number, inTerm: number): number {
  return word | (inTerm << ((term - 1) * ENTRY_BITS));
}

export function hasRestarted({ servers }: StaticRaftConfig, words: Int32Array, at: number): boolean {
  return ((words[at + servers] as number) & RESTARTED) !== 0;
}

export function noteRestart({ servers }: StaticRaftConfig, words: Int32Array, at: number): void {
  words[at + servers] = (words[at + servers] as number) | RESTARTED;
}

export function committedEntries(config: StaticRaftConfig, words: Int32Array, at: number): readonly Committed[] {
  const { servers, maxTerm, maxLog } = config;
  const entries: Committed[] = [];
  for (let index = 1; index <= maxLog; index++) {
    const word = words[at + servers + index - 1] as number;
    for (let term = 1; term <= maxTerm && word !== 0; term++) {
      const inTerm = committedIn(word, term);
      if (inTerm !== 0) entries.push({ index, term, committedIn: inTerm });
    }
  }
  return entries;
}

/** Sorts the words of the servers, few and nearly in order, where they stand. */
export function sortServers({ servers }: StaticRaftConfig, words: Int32Array, at: number): void {
  for (let from = at + 1; from < at + servers; from++) {
    const word = words[from] as number;
    let to = from;
    for (; to > at && (words[to - 1] as number) > word; to--) words[to] = words[to - 1] as number;
    words[to] = word;
  }
}

export function describeStaticRaft(config: StaticRaftConfig, words: Int32Array, at: number): StateDescription {
  const servers = [...words.subarray(at, at + config.servers)];
  return {
    servers: servers.map((server, index) => ({
      name: serverName(index),
      currentTerm: termOf(server),
      state: isPrimary(server) ? 'Primary' : 'Secondary',
      log: Array.from({ length: lengthOf(server) }, (_, entry) => entryAt(server, entry + 1)),
    })),
    config: servers.flatMap((server, index) => ((server & MEMBER) === 0 ? [] : [serverName(index)])),
    committed: committedEntries(config, words, at),
    ...(config.mayRestart ? { restarted: hasRestarted(config, words, at) } : {}),
  };
}

export function serverName(server: number): string {
  return `n${server + 1}`;
}
