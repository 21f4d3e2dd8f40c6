/**
 * Zab in words, and its messages in bytes.
 */
import type { Descriptions } from '../protocol.ts';
import type { Transaction, Zxid } from './zab-history.ts';
import {
  type EpochAck,
  isEstablished,
  type Role,
  type Sync,
  type Vote,
  type ZabMessage,
  type ZabState,
} from './zab-state.ts';

const HEADER_BYTES = 32;
const TRANSACTION_BYTES = 16;
/** Transactions at the end of a history that are shown. */
const TRANSACTIONS_SHOWN = 12;

export const describeZab: Descriptions<ZabState, ZabMessage> = {
  role: ({ role, phase }) => (phase === 'broadcast' ? roleText(role) : role === 'looking' ? role : phase),
  term: ({ currentEpoch }) => currentEpoch,
  leads: isEstablished,
  state: stateText,
  message: messageText,
  messageBytes: (message, payloadBytes) => HEADER_BYTES + transactionsIn(message) * (TRANSACTION_BYTES + payloadBytes),
};

function roleText(role: Role): string {
  return role === 'leading' ? 'leader' : 'follower';
}

/** `(1,2)`. */
export function describeZxid({ epoch, counter }: Zxid): string {
  return `(${epoch},${counter})`;
}

/** `(1,2) write 0=3 of client 1/2`. */
export function describeTransaction(txn: Transaction): string {
  const { kind, key, value } = txn.command;
  return `${describeZxid(txn)} ${kind} ${key ?? 0}${value === undefined ? '' : `=${value}`} of client ${txn.client}/${txn.number}`;
}

function stateText(state: ZabState): string {
  const { acceptedEpoch, currentEpoch, history, delivered, election, role, leader, retained } = state;
  const { snapshot, log } = history;
  const shown = log.slice(-TRANSACTIONS_SHOWN).map(describeZxid).join(' ');
  const hidden = snapshot.index > 0 || log.length > TRANSACTIONS_SHOWN ? '… ' : '';
  const whom =
    role === 'looking' ? `round ${election.round}, votes for ${voteText(election.vote)}` : `of n${(leader ?? 0) + 1}`;
  const epochs = `accepted epoch ${acceptedEpoch}, current epoch ${currentEpoch}`;
  const kept = retained.length === 0 ? '' : `, on disk alone ${retained.map(describeZxid).join(' ')}`;
  return `${whom}, ${epochs}, history ${`${hidden}${shown}` || 'empty'}, delivered ${delivered}${kept}`;
}

function voteText({ leader, epoch, zxid }: Vote): string {
  return `n${leader + 1} with epoch ${epoch} zxid ${describeZxid(zxid)}`;
}

function messageText(message: ZabMessage): string {
  switch (message.kind) {
    case 'notification': {
      const { role, round, vote } = message;
      return role === 'looking'
        ? `Notification round ${round}, votes for ${voteText(vote)}`
        : `Notification round ${round}, ${role} n${vote.leader + 1}`;
    }
    case 'follower_info':
      return `FOLLOWERINFO accepted epoch ${message.acceptedEpoch}`;
    case 'new_epoch':
      return `NEWEPOCH ${message.epoch}`;
    case 'ack_epoch':
      return `ACKEPOCH ${message.epoch}: ${epochAckText(message.ack)}`;
    case 'new_leader':
      return `${syncText(message.sync)}, NEWLEADER ${message.epoch}`;
    case 'ack_new_leader':
      return `ACK of NEWLEADER ${message.epoch}, logged up to (${message.epoch},${message.counter})`;
    case 'up_to_date':
      return `UPTODATE ${message.epoch}, committed up to (${message.epoch},${message.committed})`;
    case 'proposal':
      return `PROPOSAL ${message.txns.map(describeTransaction).join(', ')}`;
    case 'ack':
      return `ACK (${message.epoch},${message.counter})`;
    case 'commit':
      return `COMMIT (${message.epoch},${message.counter})`;
    case 'sync':
      return `SYNC epoch ${message.epoch} for client ${message.client}/${message.number}`;
    case 'synced':
      return `SYNC of client ${message.client}/${message.number}: proposed up to (${message.epoch},${message.counter})`;
    case 'ping':
      return `PING epoch ${message.epoch}, committed ${message.committed}`;
    case 'pong':
      return `PING answered, epoch ${message.epoch}, logged ${message.counter}`;
  }
}

function epochAckText({ currentEpoch, last, isCounted }: EpochAck): string {
  return `current epoch ${currentEpoch}, last zxid ${describeZxid(last)}${isCounted ? '' : ', not to be counted'}`;
}

function syncText(sync: Sync): string {
  const txns = sync.txns.length === 0 ? 'nothing' : sync.txns.map(describeZxid).join(' ');
  if (sync.mode === 'diff') return `DIFF ${txns}`;
  if (sync.mode === 'trunc') return `TRUNC to ${describeZxid(sync.to)}, DIFF ${txns}`;
  return `SNAP up to ${describeZxid(sync.snapshot.zxid)}, DIFF ${txns}`;
}

function transactionsIn(message: ZabMessage): number {
  if (message.kind === 'proposal') return message.txns.length;
  if (message.kind !== 'new_leader') return 0;
  const { sync } = message;
  return sync.txns.length + (sync.mode === 'snap' ? sync.snapshot.database.store.length : 0);
}
