/**
 * How people see PBFT's states and messages.
 */
import type { Descriptions } from '../protocol.ts';
import { digestText, isPrimary, lastSeq, type PbftMessage, type PbftState, slotOf } from './pbft-state.ts';

export const describePbft: Descriptions<PbftState, PbftMessage> = {
  role: (state) => {
    if (state.self < state.config.byzantine) return 'byzantine';
    if (!state.isActive) return 'view change';
    return isPrimary(state) ? 'primary' : 'backup';
  },
  term: ({ view }) => view,
  leads: (state) => state.isActive && isPrimary(state),
  state: describeState,
  message: describeMessage,
  messageBytes,
};

function describeState(state: PbftState): string {
  const { view, stable, service } = state;
  const parts = [`view ${view}`, `executed ${service.seq}`];
  if (stable.service.seq > 0) parts.push(`stable ${stable.service.seq}`);
  for (let seq = Math.max(stable.service.seq, lastSeq(state) - 8) + 1; seq <= lastSeq(state); seq++) {
    const text = describeSlot(state, seq);
    if (text !== '') parts.push(text);
  }
  if (state.pending.length > 0)
    parts.push(`waits for ${state.pending.map(({ client, number }) => `c${client}#${number}`).join(' ')}`);
  return parts.join(', ');
}

function describeSlot(state: PbftState, seq: number): string {
  const { view, digest, prepared, committed, prepares, commits } = slotOf(state, seq);
  if (committed !== null) return `${seq}: ${digestText(committed.digest)} committed`;
  const votes = `${prepares.length} prepares, ${commits.length} commits`;
  if (prepared !== null && prepared.view >= view)
    return `${seq}: ${digestText(prepared.digest)} prepared in view ${prepared.view} (${votes})`;
  if (view >= 0) return `${seq}: ${digestText(digest)} pre-prepared in view ${view} (${votes})`;
  return prepares.length + commits.length > 0 ? `${seq}: (${votes})` : '';
}

function describeMessage(message: PbftMessage): string {
  switch (message.kind) {
    case 'request':
      return `Request c${message.request.client}#${message.request.number}`;
    case 'pre_prepare':
      return `PrePrepare view ${message.view} seq ${message.seq} ${digestText(message.digest)}`;
    case 'prepare':
      return `Prepare view ${message.view} seq ${message.seq} ${digestText(message.digest)}`;
    case 'commit':
      return `Commit view ${message.view} seq ${message.seq} ${digestText(message.digest)}`;
    case 'checkpoint':
      return `Checkpoint seq ${message.seq}`;
    case 'view_change': {
      const { node, view, stable, prepared } = message.change;
      const text = prepared.map(({ seq, digest, view: at }) => `${seq}:${digestText(digest)} of view ${at}`).join(' ');
      return `ViewChange view ${view} of n${node + 1}, stable ${stable}, prepared ${text === '' ? 'nothing' : text}`;
    }
    case 'new_view':
      return `NewView view ${message.newView.view} by ${message.newView.changes.map(({ node }) => `n${node + 1}`).join(' ')}`;
    case 'status':
      return `Status view ${message.view} executed ${message.executed}`;
    case 'committed':
      return `Committed seq ${message.certificate.seq} ${digestText(message.certificate.digest)}`;
    case 'snapshot':
      return `Snapshot seq ${message.checkpoint.service.seq}`;
  }
}

/** A header of 48 bytes with digest and authenticator; certificates hold one signature of 64 bytes per signer. */
function messageBytes(message: PbftMessage, payloadBytes: number): number {
  const certificate = (signers: number): number => 48 + 64 * signers + payloadBytes;
  switch (message.kind) {
    case 'request':
    case 'pre_prepare':
      return 48 + payloadBytes;
    case 'view_change':
      return 112 + message.change.prepared.reduce((sum, { signers }) => sum + certificate(signers.length), 0);
    case 'new_view':
      return message.newView.changes.reduce(
        (sum, { prepared }) => sum + 112 + prepared.reduce((all, { signers }) => all + certificate(signers.length), 0),
        112,
      );
    case 'committed':
      return certificate(message.certificate.signers.length);
    case 'snapshot':
      return 48 + 64 * message.checkpoint.signers.length + 8 * message.checkpoint.service.registers.length;
    default:
      return 48;
  }
}
