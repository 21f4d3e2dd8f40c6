/**
 * View changes (section 4.2). A replica that hears no primary announces the next view; when a quorum has announced it, each sends its log
 * to the new primary, which begins with the log of the latest normal view, the longest among these. A replica in a view change takes part
 * in no earlier view any more; with a disk, that is durable before anyone hears of it.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { answerSince, executeUpTo } from './vr-execute.ts';
import { prepareOk } from './vr-normal.ts';
import {
  armHeartbeat,
  armViewChange,
  enterNormal,
  HEARTBEAT,
  isPrimary,
  type MessageOf,
  persist,
  primaryOf,
  sendToOthers,
  VIEW_CHANGE,
  type ViewReport,
  type VrOutput,
  type VrState,
  type VrStep,
} from './vr-state.ts';

export function onViewChangeTimer(state: VrState): VrStep {
  if (state.status === 'recovering' || isPrimary(state)) return { state, outputs: NO_OUTPUTS };
  return progress(announce(state, state.view + 1));
}

/** Leaves the view for a later one and says so. */
export function announce(state: VrState, view: number): VrStep {
  const { config, self } = state;
  const outputs: VrOutput[] = isPrimary(state) ? [{ kind: 'cancel_timer', timer: HEARTBEAT }] : [];
  const nobody = Array.from({ length: config.nodes }, () => null);
  const next: VrState = {
    ...state,
    status: 'view-change',
    view,
    attempts: state.attempts + 1,
    acked: [],
    retryBelow: 0,
    announced: nobody.map((_, node) => node === self),
    reports: nobody,
  };
  persist(next, outputs);
  sendToOthers(next, { kind: 'start_view_change', view, crashes: next.crashes }, outputs);
  outputs.push(armViewChange(next));
  return { state: next, outputs };
}

export function onStartViewChange(state: VrState, from: NodeIndex, message: MessageOf<'start_view_change'>): VrStep {
  const { view } = message;
  if (view < state.view || state.status === 'recovering') return { state, outputs: NO_OUTPUTS };
  if (view === state.view && state.status === 'normal') return repeatStartView(state, from);
  const joined = view > state.view ? announce(state, view) : { state, outputs: NO_OUTPUTS };
  if (joined.state.announced[from] === true) return joined;
  const announced = joined.state.announced.map((known, node) => known || node === from);
  return progress({ state: { ...joined.state, announced }, outputs: joined.outputs });
}

/** The view has begun, and somebody missed it. */
function repeatStartView(state: VrState, to: NodeIndex): VrStep {
  const { view, log, commit } = state;
  if (!isPrimary(state)) return { state, outputs: NO_OUTPUTS };
  return { state, outputs: [{ kind: 'send', to, message: { kind: 'start_view', view, log, commit } }] };
}

export function onDoViewChange(state: VrState, from: NodeIndex, message: MessageOf<'do_view_change'>): VrStep {
  const { view, report } = message;
  const isOurs = primaryOf(view, state.config) === state.self;
  if (!isOurs || view < state.view || state.status === 'recovering') return { state, outputs: NO_OUTPUTS };
  if (view === state.view && state.status === 'normal') return repeatStartView(state, from);
  const joined = view > state.view ? announce(state, view) : { state, outputs: NO_OUTPUTS };
  const reports = joined.state.reports.map((known, node) => (node === from ? report : known));
  return progress({ state: { ...joined.state, reports }, outputs: joined.outputs });
}

/** Reports to the new primary once a quorum has announced the view; there, begins the view once a quorum has reported. */
function progress({ state, outputs: before }: VrStep): VrStep {
  const { config, self, view, announced, reports, normalView, log, commit } = state;
  const isAnnounced = announced.filter(Boolean).length >= config.quorum;
  const primary = primaryOf(view, config);
  const own: ViewReport = { normalView, log, commit };
  if (primary !== self) {
    if (!isAnnounced) return { state, outputs: before };
    const message = { kind: 'do_view_change', view, report: own, crashes: state.crashes } as const;
    return { state, outputs: [...before, { kind: 'send', to: primary, message }] };
  }
  // The new primary has left the earlier views as well: its own report counts at once.
  const counted = reports.map((report, node) => (node === self ? own : report)).filter((report) => report !== null);
  return counted.length >= config.quorum ? startView(state, counted, before) : { state, outputs: before };
}

function startView(state: VrState, reports: readonly ViewReport[], before: VrStep['outputs']): VrStep {
  const best = reports.reduce((chosen, each) => (isLater(each, chosen) ? each : chosen));
  const entered = enterNormal(state, state.view, best.log);
  const commit = Math.max(...reports.map((report) => report.commit));
  const next = { ...executeUpTo(entered, commit), acked: Array.from({ length: state.config.nodes }, () => 0) };
  const outputs: VrOutput[] = [...before];
  persist(next, outputs);
  sendToOthers(next, { kind: 'start_view', view: next.view, log: next.log, commit: next.commit }, outputs);
  answerSince(next, state.commit, outputs);
  outputs.push({ kind: 'cancel_timer', timer: VIEW_CHANGE }, armHeartbeat(next));
  outputs.push({ kind: 'send', to: next.self, message: prepareOk(next) });
  return { state: next, outputs };
}

function isLater(a: ViewReport, b: ViewReport): boolean {
  return a.normalView > b.normalView || (a.normalView === b.normalView && a.log.length > b.log.length);
}

export function onStartView(state: VrState, from: NodeIndex, message: MessageOf<'start_view'>): VrStep {
  const { view, log, commit } = message;
  const isNews = view > state.view || (view === state.view && state.status === 'view-change');
  if (!isNews || state.status === 'recovering') return { state, outputs: NO_OUTPUTS };
  const outputs: VrOutput[] = [];
  if (isPrimary(state)) outputs.push({ kind: 'cancel_timer', timer: HEARTBEAT });
  const next = executeUpTo(enterNormal(state, view, log), commit);
  persist(next, outputs);
  outputs.push({ kind: 'send', to: from, message: prepareOk(next) }, armViewChange(next));
  return { state: next, outputs };
}
