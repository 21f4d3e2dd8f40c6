/**
 * Replication of one Kafka partition with in-sync replicas (ISR), as J. Gustafson specifies it (hachikuji/kafka-specification, KafkaReplication.tla):
 * a controller elects leaders and tells replicas by LeaderAndIsr requests, which each replica takes up when it will; leaders take writes,
 * followers fetch them, and what all in-sync replicas have is committed, as the leader's high watermark tells. The same model runs the
 * five designs of `kafka-isr-rules.ts`: each but the last loses committed records, and some only with three replicas.
 *
 * Every choice of the specification is a step: where two of its cases lead to one state, both count.
 */
import { choiceOf, flagOf, numberOf, type Setting, type SettingValues } from '../../protocols/settings.ts';
import type { Successors } from '../successors.ts';
import type { ActionDescription, TransitionSystem } from '../transition-system.ts';
import { kafkaProperties } from './kafka-isr-properties.ts';
import {
  firstNonMatching,
  type KafkaView,
  logOf,
  needsTruncation,
  presumesLeadership,
  RULES,
  type Rules,
  replicaStateOf,
  VARIANTS,
} from './kafka-isr-rules.ts';
import {
  appended,
  describeKafka,
  endOffsetOf,
  epochOf,
  hwOf,
  isrOf,
  type KafkaBounds,
  leaderOf,
  logIndex,
  NONE,
  nextRecordOf,
  putRequest,
  quorumIndex,
  recordAt,
  recordOf,
  replicaName,
  requestedIsr,
  requestedLeader,
  stateIndex,
  stateOf,
  truncated,
  widthOf,
  withHw,
  withIsr,
} from './kafka-isr-state.ts';
import type { ModelDefinition } from './model-definition.ts';

const SETTINGS: readonly Setting[] = [
  {
    name: 'variant',
    kind: 'choice',
    standard: 'kip320',
    options: VARIANTS,
    description: 'is the design: what a follower truncates, and which epochs a leader and its followers compare',
  },
  { name: 'replicas', kind: 'integer', standard: 3, min: 1, max: 5, description: 'is the number of replicas' },
  { name: 'log_size', kind: 'integer', standard: 2, min: 1, max: 4, description: 'is the most records a log holds' },
  { name: 'max_records', kind: 'integer', standard: 2, min: 1, max: 7, description: 'is the most records written' },
  {
    name: 'max_leader_epoch',
    kind: 'integer',
    standard: 2,
    min: 0,
    max: 5,
    description: 'is the last epoch; the first is 0, and each decision of the controller begins one',
  },
  {
    name: 'weak_isr',
    kind: 'boolean',
    standard: false,
    description:
      'demands WeakIsr beside StrongIsr: of the replicas that a leader takes for in sync, not of those that are',
  },
];

export const kafkaIsrModel: ModelDefinition = {
  name: 'kafka_isr',
  title: 'Kafka in-sync replicas',
  description:
    'Replication of a Kafka partition in five designs, from truncation to the high watermark to KIP-320 (Gustafson, kafka-specification).',
  settings: SETTINGS,
  build,
};

const CONTROLLER_ELECTS = 0;
const CONTROLLER_SHRINKS = 1;
const BECOMES_LEADER = 2;
const WRITES = 3;
const SHRINKS = 4;
const EXPANDS = 5;
const ADVANCES = 6;
const FOLLOWS = 7;
const FETCHES = 8;
const TRUNCATES = 9;

/** The code of an action: its kind, then three numbers below 8: mostly who acts, whom it concerns, and the case or epoch. */
const KIND_SHIFT = 9;

function codeOf(kind: number, first: number, second: number, third: number): number {
  return (kind << KIND_SHIFT) | (first << 6) | (second << 3) | third;
}

function build(settings: SettingValues): TransitionSystem {
  const rules = RULES[choiceOf(settings, 'variant', VARIANTS)];
  const bounds: KafkaBounds = {
    replicas: numberOf(settings, 'replicas'),
    logSize: numberOf(settings, 'log_size'),
    maxRecords: numberOf(settings, 'max_records'),
    maxLeaderEpoch: numberOf(settings, 'max_leader_epoch'),
  };
  // One view, set anew for every state, because each is asked about a few times and gone.
  const view: KafkaBounds & { words: Int32Array; at: number } = { ...bounds, words: new Int32Array(0), at: 0 };
  const viewOf = (words: Int32Array, at: number): KafkaView => {
    view.words = words;
    view.at = at;
    return view;
  };
  return {
    width: widthOf(bounds),
    initial: (into) => initial(bounds, into),
    expand: (words, at, into) => expand(rules, viewOf(words, at), into),
    properties: kafkaProperties(viewOf, flagOf(settings, 'weak_isr')),
    describeState: (words, at) => describeKafka(bounds, words, at),
    describeAction: (words, at, action) => describeAction(rules, viewOf(words, at), action),
  };
}

/** All replicas are in sync, none leads, and nobody has heard of an epoch. */
function initial(bounds: KafkaBounds, into: Successors): void {
  const words = new Int32Array(widthOf(bounds));
  for (let replica = 0; replica < bounds.replicas; replica++) words[stateIndex(replica)] = stateOf(0, NONE, NONE, 0);
  words[quorumIndex(bounds)] = stateOf(0, NONE, NONE, (1 << bounds.replicas) - 1);
  into.copy(words, 0);
  into.keep(0);
}

function expand(rules: Rules, view: KafkaView, into: Successors): void {
  expandController(view, into);
  for (let replica = 0; replica < view.replicas; replica++) {
    takeUpRequests(rules, view, into, replica);
    write(view, into, replica);
    changeIsr(rules, view, into, replica);
    advance(rules, view, into, replica);
    for (let other = 0; other < view.replicas; other++) {
      fetchRecord(rules, view, into, replica, other);
      if (rules.truncatesLater) truncateLater(view, into, replica, other);
    }
  }
}

/** ControllerElectLeader and ControllerShrinkIsr: each takes the next epoch and sends a request. */
function expandController(view: KafkaView, into: Successors): void {
  const quorum = quorumOf(view);
  const isr = isrOf(quorum);
  if (epochOf(quorum) === view.maxLeaderEpoch) return;
  for (let replica = 0; replica < view.replicas; replica++) {
    const isLeader = leaderOf(quorum) === replica;
    const others = isr & ~(1 << replica);
    if ((isr & (1 << replica)) !== 0 && !isLeader)
      decide(view, into, replica, isr, codeOf(CONTROLLER_ELECTS, replica, 0, 0));
    if (isLeader) decide(view, into, NONE, others === 0 ? isr : others, codeOf(CONTROLLER_SHRINKS, replica, 0, 0));
    else if (others !== isr) decide(view, into, leaderOf(quorum), others, codeOf(CONTROLLER_SHRINKS, replica, 0, 0));
  }
}

function decide(view: KafkaView, into: Successors, leader: number, isr: number, code: number): void {
  const quorum = quorumOf(view);
  const epoch = epochOf(quorum) + 1;
  const next = into.copy(view.words, view.at);
  into.words[next + quorumIndex(view)] = stateOf(nextRecordOf(quorum), epoch, leader, isr);
  putRequest(view, into.words, next, epoch, leader, isr);
  into.keep(code);
}

/** BecomeLeader and BecomeFollower: of all requests of later epochs than its own, a replica may take up any that names a leader. */
function takeUpRequests(rules: Rules, view: KafkaView, into: Successors, replica: number): void {
  const { words, at } = view;
  const state = replicaStateOf(view, replica);
  for (let epoch = epochOf(state) + 1; epoch <= epochOf(quorumOf(view)); epoch++) {
    const leader = requestedLeader(view, words, at, epoch);
    const isr = requestedIsr(view, words, at, epoch);
    if (leader === NONE) continue;
    if (leader === replica) {
      const next = into.copy(words, at);
      into.words[next + stateIndex(replica)] = stateOf(hwOf(state), epoch, leader, isr);
      into.keep(codeOf(BECOMES_LEADER, replica, 0, epoch));
    } else follow(rules, view, into, replica, epoch);
  }
}

function follow(rules: Rules, view: KafkaView, into: Successors, replica: number, epoch: number): void {
  const { words, at } = view;
  const leader = requestedLeader(view, words, at, epoch);
  const hw = hwOf(replicaStateOf(view, replica));
  const log = logOf(view, replica);
  const isLeaderKnown = presumesLeadership(view, leader) && epochOf(replicaStateOf(view, leader)) === epoch;
  if (rules.followsKnownLeader && !isLeaderKnown) return;
  const isr = requestedIsr(view, words, at, epoch);
  const truncations = rules.truncations(view, leader, replica);
  truncations.forEach((endOffset, number) => {
    if (endOffset > endOffsetOf(log)) return;
    const next = into.copy(words, at);
    into.words[next + logIndex(replica)] = truncated(log, endOffset);
    into.words[next + stateIndex(replica)] = stateOf(Math.min(endOffset, hw), epoch, leader, isr);
    into.keep(codeOf(FOLLOWS, replica, number, epoch));
  });
}

function write(view: KafkaView, into: Successors, replica: number): void {
  const { words, at, logSize, maxRecords } = view;
  const log = logOf(view, replica);
  const id = nextRecordOf(quorumOf(view));
  if (!presumesLeadership(view, replica) || id === maxRecords || endOffsetOf(log) === logSize) return;
  const next = into.copy(words, at);
  into.words[next + logIndex(replica)] = appended(log, recordOf(id, epochOf(replicaStateOf(view, replica))));
  into.words[next + quorumIndex(view)] = quorumOf(view) + 1;
  into.keep(codeOf(WRITES, replica, 0, 0));
}

/** Only the leader that the quorum knows, in its epoch, may change the in-sync replicas. */
function changeIsr(rules: Rules, view: KafkaView, into: Successors, leader: number): void {
  const quorum = quorumOf(view);
  const state = replicaStateOf(view, leader);
  if (leaderOf(quorum) !== leader || leaderOf(state) !== leader || epochOf(state) !== epochOf(quorum)) return;
  const isr = isrOf(state);
  for (let follower = 0; follower < view.replicas; follower++) {
    const changed = isr ^ (1 << follower);
    if (changed > isr && rules.mayExpand(view, leader, follower))
      putIsr(view, into, leader, changed, codeOf(EXPANDS, leader, follower, 0));
    if (changed > isr || follower === leader) continue;
    for (let reason = rules.reasonsToShrink(view, leader, follower); reason > 0; reason--)
      putIsr(view, into, leader, changed, codeOf(SHRINKS, leader, follower, reason));
  }
}

function putIsr(view: KafkaView, into: Successors, leader: number, isr: number, code: number): void {
  const next = into.copy(view.words, view.at);
  into.words[next + quorumIndex(view)] = withIsr(quorumOf(view), isr);
  into.words[next + stateIndex(leader)] = withIsr(replicaStateOf(view, leader), isr);
  into.keep(code);
}

function advance(rules: Rules, view: KafkaView, into: Successors, leader: number): void {
  if (!rules.mayAdvance(view, leader)) return;
  const state = replicaStateOf(view, leader);
  for (let follower = 0; follower < view.replicas; follower++)
    if ((isrOf(state) & (1 << follower)) !== 0 && !rules.hasAcknowledged(view, leader, follower)) return;
  const next = into.copy(view.words, view.at);
  into.words[next + stateIndex(leader)] = withHw(state, hwOf(state) + 1);
  into.keep(codeOf(ADVANCES, leader, 0, 0));
}

function fetchRecord(rules: Rules, view: KafkaView, into: Successors, follower: number, leader: number): void {
  const log = logOf(view, follower);
  const offset = endOffsetOf(log);
  if (offset >= endOffsetOf(logOf(view, leader)) || !rules.mayFetch(view, leader, follower)) return;
  const hw = Math.min(hwOf(replicaStateOf(view, leader)), offset + 1);
  const next = into.copy(view.words, view.at);
  into.words[next + logIndex(follower)] = appended(log, recordAt(logOf(view, leader), offset));
  into.words[next + stateIndex(follower)] = withHw(replicaStateOf(view, follower), hw);
  into.keep(codeOf(FETCHES, follower, leader, 0));
}

function truncateLater(view: KafkaView, into: Successors, follower: number, leader: number): void {
  const state = replicaStateOf(view, follower);
  const isFollowing = presumesLeadership(view, leader) && leaderOf(state) === leader;
  if (!isFollowing || !needsTruncation(view, leader, follower)) return;
  const endOffset = firstNonMatching(view, leader, follower);
  const next = into.copy(view.words, view.at);
  into.words[next + logIndex(follower)] = truncated(logOf(view, follower), endOffset);
  into.words[next + stateIndex(follower)] = withHw(state, Math.min(endOffset, hwOf(state)));
  into.keep(codeOf(TRUNCATES, follower, leader, 0));
}

function quorumOf(view: KafkaView): number {
  return view.words[view.at + quorumIndex(view)] as number;
}

function describeAction(rules: Rules, view: KafkaView, action: number): ActionDescription {
  const replica = (action >>> 6) & 7;
  const other = (action >>> 3) & 7;
  const third = action & 7;
  const process = replicaName(replica);
  const own = replicaStateOf(view, replica);
  switch (action >>> KIND_SHIFT) {
    case CONTROLLER_ELECTS:
      return { text: `controller elects ${process} in epoch ${epochOf(quorumOf(view)) + 1}`, process: 'controller' };
    case CONTROLLER_SHRINKS: {
      const text = `controller takes ${process} for failed in epoch ${epochOf(quorumOf(view)) + 1}`;
      return { text, process: 'controller' };
    }
    case BECOMES_LEADER:
      return { text: `${process} becomes leader of epoch ${third}`, process };
    case WRITES:
      return { text: `${process} writes record ${nextRecordOf(quorumOf(view))} in epoch ${epochOf(own)}`, process };
    case SHRINKS:
      return { text: `${process} takes ${replicaName(other)} out of the in-sync replicas`, process };
    case EXPANDS:
      return { text: `${process} takes ${replicaName(other)} into the in-sync replicas`, process };
    case ADVANCES:
      return { text: `${process} raises its high watermark to ${hwOf(own) + 1}`, process };
    case FOLLOWS:
      return { text: followText(rules, view, replica, other, third), process };
    case FETCHES: {
      const offset = endOffsetOf(logOf(view, replica));
      return {
        text: `${process} fetches offset ${offset} from ${replicaName(other)}`,
        process,
        from: replicaName(other),
      };
    }
    default: {
      const endOffset = firstNonMatching(view, other, replica);
      return { text: `${process} truncates its log to ${endOffset} as ${replicaName(other)} has it`, process };
    }
  }
}

function followText(rules: Rules, view: KafkaView, replica: number, number: number, epoch: number): string {
  const leader = requestedLeader(view, view.words, view.at, epoch);
  const endOffset = rules.truncations(view, leader, replica)[number] ?? 0;
  const text = `${replicaName(replica)} follows ${replicaName(leader)} in epoch ${epoch}`;
  const isShorter = endOffset < endOffsetOf(logOf(view, replica));
  return isShorter ? `${text} and truncates its log to ${endOffset}` : text;
}
