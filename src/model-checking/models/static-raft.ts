/**
 * Raft in large steps, without reconfiguration, as W. Schultz, S. Zhou, I. Dardik and S. Tripakis specify it for MongoDB ("Design and
 * Analysis of a Logless Dynamic Reconfiguration Protocol", OPODIS 2021; MongoStaticRaft of will62794/logless-reconfig). An election with
 * all its votes is one step, logs are pulled an entry at a time, and no message is ever on its way. What can go wrong between messages is not
 * seen here; what is wrong in the rules of voting and committing shows in few steps.
 *
 * The configuration is any set of servers, the same for all and for ever; those outside only copy. The specification counts an election
 * by each quorum as a step of its own, and so a commit by each quorum, though the quorums of one commit lead to the same state.
 */
import { choiceOf, numberOf, type Setting, type SettingValues } from '../../protocols/settings.ts';
import type { Successors } from '../successors.ts';
import type { ActionDescription, TransitionSystem } from '../transition-system.ts';
import type { ModelDefinition } from './model-definition.ts';
import { has, majoritiesOf, namesOf } from './server-sets.ts';
import { staticRaftProperties } from './static-raft-properties.ts';
import {
  asSecondary,
  committedIn,
  describeStaticRaft,
  entryAt,
  hasRestarted,
  isPrefix,
  isPrimary,
  lastTermOf,
  lengthOf,
  MEMBER,
  noteRestart,
  PRIMARY,
  type StaticRaftConfig,
  serverName,
  sortServers,
  termOf,
  upTo,
  withCommitted,
  withEntry,
} from './static-raft-state.ts';

const SYMMETRIES = ['none', 'orbits'] as const;
const MISTAKES = [
  'none',
  'commit_earlier_terms',
  'vote_without_log_check',
  'copy_without_log_check',
  'vote_not_durable',
  'log_not_durable',
] as const;
type Mistake = (typeof MISTAKES)[number];

const SETTINGS: readonly Setting[] = [
  { name: 'servers', kind: 'integer', standard: 3, min: 1, max: 5, description: 'is the number of servers' },
  {
    name: 'max_term',
    kind: 'integer',
    standard: 4,
    min: 1,
    max: 7,
    description: 'is the highest term that is explored',
  },
  { name: 'max_log', kind: 'integer', standard: 2, min: 1, max: 5, description: 'is the longest log that is explored' },
  {
    name: 'symmetry',
    kind: 'choice',
    standard: 'orbits',
    options: SYMMETRIES,
    description: 'with orbits, explores one of all states that differ only in the order of the servers',
  },
  {
    name: 'mistake',
    kind: 'choice',
    standard: 'none',
    options: MISTAKES,
    description:
      'breaks a rule: entries of earlier terms are committed by counting (Figure 8 of the Raft paper), votes or copies are given without a look at the log, or one restart loses the term and vote, or the log',
  },
];

export const staticRaftModel: ModelDefinition = {
  name: 'static_raft',
  title: 'Raft in large steps',
  description:
    'Raft with atomic elections and pulled logs, no reconfiguration (Schultz and others 2021; MongoStaticRaft.tla).',
  settings: SETTINGS,
  build,
};

const CLIENT_REQUEST = 0;
const GET_ENTRIES = 1;
const ROLLBACK_ENTRIES = 2;
const BECOME_LEADER = 3;
const COMMIT_ENTRY = 4;
const UPDATE_TERMS = 5;
const RESTART = 6;

/** The code of an action: its kind, the server that acts, and the other server or the quorum as a set of bits. */
const KIND_SHIFT = 12;
const SERVER_SHIFT = 8;
const OTHER_MASK = 0xff;

interface Model extends StaticRaftConfig {
  readonly mistake: Mistake;
  /** By configuration as a set of bits: its majorities. */
  readonly quorums: readonly (readonly number[])[];
}

function build(settings: SettingValues): TransitionSystem {
  const servers = numberOf(settings, 'servers');
  const maxTerm = numberOf(settings, 'max_term');
  const maxLog = numberOf(settings, 'max_log');
  const mistake = choiceOf(settings, 'mistake', MISTAKES);
  const quorums = Array.from({ length: 1 << servers }, (_, members) => majoritiesOf(members));
  const mayRestart = mistake === 'vote_not_durable' || mistake === 'log_not_durable';
  const model: Model = { servers, maxTerm, maxLog, mayRestart, mistake, quorums };
  const system: TransitionSystem = {
    width: servers + maxLog,
    initial: (into) => initial(model, into),
    expand: (words, at, into) => expand(model, words, at, into),
    properties: staticRaftProperties(model),
    isWithinBoundary: (words, at) => isWithinBoundary(model, words, at),
    describeState: (words, at) => describeStaticRaft(model, words, at),
    describeAction: (words, at, action) => describeAction(model, words, at, action),
  };
  if (choiceOf(settings, 'symmetry', SYMMETRIES) === 'none') return system;
  return { ...system, canonicalise: (words, at) => sortServers(model, words, at) };
}

/** One for each set of servers that may be the configuration. */
function initial({ servers, maxLog }: Model, into: Successors): void {
  const empty = new Int32Array(servers + maxLog);
  for (let members = 1; members < 1 << servers; members++) {
    const next = into.copy(empty, 0);
    for (let server = 0; server < servers; server++)
      if ((members & (1 << server)) !== 0) into.words[next + server] = MEMBER;
    into.keep(members - 1);
  }
}

function isWithinBoundary({ servers, maxTerm, maxLog }: Model, words: Int32Array, at: number): boolean {
  for (let index = at; index < at + servers; index++) {
    const server = words[index] as number;
    if (termOf(server) > maxTerm || lengthOf(server) > maxLog) return false;
  }
  return true;
}

function expand(model: Model, words: Int32Array, at: number, into: Successors): void {
  const quorums = model.quorums[membersOf(model, words, at)] as readonly number[];
  for (let i = 0; i < model.servers; i++) {
    const server = words[at + i] as number;
    if (isPrimary(server)) {
      keep(words, at, into, i, withEntry(server, termOf(server)), codeOf(CLIENT_REQUEST, i, 0));
      commitEntry(model, quorums, words, at, into, i);
    } else copyEntries(model, words, at, into, i);
    becomeLeader(model, quorums, words, at, into, i);
    updateTerms(model, words, at, into, i);
    if (model.mayRestart) restart(model, words, at, into, i);
  }
}

/** A server forgets what it should have kept on disk: its term, and with it that it voted, or its log. */
function restart(model: Model, words: Int32Array, at: number, into: Successors, i: number): void {
  if (hasRestarted(model, words, at)) return;
  const server = words[at + i] as number;
  const next = into.copy(words, at);
  into.words[next + i] =
    model.mistake === 'log_not_durable' ? asSecondary(upTo(server, 0), termOf(server)) : asSecondary(server, 0);
  noteRestart(model, into.words, next);
  into.keep(codeOf(RESTART, i, 0));
}

/** Keeps the successor in which one server has changed. */
function keep(words: Int32Array, at: number, into: Successors, i: number, server: number, code: number): void {
  const next = into.copy(words, at);
  into.words[next + i] = server;
  into.keep(code);
}

/** GetEntries and RollbackEntries: a secondary takes the next entry of another, or removes one that the other cannot have. */
function copyEntries({ servers, mistake }: Model, words: Int32Array, at: number, into: Successors, i: number): void {
  const server = words[at + i] as number;
  const length = lengthOf(server);
  for (let j = 0; j < servers; j++) {
    const other = words[at + j] as number;
    const agrees = mistake === 'copy_without_log_check' || entryAt(other, length) === entryAt(server, length);
    if (lengthOf(other) > length && agrees)
      keep(words, at, into, i, withEntry(server, entryAt(other, length + 1)), codeOf(GET_ENTRIES, i, j));
    if (lastTermOf(server) < lastTermOf(other) && !isPrefix(server, other))
      keep(words, at, into, i, upTo(server, length - 1), codeOf(ROLLBACK_ENTRIES, i, j));
  }
}

function becomeLeader(
  { servers, mistake }: Model,
  quorums: readonly number[],
  words: Int32Array,
  at: number,
  into: Successors,
  i: number,
): void {
  const server = words[at + i] as number;
  const newTerm = termOf(server) + 1;
  let voters = 0;
  for (let j = 0; j < servers; j++) {
    const voter = words[at + j] as number;
    const isLogOk = mistake === 'vote_without_log_check' || isUpToDate(server, voter);
    if (termOf(voter) < newTerm && isLogOk) voters |= 1 << j;
  }
  for (const quorum of quorums) {
    if (!has(quorum, i) || (quorum & ~voters) !== 0) continue;
    const next = into.copy(words, at);
    for (let j = 0; j < servers; j++)
      if (has(quorum, j)) into.words[next + j] = asSecondary(words[at + j] as number, newTerm);
    into.words[next + i] = (into.words[next + i] as number) | PRIMARY;
    into.keep(codeOf(BECOME_LEADER, i, quorum));
  }
}

/** Section 5.4.1 of the Raft paper: a later last term, or the same and at least as many entries. */
function isUpToDate(candidate: number, voter: number): boolean {
  const difference = lastTermOf(candidate) - lastTermOf(voter);
  return difference > 0 || (difference === 0 && lengthOf(candidate) >= lengthOf(voter));
}

/** A primary commits its last entry, which it has written itself, when a quorum has it and is in the primary's term. */
function commitEntry(
  { servers, mistake }: Model,
  quorums: readonly number[],
  words: Int32Array,
  at: number,
  into: Successors,
  i: number,
): void {
  const server = words[at + i] as number;
  const index = lengthOf(server);
  const term = lastTermOf(server);
  const inTerm = termOf(server);
  if (index === 0 || (term !== inTerm && mistake !== 'commit_earlier_terms')) return;
  const own = servers + index - 1;
  if (committedIn(words[at + own] as number, term) !== 0) return;
  let holders = 0;
  for (let j = 0; j < servers; j++) {
    const other = words[at + j] as number;
    if (entryAt(other, index) === term && termOf(other) === inTerm) holders |= 1 << j;
  }
  for (const quorum of quorums) {
    if ((quorum & ~holders) !== 0) continue;
    const committed = withCommitted(words[at + own] as number, term, inTerm);
    keep(words, at, into, own, committed, codeOf(COMMIT_ENTRY, i, quorum));
  }
}

function updateTerms({ servers }: Model, words: Int32Array, at: number, into: Successors, i: number): void {
  const term = termOf(words[at + i] as number);
  for (let j = 0; j < servers; j++) {
    const other = words[at + j] as number;
    if (term > termOf(other)) keep(words, at, into, j, asSecondary(other, term), codeOf(UPDATE_TERMS, i, j));
  }
}

function membersOf({ servers }: Model, words: Int32Array, at: number): number {
  let members = 0;
  for (let i = 0; i < servers; i++) if (((words[at + i] as number) & MEMBER) !== 0) members |= 1 << i;
  return members;
}

function codeOf(kind: number, server: number, other: number): number {
  return (kind << KIND_SHIFT) | (server << SERVER_SHIFT) | other;
}

function describeAction(model: Model, words: Int32Array, at: number, action: number): ActionDescription {
  const i = (action >>> SERVER_SHIFT) & ((1 << (KIND_SHIFT - SERVER_SHIFT)) - 1);
  const server = words[at + i] as number;
  const process = serverName(i);
  const other = action & OTHER_MASK;
  switch (action >>> KIND_SHIFT) {
    case CLIENT_REQUEST:
      return { text: `${process} writes a request of term ${termOf(server)} to its log`, process };
    case GET_ENTRIES:
      return { text: `${process} copies entry ${lengthOf(server) + 1} of ${serverName(other)}`, process };
    case ROLLBACK_ENTRIES:
      return { text: `${process} rolls back its entry ${lengthOf(server)}, which ${serverName(other)} lacks`, process };
    case BECOME_LEADER:
      return {
        text: `${process} becomes primary of term ${termOf(server) + 1} with the votes of ${namesOf(other, serverName).join(', ')}`,
        process,
      };
    case COMMIT_ENTRY:
      return {
        text: `${process} commits entry ${lengthOf(server)} of term ${lastTermOf(server)}, which ${namesOf(other, serverName).join(', ')} have`,
        process,
      };
    case UPDATE_TERMS:
      return {
        text: `${serverName(other)} learns of term ${termOf(server)} from ${process}`,
        process: serverName(other),
      };
    default:
      return {
        text: `${process} restarts and has forgotten ${model.mistake === 'log_not_durable' ? 'its log' : 'its term and vote'}`,
        process,
        isFault: true,
      };
  }
}
