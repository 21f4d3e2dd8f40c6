/**
 * How a state of Kafka's replication stands in words: two a replica, one of the quorum, and the LeaderAndIsr requests, four a word.
 *
 * - Log of a replica, from the lowest bit: 3 bits of end offset, then 6 bits a record: its number plus one, and its epoch.
 * - State of a replica: 3 bits of high watermark, 3 of leader epoch plus one, 3 of leader plus one, and the in-sync replicas as a set of bits.
 * - Quorum: the same, with the number of the next record for the high watermark. The controller numbers its epochs from 0 without gaps, so the
 *   next epoch is the current one plus one.
 * - Each epoch has exactly one request, which is never taken back: those of all epochs so far, 8 bits each, leader plus one and in-sync replicas.
 */
import type { StateDescription } from '../transition-system.ts';
import { namesOf } from './server-sets.ts';

export interface KafkaBounds {
  readonly replicas: number;
  readonly logSize: number;
  readonly maxRecords: number;
  readonly maxLeaderEpoch: number;
}

const LOW = 0b111;
const RECORD_BITS = 6;
const RECORD_MASK = 0b111111;
const EPOCH_SHIFT = 3;
const LEADER_SHIFT = 6;
const ISR_SHIFT = 9;
const ISR_MASK = 0b11111;
const REQUESTS_PER_WORD = 4;
const REQUEST_BITS = 8;
const REQUEST_MASK = 0xff;
const REQUEST_ISR_SHIFT = 3;

export const NONE = -1;
const RECORD_EPOCH_MASK = 0b111;
const RECORD_ID_SHIFT = 3;

export function widthOf({ replicas, maxLeaderEpoch }: KafkaBounds): number {
  return 2 * replicas + 1 + Math.ceil((maxLeaderEpoch + 1) / REQUESTS_PER_WORD);
}

/** Where the words of a replica and of the quorum stand. */
export function logIndex(replica: number): number {
  return 2 * replica;
}

export function stateIndex(replica: number): number {
  return 2 * replica + 1;
}

export function quorumIndex({ replicas }: KafkaBounds): number {
  return 2 * replicas;
}

export function endOffsetOf(log: number): number {
  return log & LOW;
}

/** 0 beyond the end. */
export function recordAt(log: number, offset: number): number {
  return (log >>> (3 + offset * RECORD_BITS)) & RECORD_MASK;
}

export function recordOf(id: number, epoch: number): number {
  return ((id + 1) << RECORD_ID_SHIFT) | epoch;
}

export function recordEpoch(record: number): number {
  return record & RECORD_EPOCH_MASK;
}

/** The last record; 0 in an empty log. */
export function lastRecordOf(log: number): number {
  return endOffsetOf(log) === 0 ? 0 : recordAt(log, endOffsetOf(log) - 1);
}

export function appended(log: number, record: number): number {
  return (log + 1) | (record << (3 + endOffsetOf(log) * RECORD_BITS));
}

export function truncated(log: number, endOffset: number): number {
  const kept = (1 << (3 + endOffset * RECORD_BITS)) - 1;
  return (log & kept & ~LOW) | endOffset;
}

export function stateOf(hw: number, epoch: number, leader: number, isr: number): number {
  return hw | ((epoch + 1) << EPOCH_SHIFT) | ((leader + 1) << LEADER_SHIFT) | (isr << ISR_SHIFT);
}

export function hwOf(state: number): number {
  return state & LOW;
}

export function withHw(state: number, hw: number): number {
  return (state & ~LOW) | hw;
}

/** -1 where none was seen yet. */
export function epochOf(state: number): number {
  return ((state >>> EPOCH_SHIFT) & LOW) - 1;
}

export function leaderOf(state: number): number {
  return ((state >>> LEADER_SHIFT) & LOW) - 1;
}

export function isrOf(state: number): number {
  return (state >>> ISR_SHIFT) & ISR_MASK;
}

export function withIsr(state: number, isr: number): number {
  return (state & ~(ISR_MASK << ISR_SHIFT)) | (isr << ISR_SHIFT);
}

/** The quorum holds it in the place of the high watermark. */
export function nextRecordOf(quorum: number): number {
  return hwOf(quorum);
}

function requestAt(bounds: KafkaBounds, words: Int32Array, at: number, epoch: number): number {
  const word = words[at + quorumIndex(bounds) + 1 + Math.floor(epoch / REQUESTS_PER_WORD)] as number;
  return (word >>> ((epoch % REQUESTS_PER_WORD) * REQUEST_BITS)) & REQUEST_MASK;
}

export function requestedLeader(bounds: KafkaBounds, words: Int32Array, at: number, epoch: number): number {
  return (requestAt(bounds, words, at, epoch) & LOW) - 1;
}

export function requestedIsr(bounds: KafkaBounds, words: Int32Array, at: number, epoch: number): number {
  return requestAt(bounds, words, at, epoch) >>> REQUEST_ISR_SHIFT;
}

/** Adds the request of an epoch that had none. */
export function putRequest(
  bounds: KafkaBounds,
  words: Int32Array,
  at: number,
  epoch: number,
  leader: number,
  isr: number,
): void {
  const index = at + quorumIndex(bounds) + 1 + Math.floor(epoch / REQUESTS_PER_WORD);
  const request = (leader + 1) | (isr << REQUEST_ISR_SHIFT);
  words[index] = (words[index] as number) | (request << ((epoch % REQUESTS_PER_WORD) * REQUEST_BITS));
}

/** With the names of KafkaReplication.tla. */
export function describeKafka(bounds: KafkaBounds, words: Int32Array, at: number): StateDescription {
  const quorum = words[at + quorumIndex(bounds)] as number;
  return {
    replicas: Array.from({ length: bounds.replicas }, (_, replica) => {
      const log = words[at + logIndex(replica)] as number;
      const state = words[at + stateIndex(replica)] as number;
      return {
        name: replicaName(replica),
        hw: hwOf(state),
        ...describeLeadership(epochOf(state), leaderOf(state), isrOf(state)),
        log: Array.from({ length: endOffsetOf(log) }, (_unused, offset) => describeRecord(recordAt(log, offset))),
      };
    }),
    quorumState: describeLeadership(epochOf(quorum), leaderOf(quorum), isrOf(quorum)),
    nextRecordId: nextRecordOf(quorum),
    leaderAndIsrRequests: Array.from({ length: epochOf(quorum) + 1 }, (_, epoch) =>
      describeLeadership(epoch, requestedLeader(bounds, words, at, epoch), requestedIsr(bounds, words, at, epoch)),
    ),
  };
}

function describeLeadership(leaderEpoch: number, leader: number, isr: number) {
  return { leaderEpoch, leader: leader === NONE ? 'NONE' : replicaName(leader), isr: namesOf(isr, replicaName) };
}

function describeRecord(record: number) {
  return { id: (record >>> RECORD_ID_SHIFT) - 1, epoch: recordEpoch(record) };
}

export function replicaName(replica: number): string {
  return `b${replica + 1}`;
}
