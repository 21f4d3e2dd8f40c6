/**
 * MongoDB's logless reconfiguration of Raft (W. Schultz, S. Zhou, I. Dardik, S. Tripakis: "Design and Analysis of a Logless Dynamic Reconfiguration
 * Protocol", OPODIS 2021; MongoLoglessDynamicRaft of will62794/logless-reconfig). There are no logs: a configuration is a set of servers with a version and
 * the term of the primary that made it, newer ones replace older ones, and a primary may make a new one only when a quorum of the present
 * one has that very configuration, a quorum is in the primary's term, and all quorums of old and new overlap. Each of the three
 * conditions can be dropped, which gives two primaries in one term.
 *
 * A state has one word a server, from its lowest bit: the servers of its configuration, 4 bits of configuration version, 4 of configuration
 * term, whether it is primary, 4 of term. Configurations name servers, so sorting is not enough for symmetry: of all orders of servers that sort what
 * does not depend on names, the one with the least words represents the orbit.
 */
import { choiceOf, numberOf, type Setting, type SettingValues } from '../../protocols/settings.ts';
import type { Successors } from '../successors.ts';
import type { ActionDescription, SystemProperty, TransitionSystem } from '../transition-system.ts';
import type { ModelDefinition } from './model-definition.ts';
import { canonicaliserOf } from './server-orders.ts';
import { has, majoritiesOf, namesOf } from './server-sets.ts';

const SYMMETRIES = ['none', 'orbits'] as const;
const QUORUM_CHECKS = ['separate', 'joint'] as const;
const MISTAKES = ['none', 'no_config_quorum_check', 'no_term_quorum_check', 'no_quorum_overlap'] as const;
type Mistake = (typeof MISTAKES)[number];

const SETTINGS: readonly Setting[] = [
  { name: 'servers', kind: 'integer', standard: 3, min: 1, max: 5, description: 'is the number of servers' },
  { name: 'max_term', kind: 'integer', standard: 3, min: 1, max: 14, description: 'is the highest term explored' },
  {
    name: 'max_config_version',
    kind: 'integer',
    standard: 3,
    min: 1,
    max: 14,
    description: 'is the highest version of a configuration that is explored; the first is 1',
  },
  {
    name: 'quorum_checks',
    kind: 'choice',
    standard: 'separate',
    options: QUORUM_CHECKS,
    description:
      'lets the quorum that has the configuration and the one that is in the term differ, as the specification does now, or be one, as it did in 2021',
  },
  {
    name: 'symmetry',
    kind: 'choice',
    standard: 'orbits',
    options: SYMMETRIES,
    description: 'with orbits, explores one of all states that differ only in the names of the servers',
  },
  {
    name: 'mistake',
    kind: 'choice',
    standard: 'none',
    options: MISTAKES,
    description:
      'drops one of the conditions of a reconfiguration: that a quorum has the configuration, that a quorum is in the term, that old and new quorums overlap',
  },
];

export const loglessReconfigModel: ModelDefinition = {
  name: 'logless_reconfig',
  title: 'Logless reconfiguration of Raft',
  description: 'Reconfiguration without a log, as in MongoDB (Schultz and others 2021; MongoLoglessDynamicRaft.tla).',
  settings: SETTINGS,
  build,
};

const CONFIG_MASK = 0b11111;
const VERSION_SHIFT = 5;
const CONFIG_TERM_SHIFT = 9;
const NUMBER_MASK = 0b1111;
/** Term and version of a configuration, which compare as one number: the term first. */
const CONFIG_AGE_MASK = 0b11111111;
const PRIMARY = 1 << 13;
const TERM_SHIFT = 14;

function configOf(server: number): number {
  return server & CONFIG_MASK;
}

function configAgeOf(server: number): number {
  return (server >>> VERSION_SHIFT) & CONFIG_AGE_MASK;
}

function versionOf(server: number): number {
  return (server >>> VERSION_SHIFT) & NUMBER_MASK;
}

function configTermOf(server: number): number {
  return (server >>> CONFIG_TERM_SHIFT) & NUMBER_MASK;
}

function isPrimary(server: number): boolean {
  return (server & PRIMARY) !== 0;
}

function termOf(server: number): number {
  return server >>> TERM_SHIFT;
}

function serverOf(term: number, role: number, configTerm: number, version: number, config: number): number {
  return (term << TERM_SHIFT) | role | (configTerm << CONFIG_TERM_SHIFT) | (version << VERSION_SHIFT) | config;
}

/** As a secondary of this term, with the configuration it has. */
function asSecondary(server: number, term: number): number {
  return (term << TERM_SHIFT) | (server & (PRIMARY - 1));
}

const RECONFIG = 0;
const SEND_CONFIG = 1;
const BECOME_LEADER = 2;
const UPDATE_TERMS = 3;

/** The code of an action: in which of several ways, its kind, the server that acts, and another server or a set. */
const WAY_SHIFT = 16;
const KIND_SHIFT = 12;
const SERVER_SHIFT = 8;
const OTHER_MASK = 0xff;

interface Model {
  readonly servers: number;
  readonly maxTerm: number;
  readonly maxVersion: number;
  readonly areChecksJoint: boolean;
  readonly mistake: Mistake;
  /** By set of servers: its majorities. */
  readonly quorums: readonly (readonly number[])[];
}

function build(settings: SettingValues): TransitionSystem {
  const servers = numberOf(settings, 'servers');
  const model: Model = {
    servers,
    maxTerm: numberOf(settings, 'max_term'),
    maxVersion: numberOf(settings, 'max_config_version'),
    areChecksJoint: choiceOf(settings, 'quorum_checks', QUORUM_CHECKS) === 'joint',
    mistake: choiceOf(settings, 'mistake', MISTAKES),
    quorums: Array.from({ length: 1 << servers }, (_, members) => majoritiesOf(members)),
  };
  const system: TransitionSystem = {
    width: servers,
    initial: (into) => initial(model, into),
    expand: (words, at, into) => expand(model, words, at, into),
    properties: propertiesOf(model),
    isWithinBoundary: (words, at) => isWithinBoundary(model, words, at),
    describeState: (words, at) => ({
      servers: Array.from(words.subarray(at, at + servers), (server, index) => ({
        name: serverName(index),
        currentTerm: termOf(server),
        state: isPrimary(server) ? 'Primary' : 'Secondary',
        config: namesOf(configOf(server), serverName),
        configTerm: configTermOf(server),
        configVersion: versionOf(server),
      })),
    }),
    describeAction: (words, at, action) => describeAction(words, at, action),
  };
  if (choiceOf(settings, 'symmetry', SYMMETRIES) === 'none') return system;
  return { ...system, canonicalise: canonicaliserOf(servers, CONFIG_MASK) };
}

/** All servers begin with the same configuration, which may be any. */
function initial({ servers }: Model, into: Successors): void {
  for (let config = 1; config < 1 << servers; config++) {
    into.copy(new Int32Array(servers).fill(serverOf(0, 0, 0, 1, config)), 0);
    into.keep(config - 1);
  }
}

function isWithinBoundary({ servers, maxTerm, maxVersion }: Model, words: Int32Array, at: number): boolean {
  for (let index = at; index < at + servers; index++) {
    const server = words[index] as number;
    if (termOf(server) > maxTerm || versionOf(server) > maxVersion) return false;
  }
  return true;
}

function expand(model: Model, words: Int32Array, at: number, into: Successors): void {
  for (let i = 0; i < model.servers; i++) {
    reconfigure(model, words, at, into, i);
    becomeLeader(model, words, at, into, i);
    for (let j = 0; j < model.servers; j++) inform(words, at, into, i, j);
  }
}

function reconfigure(model: Model, words: Int32Array, at: number, into: Successors, i: number): void {
  const server = words[at + i] as number;
  if (!isPrimary(server)) return;
  const ways = waysToBeAllowed(model, words, at, i);
  for (let config = 1; config < 1 << model.servers; config++) {
    if (!has(config, i) || !mayFollow(model, configOf(server), config)) continue;
    for (let way = 0; way < ways; way++) {
      const term = termOf(server);
      const next = into.copy(words, at);
      into.words[next + i] = serverOf(term, PRIMARY, term, versionOf(server) + 1, config);
      into.keep((way << WAY_SHIFT) | codeOf(RECONFIG, i, config));
    }
  }
}

/**
 * In how many ways a reconfiguration is allowed. With separate checks each pair of a quorum that has the configuration and a quorum that is
 * in the term is a step of its own in the specification, with joint ones each quorum that is both.
 */
function waysToBeAllowed(model: Model, words: Int32Array, at: number, i: number): number {
  const { servers, mistake, areChecksJoint } = model;
  const server = words[at + i] as number;
  const all = (1 << servers) - 1;
  let withConfig = 0;
  let inTerm = 0;
  for (let j = 0; j < servers; j++) {
    const other = words[at + j] as number;
    if (configAgeOf(other) === configAgeOf(server)) withConfig |= 1 << j;
    if (termOf(other) === termOf(server)) inTerm |= 1 << j;
  }
  if (mistake === 'no_config_quorum_check') withConfig = all;
  if (mistake === 'no_term_quorum_check') inTerm = all;
  if (areChecksJoint) {
    const isOfTerm = configTermOf(server) === termOf(server);
    return isOfTerm ? quorumsWithin(model, server, withConfig & inTerm) : 0;
  }
  const ofConfig = mistake === 'no_config_quorum_check' ? 1 : quorumsWithin(model, server, withConfig);
  const ofTerm = mistake === 'no_term_quorum_check' ? 1 : quorumsWithin(model, server, inTerm);
  return ofConfig * ofTerm;
}

/** How many majorities of a server's configuration lie within a set. */
function quorumsWithin({ quorums }: Model, server: number, set: number): number {
  let count = 0;
  for (const quorum of quorums[configOf(server)] as readonly number[]) if ((quorum & ~set) === 0) count += 1;
  return count;
}

/** QuorumsOverlap: every majority of one meets every majority of the other. */
function mayFollow({ mistake, quorums }: Model, config: number, next: number): boolean {
  if (mistake === 'no_quorum_overlap') return true;
  for (const quorum of quorums[config] as readonly number[])
    for (const other of quorums[next] as readonly number[]) if ((quorum & other) === 0) return false;
  return true;
}

function becomeLeader({ servers, quorums }: Model, words: Int32Array, at: number, into: Successors, i: number): void {
  const server = words[at + i] as number;
  if (!has(configOf(server), i)) return;
  const newTerm = termOf(server) + 1;
  let voters = 0;
  for (let j = 0; j < servers; j++) {
    const voter = words[at + j] as number;
    if (termOf(voter) < newTerm && configAgeOf(server) >= configAgeOf(voter)) voters |= 1 << j;
  }
  for (const quorum of quorums[configOf(server)] as readonly number[]) {
    if (!has(quorum, i) || (quorum & ~voters) !== 0) continue;
    const next = into.copy(words, at);
    for (let j = 0; j < servers; j++)
      if (has(quorum, j)) into.words[next + j] = asSecondary(words[at + j] as number, newTerm);
    into.words[next + i] = serverOf(newTerm, PRIMARY, newTerm, versionOf(server), configOf(server));
    into.keep(codeOf(BECOME_LEADER, i, quorum));
  }
}

/** SendConfig to a secondary, and UpdateTerms. */
function inform(words: Int32Array, at: number, into: Successors, i: number, j: number): void {
  const server = words[at + i] as number;
  const other = words[at + j] as number;
  if (!isPrimary(other) && configAgeOf(server) > configAgeOf(other)) {
    const next = into.copy(words, at);
    into.words[next + j] = asSecondary(server, termOf(other));
    into.keep(codeOf(SEND_CONFIG, i, j));
  }
  if (termOf(server) > termOf(other)) {
    const next = into.copy(words, at);
    into.words[next + j] = asSecondary(other, termOf(server));
    into.keep(codeOf(UPDATE_TERMS, i, j));
  }
}

function propertiesOf({ servers }: Model): readonly SystemProperty[] {
  const breach = (words: Int32Array, at: number): string | undefined => {
    for (let i = 0; i < servers; i++) {
      const one = words[at + i] as number;
      for (let j = i + 1; isPrimary(one) && j < servers; j++) {
        const other = words[at + j] as number;
        if (isPrimary(other) && termOf(one) === termOf(other))
          return `${serverName(i)} and ${serverName(j)} are both primary in term ${termOf(one)}`;
      }
    }
    return undefined;
  };
  return [
    {
      kind: 'always',
      name: 'OnePrimaryPerTerm',
      statement: 'No two primaries are in the same term.',
      source: 'MCMongoLoglessDynamicRaft.tla',
      holds: (words, at) => breach(words, at) === undefined,
      complaint: (words, at) => breach(words, at) ?? '',
    },
    {
      kind: 'sometimes',
      name: 'a reconfiguration reaches another server',
      statement: 'Two servers have a later configuration than the first.',
      reached: (words, at) => {
        const later = words.subarray(at, at + servers).filter((server) => versionOf(server) > 1);
        return later.length > 1;
      },
    },
  ];
}

function codeOf(kind: number, server: number, other: number): number {
  return (kind << KIND_SHIFT) | (server << SERVER_SHIFT) | other;
}

function describeAction(words: Int32Array, at: number, action: number): ActionDescription {
  const i = (action >>> SERVER_SHIFT) & NUMBER_MASK;
  const server = words[at + i] as number;
  const process = serverName(i);
  const other = action & OTHER_MASK;
  const set = namesOf(other, serverName).join(', ');
  switch ((action >>> KIND_SHIFT) & NUMBER_MASK) {
    case RECONFIG:
      return { text: `${process} makes the configuration ${set} of version ${versionOf(server) + 1}`, process };
    case SEND_CONFIG: {
      const text = `${serverName(other)} takes over the configuration ${namesOf(configOf(server), serverName).join(', ')} from ${process}`;
      return { text, process: serverName(other), from: process };
    }
    case BECOME_LEADER:
      return { text: `${process} becomes primary of term ${termOf(server) + 1} with the votes of ${set}`, process };
    default:
      return {
        text: `${serverName(other)} learns of term ${termOf(server)} from ${process}`,
        process: serverName(other),
      };
  }
}

function serverName(server: number): string {
  return `n${server + 1}`;
}
