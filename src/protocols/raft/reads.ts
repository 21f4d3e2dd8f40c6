/**
 * Reads without the log: ReadIndex (dissertation 6.4) and leader leases (6.4.1). A lease is a timer that runs from when a round of
 * AppendEntries left; when a majority has answered that round, none of them votes for anybody else before the timer ends, provided
 * that clocks run at nearly the same rate. Two rounds have a timer each, so that one lease begins before the other ends.
 */
import { NO_OUTPUTS } from '../protocol.ts';
import { termAt } from './raft-log.ts';
import { isQuorum, type PendingRead, type RaftOutput, type RaftState, type RaftStep, stateOf } from './raft-state.ts';

export function usesRounds({ config }: RaftState): boolean {
  return config.checkQuorum || config.reads === 'read_index' || config.reads === 'lease';
}

/** The timer of the lease that this round would grant. */
export function startLease({ config }: RaftState, round: number): RaftOutput[] {
  if (config.reads !== 'lease') return [];
  const drift = config.mistakes.trustsClocks ? 0 : config.maxClockDrift;
  const ms = (config.electionTimeoutMinMs * (1 - drift)) / (1 + drift);
  return [{ kind: 'set_timer', timer: `lease_${round % 2}`, minMs: ms, maxMs: ms }];
}

export function onLeaseTimer(state: RaftState, slot: 0 | 1): RaftStep {
  if (state.leases[slot] !== true) return { state, outputs: NO_OUTPUTS };
  return {
    state: stateOf({ ...state, leases: state.leases.map((holds, at) => holds && at !== slot) }),
    outputs: NO_OUTPUTS,
  };
}

/** What follows when a node answered a round: a lease may hold, waiting reads may be answered. */
export function afterRound(before: RaftState, state: RaftState): RaftStep {
  if (state.answeredRound === before.answeredRound) return { state, outputs: NO_OUTPUTS };
  return answerReads(state.config.reads === 'lease' ? grantLeases(state) : state);
}

/** The rounds whose timers run are the last two. */
function grantLeases(state: RaftState): RaftState {
  const leases = state.leases.map((holds, slot) => {
    const round = state.round - ((state.round - slot) % 2);
    return holds || (round > 0 && isConfirmed(state, round));
  });
  return leases.every((holds, slot) => holds === state.leases[slot]) ? state : stateOf({ ...state, leases });
}

/** A majority, this node among it, answered the round or a later one. */
function isConfirmed({ answeredRound, membership, self }: RaftState, round: number): boolean {
  const marked = answeredRound.map((answered, node) => node === self || answered >= round);
  return isQuorum(membership, marked);
}

/** A read may be answered locally only once an entry of the leader's own term is committed: before that it may not know what is. */
export function canServeReads({ log, commitIndex, term, machine }: RaftState): boolean {
  return commitIndex > 0 && (termAt(log, commitIndex) ?? 0) === term && machine.appliedIndex >= commitIndex;
}

export function holdsLease({ leases, transferee }: RaftState): boolean {
  return transferee === null && leases.includes(true);
}

export function answerReads(state: RaftState): RaftStep {
  if (state.pendingReads.length === 0 || !canServeReads(state)) return { state, outputs: NO_OUTPUTS };
  const ready = state.pendingReads.filter((read) => isReady(state, read));
  if (ready.length === 0) return { state, outputs: NO_OUTPUTS };
  const pendingReads = state.pendingReads.filter((read) => !ready.includes(read));
  return { state: stateOf({ ...state, pendingReads }), outputs: ready.map((read) => answerRead(state, read)) };
}

function isReady(state: RaftState, { index, round }: PendingRead): boolean {
  return state.machine.appliedIndex >= index && isConfirmed(state, round);
}

export function answerRead(
  { machine }: RaftState,
  { client, number, key }: Pick<PendingRead, 'client' | 'number' | 'key'>,
): RaftOutput {
  return { kind: 'respond', client, number, response: { status: 'ok', value: machine.values[key] ?? null } };
}
