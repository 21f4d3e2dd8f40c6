/**
 * The five designs of Kafka's replication, as the rules in which they differ (hachikuji/kafka-specification, one module each):
 *
 * - `truncate_to_hw`: who becomes a follower truncates its log to its own high watermark (before KIP-101).
 * - `kip101`: it truncates to where the leader's records of a later epoch than its own last one begin.
 * - `kip279`: it truncates to after the last record that the leader has too.
 * - `kip320_first_try`: no truncation on following; a fetch tells the epoch of the last record, and where the leader's differs the follower truncates.
 * - `kip320`: as in `kip279`, but replica and leader must be in the same epoch for whatever passes between them.
 */
import {
  endOffsetOf,
  epochOf,
  hwOf,
  type KafkaBounds,
  lastRecordOf,
  leaderOf,
  logIndex,
  recordAt,
  recordEpoch,
  stateIndex,
} from './kafka-isr-state.ts';

export const VARIANTS = ['truncate_to_hw', 'kip101', 'kip279', 'kip320_first_try', 'kip320'] as const;
export type Variant = (typeof VARIANTS)[number];

export interface KafkaView extends KafkaBounds {
  readonly words: Int32Array;
  readonly at: number;
}

export interface Rules {
  /** Whether the follower may be sent the leader's next record. */
  mayFetch(view: KafkaView, leader: number, follower: number): boolean;
  /** Whether the leader may raise its high watermark, as far as it alone is concerned. */
  mayAdvance(view: KafkaView, leader: number): boolean;
  /** Whether it may as far as a member of its in-sync replicas is concerned. */
  hasAcknowledged(view: KafkaView, leader: number, follower: number): boolean;
  /** How many reasons there are to take a follower out of the in-sync replicas: each is a step of its own in the specification. */
  reasonsToShrink(view: KafkaView, leader: number, follower: number): number;
  mayExpand(view: KafkaView, leader: number, follower: number): boolean;
  /** To which end offsets a replica may truncate its log when it begins to follow; those beyond its end count for nothing. */
  truncations(view: KafkaView, leader: number, replica: number): readonly number[];
  /** Whether a replica may begin to follow only a leader that has taken up the epoch itself. */
  readonly followsKnownLeader: boolean;
  /** Whether a replica that follows may truncate its log later. */
  readonly truncatesLater: boolean;
}

export function logOf({ words, at }: KafkaView, replica: number): number {
  return words[at + logIndex(replica)] as number;
}

export function replicaStateOf({ words, at }: KafkaView, replica: number): number {
  return words[at + stateIndex(replica)] as number;
}

export function presumesLeadership(view: KafkaView, replica: number): boolean {
  return leaderOf(replicaStateOf(view, replica)) === replica;
}

function isFollowing(view: KafkaView, leader: number, follower: number): boolean {
  return leaderOf(replicaStateOf(view, follower)) === leader;
}

function hasOffset(view: KafkaView, replica: number, offset: number): boolean {
  return offset < endOffsetOf(logOf(view, replica));
}

/** IsFollowerCaughtUp: it follows, and both have the record before `endOffset`, whatever it is. */
function isCaughtUp(view: KafkaView, leader: number, follower: number, endOffset: number): boolean {
  if (!isFollowing(view, leader, follower)) return false;
  return endOffset === 0 || (hasOffset(view, leader, endOffset - 1) && hasOffset(view, follower, endOffset - 1));
}

/** IsFollowerCaughtUpToLeaderEpoch: the records before `endOffset` have the same epoch, too. */
function isCaughtUpToEpoch(view: KafkaView, leader: number, follower: number, endOffset: number): boolean {
  if (!presumesLeadership(view, leader) || !isCaughtUp(view, leader, follower, endOffset)) return false;
  if (endOffset === 0) return true;
  const own = recordAt(logOf(view, follower), endOffset - 1);
  return recordEpoch(own) === recordEpoch(recordAt(logOf(view, leader), endOffset - 1));
}

/** IsFollowingLeaderEpoch: both know each other's part in the same epoch. */
function isFollowingEpoch(view: KafkaView, leader: number, follower: number): boolean {
  const isSameEpoch = epochOf(replicaStateOf(view, follower)) === epochOf(replicaStateOf(view, leader));
  return presumesLeadership(view, leader) && isFollowing(view, leader, follower) && isSameEpoch;
}

/** HasHighWatermarkReachedCurrentEpoch: all below it is known to be what earlier leaders committed. */
function hasReachedEpoch(view: KafkaView, leader: number): boolean {
  const state = replicaStateOf(view, leader);
  const hw = hwOf(state);
  const log = logOf(view, leader);
  if (hw === endOffsetOf(log)) return true;
  return hw < endOffsetOf(log) && recordEpoch(recordAt(log, hw)) === epochOf(state);
}

function hwAt(view: KafkaView, replica: number): number {
  return hwOf(replicaStateOf(view, replica));
}

function endAt(view: KafkaView, replica: number): number {
  return endOffsetOf(logOf(view, replica));
}

/** FirstNonMatchingOffsetFromTail: one more than the last offset at which both have the same record. */
export function firstNonMatching(view: KafkaView, leader: number, follower: number): number {
  const own = logOf(view, follower);
  const other = logOf(view, leader);
  let offset = Math.min(endOffsetOf(own), endOffsetOf(other));
  while (offset > 0 && recordAt(own, offset - 1) !== recordAt(other, offset - 1)) offset -= 1;
  return offset;
}

/** LookupOffsetForEpoch of KIP-101: where the leader's records of later epochs begin; the high watermark where the leader cannot tell. */
function offsetForEpoch(view: KafkaView, leader: number, follower: number): number {
  const epoch = recordEpoch(lastRecordOf(logOf(view, follower)));
  const log = logOf(view, leader);
  const end = endOffsetOf(log);
  if (end === 0) return hwAt(view, follower);
  if (recordEpoch(lastRecordOf(log)) === epoch) return end;
  for (let offset = 0; offset < end; offset++) if (recordEpoch(recordAt(log, offset)) > epoch) return offset;
  return hwAt(view, follower);
}

/** FollowerNeedsTruncation: its log is longer, or its last record is of another epoch than the leader's at that offset. */
export function needsTruncation(view: KafkaView, leader: number, follower: number): boolean {
  const own = logOf(view, follower);
  const other = logOf(view, leader);
  const end = endOffsetOf(own);
  if (end > endOffsetOf(other)) return true;
  return end > 0 && recordEpoch(recordAt(own, end - 1)) !== recordEpoch(recordAt(other, end - 1));
}

const UNFENCED: Omit<Rules, 'truncations'> = {
  mayFetch: (view, leader, follower) => presumesLeadership(view, leader) && isFollowing(view, leader, follower),
  mayAdvance: (view, leader) => presumesLeadership(view, leader) && hwAt(view, leader) < view.logSize,
  hasAcknowledged: (view, leader, follower) =>
    isFollowing(view, leader, follower) && hasOffset(view, follower, hwAt(view, leader)),
  reasonsToShrink: (view, leader, follower) => (isCaughtUp(view, leader, follower, endAt(view, leader)) ? 0 : 1),
  mayExpand: (view, leader, follower) => isCaughtUp(view, leader, follower, hwAt(view, leader)),
  followsKnownLeader: false,
  truncatesLater: false,
};

export const RULES: Readonly<Record<Variant, Rules>> = {
  truncate_to_hw: { ...UNFENCED, truncations: (view, _leader, replica) => [hwAt(view, replica)] },
  kip101: {
    ...UNFENCED,
    truncations: (view, leader, replica) => [endAt(view, replica) === 0 ? 0 : offsetForEpoch(view, leader, replica)],
  },
  kip279: {
    ...UNFENCED,
    // The specification has a case for an empty log beside the general one, which says the same there.
    truncations: (view, leader, replica) =>
      endAt(view, replica) === 0 ? [0, 0] : [firstNonMatching(view, leader, replica)],
  },
  kip320_first_try: {
    mayFetch: (view, leader, follower) => isCaughtUpToEpoch(view, leader, follower, endAt(view, follower)),
    mayAdvance: (view, leader) => presumesLeadership(view, leader) && hasOffset(view, leader, hwAt(view, leader)),
    hasAcknowledged: (view, leader, follower) => isCaughtUpToEpoch(view, leader, follower, hwAt(view, leader) + 1),
    reasonsToShrink: (view, leader, follower) =>
      isCaughtUpToEpoch(view, leader, follower, endAt(view, leader)) ? 0 : 1,
    mayExpand: (view, leader, follower) =>
      isCaughtUpToEpoch(view, leader, follower, hwAt(view, leader)) && hasReachedEpoch(view, leader),
    truncations: (view, _leader, replica) => [endAt(view, replica)],
    followsKnownLeader: false,
    truncatesLater: true,
  },
  kip320: {
    mayFetch: isFollowingEpoch,
    mayAdvance: (view, leader) => hasOffset(view, leader, hwAt(view, leader)),
    hasAcknowledged: (view, leader, follower) =>
      isFollowingEpoch(view, leader, follower) && hasOffset(view, follower, hwAt(view, leader)),
    reasonsToShrink: (view, leader, follower) =>
      (isFollowingEpoch(view, leader, follower) ? 0 : 1) + (endAt(view, follower) < endAt(view, leader) ? 1 : 0),
    mayExpand: (view, leader, follower) =>
      isFollowingEpoch(view, leader, follower) &&
      (hwAt(view, leader) === 0 || hasOffset(view, follower, hwAt(view, leader) - 1)) &&
      hasReachedEpoch(view, leader),
    truncations: (view, leader, replica) => [firstNonMatching(view, leader, replica)],
    followsKnownLeader: true,
    truncatesLater: false,
  },
};
