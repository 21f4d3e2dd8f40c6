/**
 * What Raft promises, with the names of the specification, which are those of Figure 3 of the Raft paper but for the first.
 */
import type { SystemProperty } from '../transition-system.ts';
import {
  committedEntries,
  committedIn,
  entryAt,
  isPrefix,
  isPrimary,
  lengthOf,
  type StaticRaftConfig,
  serverName,
  termOf,
  upTo,
} from './static-raft-state.ts';

const SOURCE = 'MongoStaticRaft.tla';

export function staticRaftProperties(config: StaticRaftConfig): readonly SystemProperty[] {
  return [
    {
      name: 'OnePrimaryPerTerm',
      statement: 'No two primaries are in the same term.',
      source: SOURCE,
      ...alwaysFree((words, at) => twoPrimaries(config, words, at)),
    },
    {
      name: 'LogMatching',
      statement: 'Logs that have an entry of the same index and term are the same up to it.',
      source: SOURCE,
      ...alwaysFree((words, at) => mismatch(config, words, at)),
    },
    {
      name: 'LeaderCompleteness',
      statement: 'A primary has every entry that was committed in an earlier term than its own.',
      source: SOURCE,
      ...alwaysFree((words, at) => missingEntry(config, words, at)),
    },
    {
      name: 'StateMachineSafety',
      statement: 'No two entries are committed at the same index.',
      source: SOURCE,
      ...alwaysFree((words, at) => conflict(config, words, at)),
    },
    {
      kind: 'always_step',
      name: 'LeaderAppendOnly',
      statement: 'The log of a server never becomes shorter while it is primary.',
      source: SOURCE,
      holds: (words, at, _action, next, nextAt) => !hasShortened(config, words, at, next, nextAt),
    },
    {
      kind: 'sometimes',
      name: 'an entry is committed',
      statement: 'Some entry is committed.',
      reached: (words, at) => committedEntries(config, words, at).length > 0,
    },
  ];
}

/** From a function that tells what is wrong, if anything is. */
function alwaysFree(breachOf: (words: Int32Array, at: number) => string | undefined) {
  return {
    kind: 'always',
    holds: (words: Int32Array, at: number) => breachOf(words, at) === undefined,
    complaint: (words: Int32Array, at: number) => breachOf(words, at) ?? '',
  } as const;
}

function twoPrimaries({ servers }: StaticRaftConfig, words: Int32Array, at: number): string | undefined {
  for (let i = 0; i < servers; i++) {
    const one = words[at + i] as number;
    for (let j = i + 1; isPrimary(one) && j < servers; j++) {
      const other = words[at + j] as number;
      if (isPrimary(other) && termOf(one) === termOf(other))
        return `${serverName(i)} and ${serverName(j)} are both primary in term ${termOf(one)}`;
    }
  }
  return undefined;
}

function mismatch({ servers }: StaticRaftConfig, words: Int32Array, at: number): string | undefined {
  for (let i = 0; i < servers; i++) {
    const one = words[at + i] as number;
    for (let j = i + 1; j < servers; j++) {
      const other = words[at + j] as number;
      for (let index = Math.min(lengthOf(one), lengthOf(other)); index > 0; index--)
        if (entryAt(one, index) === entryAt(other, index) && !isPrefix(upTo(one, index), other))
          return `${serverName(i)} and ${serverName(j)} have the same entry ${index} but not the same entries before it`;
    }
  }
  return undefined;
}

function missingEntry(config: StaticRaftConfig, words: Int32Array, at: number): string | undefined {
  for (let i = 0; i < config.servers; i++) {
    const server = words[at + i] as number;
    if (!isPrimary(server)) continue;
    for (const { index, term, committedIn: inTerm } of committedEntries(config, words, at))
      if (inTerm < termOf(server) && entryAt(server, index) !== term)
        return `${serverName(i)} is primary of term ${termOf(server)} without entry ${index} of term ${term}, committed in term ${inTerm}`;
  }
  return undefined;
}

function conflict({ servers, maxTerm, maxLog }: StaticRaftConfig, words: Int32Array, at: number): string | undefined {
  for (let index = 1; index <= maxLog; index++) {
    const word = words[at + servers + index - 1] as number;
    const terms: number[] = [];
    for (let term = 1; term <= maxTerm && word !== 0; term++) if (committedIn(word, term) !== 0) terms.push(term);
    if (terms.length > 1) return `entries of terms ${terms.join(' and ')} are committed at index ${index}`;
  }
  return undefined;
}

function hasShortened(
  { servers }: StaticRaftConfig,
  words: Int32Array,
  at: number,
  next: Int32Array,
  nextAt: number,
): boolean {
  for (let i = 0; i < servers; i++) {
    const server = words[at + i] as number;
    const after = next[nextAt + i] as number;
    if (isPrimary(server) && isPrimary(after) && lengthOf(after) < lengthOf(server)) return true;
  }
  return false;
}
