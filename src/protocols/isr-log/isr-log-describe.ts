/**
 * The replicated log in words.
 */
import type { Descriptions } from '../protocol.ts';
import type { IsrLogMessage, IsrLogState, LogRecord, Replica } from './isr-log-state.ts';

/** Bytes of a header, and of a record without its payload. */
const HEADER_BYTES = 32;
const RECORD_BYTES = 24;

export const describeIsrLog: Descriptions<IsrLogState, IsrLogMessage> = {
  role: (state) => {
    if (state.role === 'controller') return 'controller';
    return state.lead === null ? 'follower' : 'leader';
  },
  term: (state) => (state.role === 'controller' ? state.partition.epoch : state.epoch),
  leads: (state) => state.role === 'replica' && state.lead !== null,
  state: (state) => {
    if (state.role === 'replica') return describeReplica(state);
    const { epoch, leader, isr } = state.partition;
    return `epoch ${epoch}, leader ${leader === null ? 'none' : `n${leader + 1}`}, in sync ${names(isr)}`;
  },
  message: describeMessage,
  messageBytes: (message, payloadBytes) =>
    HEADER_BYTES + (message.kind === 'fetched' ? message.records.length * (RECORD_BYTES + payloadBytes) : 0),
};

function describeReplica({ epoch, log, hw, isTruncating, lead }: Replica): string {
  const role = lead === null ? (isTruncating ? ', truncating' : '') : `, in sync ${names(lead.isr)}`;
  return `epoch ${epoch}, log ${describeLog(log)}, high watermark ${hw}${role}`;
}

function describeLog(log: readonly LogRecord[]): string {
  return log.length === 0 ? 'empty' : log.map(({ epoch, value }) => `${epoch}:${value}`).join(' ');
}

function names(replicas: readonly number[]): string {
  return replicas.map((replica) => `n${replica + 1}`).join(' ');
}

function describeMessage(message: IsrLogMessage): string {
  switch (message.kind) {
    case 'heartbeat':
      return `heartbeat epoch ${message.epoch}`;
    case 'leader_and_isr':
      return `LeaderAndIsr epoch ${message.epoch}: leader ${message.leader === null ? 'none' : `n${message.leader + 1}`}, in sync ${names(message.isr)}`;
    case 'alter_isr':
      return `AlterIsr epoch ${message.epoch}: ${names(message.isr)}`;
    case 'epoch_query':
      return `where does epoch ${message.lastEpoch} end?`;
    case 'epoch_end':
      return `epoch ${message.found} ends at ${message.end}`;
    case 'fetch':
      return `Fetch from ${message.offset}, epoch ${message.epoch}`;
    case 'fetched':
      return `${describeLog(message.records)} from ${message.offset}, high watermark ${message.hw}`;
    case 'durable':
      return `durable to ${message.offset}`;
  }
}
