/**
 * View changes (§4.4). A replica that waited too long stops taking part in its view and signs a VIEW-CHANGE that reports its stable
 * checkpoint and what it has prepared since (the set P). The primary of the next view answers a quorum of them with a NEW-VIEW that
 * holds them all. From these everybody computes the same pre-prepares (the set O): for each sequence number between the highest stable
 * checkpoint and the highest prepared number, the request prepared in the highest view, or the null request.
 *
 * The sets are those of OSDI'99, where messages are signed. The set Q of the later version with MACs (TOCS 2002) serves
 * to do without the signatures and has no place here.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { accept, executeReady, proposePending } from './pbft-ordering.ts';
import {
  BLANK_SLOT,
  type Certificate,
  durableOf,
  isInWindow,
  type NewView,
  type PbftConfig,
  type PbftOutput,
  type PbftState,
  primaryOf,
  type Slot,
  sendToAll,
  sendToOthers,
  type ViewChange,
} from './pbft-state.ts';

/** Leaves the view for a later one. */
export function startViewChange(state: PbftState, view: number, out: PbftOutput[]): PbftState {
  const next: PbftState = {
    ...state,
    view,
    isActive: false,
    newView: null,
    failedViews: state.failedViews + 1,
    changes: state.changes.filter((each) => each.node !== state.self),
  };
  out.push({ kind: 'persist', durable: durableOf(next) });
  sendToAll(next, { kind: 'view_change', change: ownChange(next) }, out);
  return next;
}

export function ownChange({ config, self, view, stable, slots }: PbftState): ViewChange {
  const prepared = config.reportsPrepared ? slots.flatMap((slot) => slot.prepared ?? []) : [];
  return { node: self, view, stable: stable.service.seq, prepared };
}

/** The signer counts, not the sender. */
export function onViewChange(state: PbftState, change: ViewChange, out: PbftOutput[]): PbftState {
  if (change.view < state.view || (change.view === state.view && state.isActive)) {
    if (change.node !== state.self) sendNewView(state, change.node, out);
    return state;
  }
  const held = state.changes.find((each) => each.node === change.node);
  if (held !== undefined && held.view >= change.view) return state;
  const changes = [...state.changes.filter((each) => each.node !== change.node), change];
  const joined = joinOthers({ ...state, changes }, out);
  return announceNewView(joined, out);
}

/** f + 1 replicas in later views: one of them is honest, so the replica joins the earliest, without waiting for its timer. */
function joinOthers(state: PbftState, out: PbftOutput[]): PbftState {
  const later = state.changes.filter((each) => each.view > state.view && each.node !== state.self);
  if (later.length <= state.config.faults) return state;
  return startViewChange(state, Math.min(...later.map((each) => each.view)), out);
}

export function changesForView({ changes, view }: PbftState): readonly ViewChange[] {
  return changes.filter((each) => each.view === view);
}

function announceNewView(state: PbftState, out: PbftOutput[]): PbftState {
  const { config, self, view } = state;
  if (state.isActive || primaryOf(config, view) !== self) return state;
  const changes = changesForView(state);
  if (changes.length < config.quorum || !changes.some((each) => each.node === self)) return state;
  const newView = { view, changes };
  const next = enter(state, newView, out);
  out.push({ kind: 'persist', durable: durableOf(next) });
  sendToOthers(config.nodes, self, { kind: 'new_view', newView }, out);
  return proposePending(next, out);
}

/** Tells a replica that is behind which view this one is in. */
export function sendNewView({ isActive, newView }: PbftState, to: NodeIndex, out: PbftOutput[]): void {
  if (isActive && newView !== null) out.push({ kind: 'send', to, message: { kind: 'new_view', newView } });
}

/** Whoever brings it: it carries the signatures of a quorum. */
export function onNewView(state: PbftState, newView: NewView, out: PbftOutput[]): PbftState {
  const { view } = newView;
  if (view < state.view || (view === state.view && state.isActive)) return state;
  if (!isValid(newView, state.config)) return state;
  return enter(state, newView, out);
}

function isValid({ view, changes }: NewView, { quorum }: PbftConfig): boolean {
  const isForView = changes.every((each) => each.view === view);
  const signers = new Set(changes.map((each) => each.node));
  const isProven = changes.every((each) => each.prepared.every((certificate) => certificate.signers.length >= quorum));
  return isForView && isProven && signers.size === changes.length && signers.size >= quorum;
}

function enter(state: PbftState, newView: NewView, out: PbftOutput[]): PbftState {
  const { view } = newView;
  const { low, carried } = carriedOver(newView);
  const last = low + carried.length;
  const begun: PbftState = {
    ...state,
    view,
    isActive: true,
    newView,
    slots: slotsForView(state, view, last),
    changes: state.changes.filter((each) => each.view > view),
    reached: [],
    nextSeq: Math.max(last, state.stable.service.seq) + 1,
  };
  let next = begun;
  for (const [index, certificate] of carried.entries()) {
    const seq = low + index + 1;
    if (isInWindow(next, seq)) next = accept(next, seq, certificate?.request ?? null, out);
  }
  return executeReady(next, out);
}

/** The set O: what each sequence number above `low` was prepared as in the highest view; null for the null request. */
export function carriedOver({ changes }: NewView): { low: number; carried: readonly (Certificate | null)[] } {
  const low = Math.max(...changes.map((each) => each.stable));
  const carried: (Certificate | null)[] = [];
  for (const { prepared } of changes) {
    for (const certificate of prepared) {
      const index = certificate.seq - low - 1;
      if (index < 0) continue;
      while (carried.length <= index) carried.push(null);
      if ((carried[index]?.view ?? -1) < certificate.view) carried[index] = certificate;
    }
  }
  return { low, carried };
}

/** Past the last number that is carried over nothing was committed: the log forgets it, but for votes that came early. */
function slotsForView(state: PbftState, view: number, last: number): readonly Slot[] {
  const low = state.stable.service.seq;
  const slots = state.slots.map((slot, index) => {
    const isKept = low + index + 1 <= last || slot.committed !== null;
    const prepares = slot.prepares.filter((vote) => vote.view >= view);
    const commits = slot.commits.filter((vote) => vote.view >= view);
    if (isKept) return { ...slot, prepares, commits };
    return prepares.length + commits.length === 0 ? BLANK_SLOT : { ...BLANK_SLOT, prepares, commits };
  });
  while (slots.at(-1) === BLANK_SLOT) slots.pop();
  return slots;
}

/** Whether the replica waits for a NEW-VIEW that a quorum has asked for. */
export function awaitsNewView(state: PbftState): boolean {
  return !state.isActive && changesForView(state).length >= state.config.quorum;
}
