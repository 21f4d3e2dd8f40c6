/**
 * Recovery of a replica that lost its memory (section 4.3), state transfer (section 5.2), and crash vectors, which recovery needs to be safe
 * (Michael, Ports, Sharma, Szekeres, Recovering Shared Objects Without Stable Storage, DISC 2017): a recovered replica does not know what it
 * promised before the crash, so its earlier messages must count no more for anyone who may be counting on the recovered one.
 *
 * Each message that is counted carries its sender's crash vector. Receivers merge it, and what they hold of a replica from before a crash
 * that they hear of is dropped. So what is counted together is always crash-consistent.
 * The number of a start comes from outside, as the nonce of the paper does; the round that asks others for it is not needed.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { executeUpTo } from './vr-execute.ts';
import { prepareOk } from './vr-normal.ts';
import {
  armViewChange,
  enterNormal,
  HEARTBEAT,
  isPrimary,
  type MessageOf,
  persist,
  primaryOf,
  RECOVERY,
  type RecoveryReport,
  sendToOthers,
  type VrOutput,
  type VrState,
  type VrStep,
} from './vr-state.ts';

/** Whether the message is from before a crash of its sender that this replica has heard of. */
export function isFromBeforeCrash(state: VrState, from: NodeIndex, crashes: readonly number[]): boolean {
  return !state.config.ignoresCrashes && (crashes[from] ?? 0) < (state.crashes[from] ?? 0);
}

/** The same state when the vector says nothing new. */
export function hearOfCrashes(state: VrState, crashes: readonly number[]): VrState {
  if (state.config.ignoresCrashes) return state;
  const isNews = (node: NodeIndex): boolean => (crashes[node] ?? 0) > (state.crashes[node] ?? 0);
  let hasNews = false;
  for (let node = 0; node < state.config.nodes; node++) hasNews ||= isNews(node);
  if (!hasNews) return state;
  return {
    ...state,
    crashes: state.crashes.map((known, node) => Math.max(known, crashes[node] ?? 0)),
    acked: state.acked.map((op, node) => (isNews(node) ? 0 : op)),
    announced: state.announced.map((known, node) => known && !isNews(node)),
    reports: state.reports.map((report, node) => (isNews(node) ? null : report)),
    responses: state.responses.map((response, node) => (isNews(node) ? null : response)),
  };
}

/** At the start, and again until enough have answered. */
export function askToRecover(state: VrState): VrStep {
  if (state.status !== 'recovering') return { state, outputs: NO_OUTPUTS };
  const { config, crashes, self } = state;
  const outputs: VrOutput[] = [];
  sendToOthers(state, { kind: 'recovery', nonce: crashes[self] ?? 0, crashes }, outputs);
  outputs.push({
    kind: 'set_timer',
    timer: RECOVERY,
    minMs: config.recoveryRetryMs,
    maxMs: config.recoveryRetryMs,
  });
  return { state, outputs };
}

/** Only a replica that is normal answers: one in a view change does not know which log counts. */
export function onRecovery(state: VrState, from: NodeIndex, { nonce }: MessageOf<'recovery'>): VrStep {
  if (state.status !== 'normal') return { state, outputs: NO_OUTPUTS };
  const { view, log, commit, crashes } = state;
  const report: RecoveryReport = { view, log: isPrimary(state) ? log : null, commit };
  return {
    state,
    outputs: [{ kind: 'send', to: from, message: { kind: 'recovery_response', nonce, report, crashes } }],
  };
}

export function onRecoveryResponse(state: VrState, from: NodeIndex, message: MessageOf<'recovery_response'>): VrStep {
  const isCurrent = state.status === 'recovering' && message.nonce === state.crashes[state.self];
  const known = state.responses[from] ?? null;
  if (!isCurrent || (known !== null && known.view > message.report.view)) return { state, outputs: NO_OUTPUTS };
  const responses = state.responses.map((each, node) => (node === from ? message.report : each));
  return recoverWhenAnswered({ ...state, responses });
}

/** f + 1 answers, one of them from the primary of the latest view among them. */
function recoverWhenAnswered(state: VrState): VrStep {
  const { config, responses } = state;
  const given = responses.filter((response) => response !== null);
  const view = Math.max(...given.map((response) => response.view));
  const primary = responses[primaryOf(view, config)] ?? null;
  const isEnough = given.length >= config.nodes - config.quorum + 1;
  if (!isEnough || primary === null || primary.view !== view || primary.log === null)
    return { state, outputs: NO_OUTPUTS };
  const next = executeUpTo(enterNormal(state, view, primary.log), primary.commit);
  const outputs: VrOutput[] = [{ kind: 'cancel_timer', timer: RECOVERY }];
  persist(next, outputs);
  outputs.push({ kind: 'send', to: primaryOf(view, config), message: prepareOk(next) }, armViewChange(next));
  return { state: next, outputs };
}

/** All at once: half of what a view began with would be less than its members promise. */
export function onGetState(state: VrState, from: NodeIndex, { view, after }: MessageOf<'get_state'>): VrStep {
  if (state.status !== 'normal' || state.view < view) return { state, outputs: NO_OUTPUTS };
  const { log, commit } = state;
  const entries = log.slice(after);
  return {
    state,
    outputs: [{ kind: 'send', to: from, message: { kind: 'new_state', view: state.view, after, entries, commit } }],
  };
}

export function onNewState(state: VrState, message: MessageOf<'new_state'>): VrStep {
  const { view, after, entries, commit } = message;
  if (view < state.view || state.status === 'recovering' || primaryOf(view, state.config) === state.self)
    return { state, outputs: NO_OUTPUTS };
  const isSameView = view === state.view && state.status === 'normal';
  // From another view only committed operations can stand before what comes.
  if (after > (isSameView ? state.log.length : state.commit)) return { state, outputs: NO_OUTPUTS };
  if (isSameView && after + entries.length <= state.log.length)
    return { state: executeUpTo(state, commit), outputs: NO_OUTPUTS };
  const outputs: VrOutput[] = isPrimary(state) ? [{ kind: 'cancel_timer', timer: HEARTBEAT }] : [];
  const log = [...state.log.slice(0, after), ...entries];
  const entered = isSameView ? { ...state, log } : enterNormal(state, view, log);
  persist(entered, outputs);
  outputs.push({ kind: 'send', to: primaryOf(view, state.config), message: prepareOk(entered) });
  outputs.push(armViewChange(entered));
  return { state: executeUpTo(entered, commit), outputs };
}
