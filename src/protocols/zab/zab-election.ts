/**
 * Fast leader election (phase 0). A server that looks for a leader votes for the highest current epoch, then the highest last zxid, then
 * the highest id that it has heard of in this round, and tells all others each time that its vote changes. When a quorum votes as it does
 * and no better vote comes for a while, the election is over. Servers that no longer look answer with whom they follow. Nothing of it
 * is durable: that only one leader serves an epoch is up to discovery.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { beginFollowing, beginLeading } from './zab-discovery.ts';
import { compareZxids, lastPlace, lastZxid, upTo } from './zab-history.ts';
import {
  armTimer,
  ELECTION,
  type Election,
  FINALIZE,
  LIMIT,
  type MessageOf,
  type Settled,
  sendToOthers,
  TICK,
  type Vote,
  withElement,
  type ZabMessage,
  type ZabOutput,
  type ZabState,
  type ZabStep,
} from './zab-state.ts';

const DOUBLINGS_MAX = 20;

/** Gives up whom it follows or leads, and looks for a leader in a round of its own. */
export function look(before: ZabState): ZabStep {
  const left: ZabState = {
    ...(before.config.retainsDatabase ? retaining(before) : before),
    role: 'looking',
    phase: 'election',
    leader: null,
    isSynced: false,
    pendingReads: [],
    leadership: null,
  };
  const election = electionOf(left, left.election.round + 1, ownVote(left));
  const outputs: ZabOutput[] = [
    { kind: 'cancel_timer', timer: TICK },
    { kind: 'cancel_timer', timer: LIMIT },
  ];
  return campaign({ ...left, election }, outputs);
}

/** Known mistake, ZOOKEEPER-2845: memory ends with what was delivered or read at the start; the log file goes on. */
function retaining(state: ZabState): ZabState {
  const { history, delivered, loaded, retained } = state;
  const end = Math.max(delivered, Math.min(loaded, lastPlace(history)));
  if (end === lastPlace(history)) return state;
  const logged = history.log.slice(end - history.snapshot.index);
  return { ...state, history: upTo(history, end), retained: [...retained, ...logged] };
}

function ownVote({ self, currentEpoch, history }: ZabState): Vote {
  return { leader: self, epoch: currentEpoch, zxid: lastZxid(history) };
}

function electionOf({ config, self }: ZabState, round: number, vote: Vote): Election {
  const nobody = Array.from({ length: config.nodes }, () => null);
  return {
    round,
    vote,
    ballots: withElement<Vote | null>(nobody, self, vote),
    settled: nobody,
    isFinal: false,
    resends: 0,
  };
}

/** Tells the vote to all, and sees whether a quorum agrees. */
function campaign(state: ZabState, outputs: ZabOutput[]): ZabStep {
  sendToOthers(state, notification(state), outputs);
  outputs.push(armTimer(ELECTION, state.config.finalizeWaitMs));
  return count(state, outputs);
}

function notification({ role, election }: ZabState): ZabMessage {
  return { kind: 'notification', role, round: election.round, vote: election.vote };
}

/** Begins to wait for a better vote when a quorum agrees, and stops waiting when it no longer does. */
function count(state: ZabState, outputs: ZabOutput[]): ZabStep {
  const { election, config } = state;
  const agreeing = election.ballots.filter((ballot) => ballot !== null && isSameVote(ballot, election.vote)).length;
  const isFinal = agreeing >= config.quorum;
  if (isFinal === election.isFinal) return { state, outputs };
  outputs.push(isFinal ? armTimer(FINALIZE, config.finalizeWaitMs) : { kind: 'cancel_timer', timer: FINALIZE });
  return { state: { ...state, election: { ...election, isFinal } }, outputs };
}

export function onElectionTimer(state: ZabState): ZabStep {
  if (state.role !== 'looking') return { state, outputs: NO_OUTPUTS };
  const { config, election } = state;
  const resends = election.resends + 1;
  const outputs: ZabOutput[] = [];
  sendToOthers(state, notification(state), outputs);
  const intervalMs = config.finalizeWaitMs * 2 ** Math.min(resends, DOUBLINGS_MAX);
  outputs.push(armTimer(ELECTION, Math.min(intervalMs, config.maxNotificationMs)));
  return { state: { ...state, election: { ...election, resends } }, outputs };
}

export function onFinalizeTimer(state: ZabState): ZabStep {
  if (state.role !== 'looking' || !state.election.isFinal) return { state, outputs: NO_OUTPUTS };
  const { leader } = state.election.vote;
  return leader === state.self ? beginLeading(state) : beginFollowing(state, leader);
}

export function onNotification(state: ZabState, from: NodeIndex, message: MessageOf<'notification'>): ZabStep {
  if (state.role === 'looking')
    return message.role === 'looking' ? onVote(state, from, message) : onSettled(state, from, message);
  if (message.role !== 'looking') return { state, outputs: NO_OUTPUTS };
  // In a later round than that which elected it, the leader has given up: what TCP tells by closing the connection.
  if (from === state.leader && message.round > state.election.round) {
    const looking = look(state);
    const next = onVote(looking.state, from, message);
    return { state: next.state, outputs: [...looking.outputs, ...next.outputs] };
  }
  return { state, outputs: [{ kind: 'send', to: from, message: notification(state) }] };
}

function onVote(state: ZabState, from: NodeIndex, { round, vote }: MessageOf<'notification'>): ZabStep {
  const { election } = state;
  if (round < election.round) return { state, outputs: [{ kind: 'send', to: from, message: notification(state) }] };
  const own = round > election.round ? ownVote(state) : election.vote;
  const best = isBetter(vote, own) ? vote : own;
  if (round > election.round) {
    const joined = electionOf(state, round, best);
    const ballots = withElement(joined.ballots, from, vote);
    const outputs: ZabOutput[] = election.isFinal ? [{ kind: 'cancel_timer', timer: FINALIZE }] : [];
    return campaign({ ...state, election: { ...joined, ballots, settled: election.settled } }, outputs);
  }
  const heard = withElement(election.ballots, from, vote);
  if (best === own) return count({ ...state, election: { ...election, ballots: heard } }, []);
  const ballots = withElement(heard, state.self, best);
  const outputs: ZabOutput[] = election.isFinal ? [{ kind: 'cancel_timer', timer: FINALIZE }] : [];
  return campaign({ ...state, election: { ...election, vote: best, ballots, isFinal: false } }, outputs);
}

/** Joins a leader that a quorum follows and that says itself that it leads. */
function onSettled(state: ZabState, from: NodeIndex, { role, round, vote }: MessageOf<'notification'>): ZabStep {
  const { election, config, self } = state;
  const said: Settled = { leader: vote.leader, isLeading: role === 'leading' };
  const settled = withElement(election.settled, from, said);
  const next = { ...state, election: { ...election, settled } };
  const followers = settled.filter((each) => each?.leader === vote.leader).length;
  const leads = settled[vote.leader]?.isLeading === true && settled[vote.leader]?.leader === vote.leader;
  if (vote.leader === self || followers < config.quorum || !leads) return { state: next, outputs: NO_OUTPUTS };
  const joined = { ...next, election: { ...next.election, round, vote } };
  return beginFollowing(joined, vote.leader);
}

function isBetter(a: Vote, b: Vote): boolean {
  return (a.epoch - b.epoch || compareZxids(a.zxid, b.zxid) || a.leader - b.leader) > 0;
}

function isSameVote(a: Vote, b: Vote): boolean {
  return a.leader === b.leader && a.epoch === b.epoch && compareZxids(a.zxid, b.zxid) === 0;
}
