/**
 * Primary-backup in words: states and messages as people read them in transcripts and diagrams.
 */
import type { Descriptions } from '../protocol.ts';
import type { Entry, PrimaryBackupMessage, PrimaryBackupState, Replica, Store } from './primary-backup-state.ts';

/** Bytes of a header, and of an entry without its payload. */
const HEADER_BYTES = 32;
const ENTRY_BYTES = 24;

export const describePrimaryBackup: Descriptions<PrimaryBackupState, PrimaryBackupMessage> = {
  role: (state) => (state.role === 'store' ? 'store' : state.lead === null ? 'backup' : 'primary'),
  term: ({ epoch }) => epoch,
  leads: (state) => state.role === 'replica' && state.lead !== null && state.lead.tick < state.lead.leaseEnd,
  state: (state) => (state.role === 'store' ? describeStore(state) : describeReplica(state)),
  message: describeMessage,
  messageBytes: (message, payloadBytes) =>
    HEADER_BYTES + (message.kind === 'append' ? message.entries.length * (ENTRY_BYTES + payloadBytes) : 0),
};

function describeStore({ epoch, primary, phase }: Store): string {
  return `epoch ${epoch}, ${phase}${primary === null ? '' : `, primary n${primary + 1}`}`;
}

function describeReplica({ epoch, log, lead, errant }: Replica): string {
  const own = errant === 0 ? '' : `, ${errant} errant`;
  if (lead === null) return `epoch ${epoch}, log ${describeLog(log)}${own}`;
  const lease = lead.tick < lead.leaseEnd ? '' : ', no lease';
  const degraded = lead.isDegraded ? ', fallen back to asynchronous' : '';
  return `epoch ${epoch}, log ${describeLog(log)}, committed ${lead.committed}${degraded}${lease}`;
}

/** `1:7 2:8`: epoch and value. */
function describeLog(log: readonly Entry[]): string {
  return log.length === 0 ? 'empty' : log.map(({ epoch, value }) => `${epoch}:${value}`).join(' ');
}

function describeMessage(message: PrimaryBackupMessage): string {
  switch (message.kind) {
    case 'append':
      return `append epoch ${message.epoch}, ${describeLog(message.entries)} behind ${message.from}`;
    case 'appended':
      return `appended epoch ${message.epoch}, length ${message.length}`;
    case 'mismatch':
      return `mismatch epoch ${message.epoch} before ${message.from}, may agree up to ${message.length}`;
    case 'renew':
    case 'granted':
      return `${message.kind} lease of epoch ${message.epoch}`;
    case 'register':
      return 'register';
    case 'assigned':
      return `assigned epoch ${message.epoch}, primary n${message.primary + 1}`;
    case 'report':
      return `report epoch ${message.epoch}: joined ${message.joined}, length ${message.length}`;
    default:
      return `${message.kind} epoch ${message.epoch}`;
  }
}
