/**
 * Viewstamped Replication in words, and its messages in bytes.
 */
import type { Log, Operation, VrMessage, VrState } from './vr-state.ts';

/** `write 0=3 of client 1/2`. */
export function describeOperation({ client, number, command }: Operation): string {
  const { kind, key, value } = command;
  return `${kind} ${key ?? 0}${value === undefined ? '' : `=${value}`} of client ${client}/${number}`;
}

function describeLog(log: Log, after: number): string {
  if (log.length === 0) return 'no operations';
  return log.map((operation, index) => `${after + index + 1}:${describeOperation(operation)}`).join(', ');
}

export function describeState({ status, view, normalView, log, commit, crashes, announced, reports }: VrState): string {
  if (status === 'recovering') return `recovering, crash vector ${crashes.join(' ')}`;
  const last = status === 'normal' ? '' : ` after view ${normalView}`;
  const collected =
    status === 'normal'
      ? ''
      : `, announced by ${nodesText(announced)}, reported by ${nodesText(reports.map((report) => report !== null))}`;
  const crashed = crashes.some((count) => count > 0) ? `, crash vector ${crashes.join(' ')}` : '';
  return `view ${view}${last}, log ${describeLog(log, 0)}, committed ${commit}${collected}${crashed}`;
}

function nodesText(members: readonly boolean[]): string {
  return members.flatMap((isIn, node) => (isIn ? [`n${node + 1}`] : [])).join(' ') || 'none';
}

export function describeMessage(message: VrMessage): string {
  switch (message.kind) {
    case 'prepare':
      return `Prepare view ${message.view}: ${describeLog(message.entries, message.after)}; committed ${message.commit}`;
    case 'prepare_ok':
      return `PrepareOk view ${message.view}, op-number ${message.op}`;
    case 'commit':
      return `Commit view ${message.view}, committed ${message.commit}`;
    case 'start_view_change':
      return `StartViewChange view ${message.view}`;
    case 'do_view_change': {
      const { normalView, log, commit } = message.report;
      return `DoViewChange view ${message.view}: normal in view ${normalView}, ${describeLog(log, 0)}; committed ${commit}`;
    }
    case 'start_view':
      return `StartView view ${message.view}: ${describeLog(message.log, 0)}; committed ${message.commit}`;
    case 'get_state':
      return `GetState view ${message.view} after op-number ${message.after}`;
    case 'new_state':
      return `NewState view ${message.view}: ${describeLog(message.entries, message.after)}; committed ${message.commit}`;
    case 'recovery':
      return `Recovery nonce ${message.nonce}`;
    case 'recovery_response': {
      const { view, log } = message.report;
      return `RecoveryResponse nonce ${message.nonce}: view ${view}${log === null ? '' : `, ${describeLog(log, 0)}`}`;
    }
  }
}

const HEADER_BYTES = 32;
const OPERATION_BYTES = 16;

export function messageBytes(message: VrMessage, payloadBytes: number): number {
  return HEADER_BYTES + operationsIn(message) * (OPERATION_BYTES + payloadBytes);
}

function operationsIn(message: VrMessage): number {
  if ('entries' in message) return message.entries.length;
  if ('log' in message) return message.log.length;
  return 'report' in message ? (message.report.log?.length ?? 0) : 0;
}
