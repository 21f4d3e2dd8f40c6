/**
 * Parametrised FaB Paxos: agreement on one value in two message delays, among n >= 3f + 2t + 1 nodes of which f may do anything (Martin and
 * Alvisi, Fast Byzantine Consensus, DSN 2005; IEEE TDSC 3(3), 2006). With t = 0 it needs no more nodes than PBFT, with
 * t = f the 5f + 1 of FaB proper.
 *
 * The leader proposes (PROPOSE), acceptors accept and say so to all (ACCEPTED). ⌈(n + 3f + 1)/2⌉ acceptances are learned at once: two delays, as
 * long as no more than t acceptors fail. Fewer, but ⌈(n + f + 1)/2⌉, make a commit proof (COMMITPROOF), and as many proofs are learned too:
 * three delays, as long as no more than f fail.
 *
 * Who waits too long enters the next view, or proposal number, and reports what it has accepted and proven (REP). n - f reports are the new leader's
 * progress certificate; it proposes what that vouches for, and acceptors accept nothing else (vouching.ts). That is where FaB as
 * published can get stuck, in the first decision, after one change of the leader: arXiv:1712.01367, section 3. The rule used here is that of
 * arXiv:1801.10022; the published one is the variant `vouches-by-paper-rule`.
 *
 * Acceptors make proofs of their own view alone and only from acceptances that they received, so that a report misses nothing
 * that its sender said before. Reports go to all, in place of the paper's suspicions and queries: f + 1 of them take others along, n - f start the
 * clock of the view, whose timeout doubles. Who has not learned pulls: others answer with all that stands, and f + 1 equal answers
 * are learned.
 *
 * An acceptor's word is on disk before it is given: a crash with a restart is no Byzantine fault, a lost disk is one. Not decided
 * here: more than one value, state machine replication, signatures in detail.
 *
 * A decision costs n - 1 proposals, n(n - 1) acceptances, and n(n - 1) commit proofs, which nobody waits for when no acceptor fails.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { type Input, NO_OUTPUTS, type Protocol, type Request } from '../protocol.ts';
import { corrupt, noteDecoys } from './fab-byzantine.ts';
import { describeFab } from './fab-describe.ts';
import { fabProperties } from './fab-paxos-properties.ts';
import {
  type CommitProof,
  countVotes,
  type FabConfig,
  type FabDurable,
  type FabMessage,
  type FabOutput,
  type FabState,
  type FabStep,
  leaderOf,
  type Proposal,
  persist,
  sendToAll,
  sendToOthers,
  type Vote,
} from './fab-paxos-state.ts';
import { enterView, onReport, proposeIfLeader } from './fab-view-change.ts';
import { isCertificate, isProof, vouchesFor } from './vouching.ts';

const VIEW = 'view';
const PULL = 'pull';

/** Timeouts double up to this often: the wait for the next try stays bounded. */
const DOUBLINGS_MAX = 4;

const FIRST: FabDurable = {
  view: 0,
  acceptedView: -1,
  accepted: null,
  proof: null,
  report: null,
  proposal: null,
  learned: null,
};

export const fabPaxos: Protocol<FabConfig, FabState, FabMessage, FabDurable> = {
  timers: [VIEW, PULL],
  initial,
  step,
  properties: fabProperties,
  describe: describeFab,
};

function initial(config: FabConfig, self: NodeIndex, durable: FabDurable = FIRST): FabStep {
  const { acceptedView, accepted, proof, report } = durable;
  const nobody = Array.from({ length: config.nodes }, () => null);
  const state: FabState = {
    ...durable,
    config,
    self,
    acceptances: accepted === null ? nobody : withVote(nobody, self, { view: acceptedView, value: accepted }),
    commits: proof === null ? nobody : withVote(nobody, self, proof),
    reports: report === null ? [] : [report],
    learnedBy: nobody,
    wanted: null,
    waiting: [],
    decoys: [],
  };
  const out: FabOutput[] = [];
  if (state.learned === null) out.push(armPull(config));
  if (awaited(state) !== NOTHING) out.push(armView(state));
  return { state, outputs: out };
}

function step(state: FabState, input: Input<FabMessage>): FabStep {
  const isByzantine = state.self < state.config.byzantine;
  const before = isByzantine ? noteDecoys(state, input) : state;
  const out: FabOutput[] = [];
  const after = act(before, input, out);
  armTimers(before, after, out);
  if (isByzantine) return { state: after, outputs: corrupt(after, state.decoys, input, out) };
  return { state: after, outputs: out.length === 0 ? NO_OUTPUTS : out };
}

function act(state: FabState, input: Input<FabMessage>, out: FabOutput[]): FabState {
  switch (input.kind) {
    case 'request':
      return onRequest(state, input.request, out);
    case 'timer':
      return input.timer === VIEW ? enterView(state, state.view + 1, out) : onPullTimer(state, out);
    case 'message':
      return onMessage(state, input.from, input.message, out);
    case 'choice':
      return state;
  }
}

function onMessage(state: FabState, from: NodeIndex, message: FabMessage, out: FabOutput[]): FabState {
  switch (message.kind) {
    case 'propose':
      return onPropose(state, from, message.proposal, out);
    case 'accepted':
      return onAccepted(state, from, message, out);
    case 'commit_proof':
      return onCommitProof(state, from, message.proof, out);
    case 'report':
      return onReport(state, from, message.report, out);
    case 'pull':
      return onPull(state, from, message.wanted, out);
    case 'learned':
      return onLearned(state, from, message.value, out);
  }
}

// The proposer

function onRequest(state: FabState, { client, number, command }: Request, out: FabOutput[]): FabState {
  if (command.kind !== 'propose' || command.value === undefined) {
    const response = { status: 'failed', reason: 'not a proposal of a value' } as const;
    out.push({ kind: 'respond', client, number, response });
    return state;
  }
  if (state.learned !== null) {
    out.push({ kind: 'respond', client, number, response: { status: 'ok', value: state.learned } });
    return state;
  }
  const others = state.waiting.filter((each) => each.client !== client);
  const wanted = state.wanted ?? command.value;
  return proposeIfLeader({ ...state, wanted, waiting: [...others, { client, number }] }, out);
}

// The acceptor

function onPropose(state: FabState, from: NodeIndex, proposal: Proposal, out: FabOutput[]): FabState {
  const { config } = state;
  const { view, value, certificate } = proposal;
  if (from !== leaderOf(config, view) || view < state.view || view <= state.acceptedView) return state;
  const isAllowed = view === 0 || (isCertificate(certificate, view, config) && vouchesFor(certificate, value, config));
  if (!isAllowed) return state;
  const next: FabState = { ...state, view, acceptedView: view, accepted: value };
  out.push(persist(next));
  sendToAll(next, { kind: 'accepted', view, value }, out);
  return next;
}

/** Counted again even when it was heard before: this node may have entered its view since. */
function onAccepted(state: FabState, from: NodeIndex, { view, value }: Vote, out: FabOutput[]): FabState {
  const acceptances = withVote(state.acceptances, from, { view, value });
  const heard = acceptances === state.acceptances ? state : { ...state, acceptances };
  const count = countVotes(acceptances, view, value);
  const proven = count < state.config.commitQuorum ? heard : prove(heard, view, value, out);
  return count < state.config.fastQuorum ? proven : learn(proven, value, out);
}

/** Only in its own view: what it has reported on entering that must not become false. */
function prove(state: FabState, view: number, value: number, out: FabOutput[]): FabState {
  if (view !== state.view || (state.proof?.view ?? -1) >= view) return state;
  const signers = state.acceptances.flatMap((vote, node) =>
    vote !== null && vote.view === view && vote.value === value ? [node] : [],
  );
  const proof: CommitProof = { view, value, signers };
  const next: FabState = { ...state, proof };
  out.push(persist(next));
  sendToAll(next, { kind: 'commit_proof', proof }, out);
  return next;
}

// The learner

function onCommitProof(state: FabState, from: NodeIndex, proof: CommitProof, out: FabOutput[]): FabState {
  if (!isProof(proof, state.config)) return state;
  const { view, value } = proof;
  const commits = withVote(state.commits, from, { view, value });
  if (commits === state.commits) return state;
  const next: FabState = { ...state, commits };
  return countVotes(commits, view, value) < state.config.commitQuorum ? next : learn(next, value, out);
}

function onLearned(state: FabState, from: NodeIndex, value: number, out: FabOutput[]): FabState {
  if (state.learned !== null || state.learnedBy[from] === value) return state;
  const learnedBy = state.learnedBy.with(from, value);
  const next: FabState = { ...state, learnedBy };
  const count = learnedBy.reduce<number>((sum, each) => sum + (each === value ? 1 : 0), 0);
  return count <= state.config.faults ? next : learn(next, value, out);
}

function learn(state: FabState, value: number, out: FabOutput[]): FabState {
  if (state.learned !== null) return state;
  const next: FabState = { ...state, learned: value, waiting: [] };
  out.push(persist(next));
  for (const { client, number } of state.waiting)
    out.push({ kind: 'respond', client, number, response: { status: 'ok', value } });
  out.push({ kind: 'cancel_timer', timer: PULL });
  return next;
}

function onPullTimer(state: FabState, out: FabOutput[]): FabState {
  if (state.learned !== null) return state;
  const { view, report, wanted, accepted } = state;
  // Who has learned does not pull, and still has to be taken along.
  if (report?.view === view) sendToOthers(state, { kind: 'report', report }, out);
  sendToOthers(state, { kind: 'pull', wanted: wanted ?? accepted }, out);
  out.push(armPull(state.config));
  return state;
}

/** Answers with all that stands of what this node has said. */
function onPull(state: FabState, to: NodeIndex, wanted: number | null, out: FabOutput[]): FabState {
  const { view, acceptedView, accepted, proof, report, proposal, learned } = state;
  const messages: FabMessage[] = [];
  if (report?.view === view) messages.push({ kind: 'report', report });
  if (proposal?.view === view) messages.push({ kind: 'propose', proposal });
  if (accepted !== null) messages.push({ kind: 'accepted', view: acceptedView, value: accepted });
  if (proof !== null) messages.push({ kind: 'commit_proof', proof });
  if (learned !== null) messages.push({ kind: 'learned', value: learned });
  for (const message of messages) out.push({ kind: 'send', to, message });
  if (wanted === null || state.wanted !== null || learned !== null) return state;
  return proposeIfLeader({ ...state, wanted }, out);
}

/** The same votes when it says nothing newer. */
function withVote(votes: readonly (Vote | null)[], from: NodeIndex, { view, value }: Vote): readonly (Vote | null)[] {
  const held = votes[from] ?? null;
  if (held !== null && (held.view > view || (held.view === view && held.value === value))) return votes;
  return votes.with(from, { view, value });
}

// Timers

const NOTHING = -1;

/** What runs out with the view timer: the wait for an outcome in a view that enough nodes are in. */
function awaited({ config, view, learned, wanted, accepted, acceptedView, reports }: FabState): number {
  if (learned !== null) return NOTHING;
  if (view === 0) return wanted === null && accepted === null ? NOTHING : 0;
  if (acceptedView === view) return view;
  let entered = 0;
  for (const report of reports) if (report.view >= view) entered += 1;
  return entered < config.certificateSize ? NOTHING : view;
}

function armTimers(before: FabState, after: FabState, out: FabOutput[]): void {
  if (before === after) return;
  const [was, is] = [awaited(before), awaited(after)];
  if (is === was) return;
  out.push(is === NOTHING ? { kind: 'cancel_timer', timer: VIEW } : armView(after));
}

function armView({ config, view }: FabState): FabOutput {
  const minMs = config.viewTimeoutMs * 2 ** Math.min(view, DOUBLINGS_MAX);
  return { kind: 'set_timer', timer: VIEW, minMs, maxMs: minMs };
}

function armPull({ pullMs }: FabConfig): FabOutput {
  return { kind: 'set_timer', timer: PULL, minMs: pullMs, maxMs: 2 * pullMs };
}
