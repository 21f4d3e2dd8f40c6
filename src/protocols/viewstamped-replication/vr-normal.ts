/**
 * The normal case (section 4.1): the primary orders requests, backups acknowledge them in order, f of them and the primary commit. The
 * commit-number comes with the next Prepare, or with the Commit that the primary sends as its heartbeat. The heartbeat also sends again
 * what was not acknowledged.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS, type Request } from '../protocol.ts';
import { answerOf, answerSince, executeUpTo } from './vr-execute.ts';
import {
  armHeartbeat,
  armViewChange,
  isPrimary,
  type MessageOf,
  persist,
  primaryOf,
  sendToOthers,
  type VrMessage,
  type VrOutput,
  type VrState,
  type VrStep,
} from './vr-state.ts';

export function onRequest(state: VrState, { client, number, command }: Request): VrStep {
  if (command.kind !== 'read' && command.kind !== 'write')
    return answer(state, {
      kind: 'respond',
      client,
      number,
      response: { status: 'failed', reason: 'not a read or write' },
    });
  if (!isPrimary(state)) return redirect(state, client, number);
  const session = state.sessions[client] ?? null;
  if (session !== null && session.number >= number)
    return session.number === number ? answer(state, answerOf(client, session)) : { state, outputs: NO_OUTPUTS };
  if (isUnderWay(state, client, number)) return { state, outputs: NO_OUTPUTS };
  return order({ ...state, log: [...state.log, { client, number, command }] });
}

function answer(state: VrState, output: VrOutput): VrStep {
  return { state, outputs: [output] };
}

function redirect(state: VrState, client: number, number: number): VrStep {
  const to = primaryOf(state.view, state.config);
  const isKnown = state.status === 'normal' && to !== state.self;
  return answer(state, {
    kind: 'respond',
    client,
    number,
    response: isKnown ? { status: 'redirect', to } : { status: 'redirect' },
  });
}

function isUnderWay({ log, commit }: VrState, client: number, number: number): boolean {
  for (let index = commit; index < log.length; index++) {
    const operation = log[index];
    if (operation?.client === client && operation.number === number) return true;
  }
  return false;
}

/** Prepares the last operation of the log. The backups write while the primary does. */
function order(state: VrState): VrStep {
  const { view, log, commit } = state;
  const outputs: VrOutput[] = [];
  sendToOthers(state, { kind: 'prepare', view, after: log.length - 1, entries: log.slice(-1), commit }, outputs);
  persist(state, outputs);
  outputs.push({ kind: 'send', to: state.self, message: prepareOk(state) });
  return { state, outputs };
}

export function prepareOk({ view, log, crashes }: VrState): VrMessage {
  return { kind: 'prepare_ok', view, op: log.length, crashes };
}

export function onPrepare(state: VrState, from: NodeIndex, message: MessageOf<'prepare'>): VrStep {
  const { view, after, entries, commit } = message;
  if (view < state.view || state.status === 'recovering') return { state, outputs: NO_OUTPUTS };
  if (view > state.view || state.status !== 'normal') return askForState(state, from, view, state.commit);
  if (after > state.log.length) return askForState(state, from, view, state.log.length);
  const outputs: VrOutput[] = [];
  const fresh = entries.slice(state.log.length - after);
  const appended = fresh.length === 0 ? state : { ...state, log: [...state.log, ...fresh] };
  if (appended !== state) persist(appended, outputs);
  outputs.push({ kind: 'send', to: from, message: prepareOk(appended) }, armViewChange(appended));
  return { state: executeUpTo(appended, commit), outputs };
}

export function onCommit(state: VrState, from: NodeIndex, { view, commit }: MessageOf<'commit'>): VrStep {
  if (view < state.view || state.status === 'recovering') return { state, outputs: NO_OUTPUTS };
  if (view > state.view || state.status !== 'normal') return askForState(state, from, view, state.commit);
  if (commit > state.log.length) return askForState(executeUpTo(state, commit), from, view, state.log.length);
  const next = executeUpTo(state, commit);
  return { state: next, outputs: [armViewChange(next)] };
}

/** State transfer (section 5.2): from a later view only what is committed here is kept, and the rest is asked for. */
function askForState(state: VrState, to: NodeIndex, view: number, after: number): VrStep {
  const outputs: VrOutput[] = [{ kind: 'send', to, message: { kind: 'get_state', view, after } }];
  if (!isPrimary(state)) outputs.push(armViewChange(state));
  return { state, outputs };
}

export function onPrepareOk(state: VrState, from: NodeIndex, { view, op }: MessageOf<'prepare_ok'>): VrStep {
  if (!isPrimary(state) || view !== state.view || op <= (state.acked[from] ?? 0)) return { state, outputs: NO_OUTPUTS };
  const acked = state.acked.slice();
  acked[from] = op;
  const next = executeUpTo({ ...state, acked }, quorumAcked(acked, state.config.quorum));
  const outputs: VrOutput[] = [];
  answerSince(next, state.commit, outputs);
  return { state: next, outputs };
}

/** The highest op-number that a quorum has acknowledged. */
function quorumAcked(acked: readonly number[], quorum: number): number {
  return acked.toSorted((a, b) => b - a)[quorum - 1] ?? 0;
}

export function onHeartbeat(state: VrState): VrStep {
  if (!isPrimary(state)) return { state, outputs: NO_OUTPUTS };
  const { config, view, log, commit } = state;
  const outputs: VrOutput[] = [];
  for (let to = 0; to < config.nodes; to++) {
    if (to === state.self) continue;
    const after = Math.max(commit, state.acked[to] ?? 0);
    const message: VrMessage =
      after < state.retryBelow
        ? { kind: 'prepare', view, after, entries: log.slice(after), commit }
        : { kind: 'commit', view, commit };
    outputs.push({ kind: 'send', to, message });
  }
  outputs.push(armHeartbeat(state));
  return { state: state.retryBelow === log.length ? state : { ...state, retryBelow: log.length }, outputs };
}
