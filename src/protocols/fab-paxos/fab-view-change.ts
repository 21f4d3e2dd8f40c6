/**
 * How the next leader comes in (section 5.3 of TDSC 2006): nodes enter a view by a report, and n - f reports are the progress certificate
 * on which its leader proposes.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import {
  type FabOutput,
  type FabState,
  isLeader,
  type Proposal,
  persist,
  type Report,
  reportsForView,
  sendToAll,
} from './fab-paxos-state.ts';
import { isSound, verdictOf } from './vouching.ts';

export function enterView(state: FabState, view: number, out: FabOutput[]): FabState {
  const { self, acceptedView, accepted, proof } = state;
  const report: Report = { node: self, view, acceptedView, accepted, proof };
  const next: FabState = { ...state, view, report };
  out.push(persist(next));
  sendToAll(next, { kind: 'report', report }, out);
  return next;
}

export function onReport(state: FabState, from: NodeIndex, report: Report, out: FabOutput[]): FabState {
  if (report.node !== from || !isSound(report, state.config)) return state;
  const held = state.reports.find(({ node }) => node === from);
  if (held !== undefined && held.view >= report.view) return state;
  const reports = [...state.reports.filter(({ node }) => node !== from), report];
  return proposeIfLeader(joinOthers({ ...state, reports }, out), out);
}

/** f + 1 nodes in later views: one of them is correct, so this one need not wait for its own timer. */
function joinOthers(state: FabState, out: FabOutput[]): FabState {
  const later = state.reports.filter(({ node, view }) => view > state.view && node !== state.self);
  if (later.length <= state.config.faults) return state;
  return enterView(state, Math.min(...later.map(({ view }) => view)), out);
}

/** Once a view, as soon as there is something to propose and, after the first view, a certificate that allows it. */
export function proposeIfLeader(state: FabState, out: FabOutput[]): FabState {
  const { config, view } = state;
  if (!isLeader(state) || state.proposal?.view === view) return state;
  const certificate = view === 0 ? [] : reportsForView(state).slice(0, config.certificateSize);
  if (view > 0 && certificate.length < config.certificateSize) return state;
  const value = valueToPropose(state, certificate);
  if (value === null) return state;
  const proposal: Proposal = { view, value, certificate };
  const next: FabState = { ...state, proposal };
  out.push(persist(next));
  sendToAll(next, { kind: 'propose', proposal }, out);
  return next;
}

function valueToPropose({ config, wanted, accepted }: FabState, certificate: readonly Report[]): number | null {
  const verdict = verdictOf(certificate, config);
  switch (verdict.kind) {
    case 'only':
      return verdict.value;
    case 'none':
      return null;
    case 'any':
      return wanted ?? accepted ?? certificate.find((each) => each.accepted !== null)?.accepted ?? null;
  }
}
