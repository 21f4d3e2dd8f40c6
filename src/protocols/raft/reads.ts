/**
 * Reads without the log: ReadIndex (dissertation 6.4) and leader leases (6.4.1).
 *
 * A round is a number that messages carry and answers return: when a majority has answered a round, this node still led when the round
 * began. A lease is a timer that starts with a heartbeat's round. Whoever answered the round votes for nobody else for the least election
 * timeout, so once a majority has, nobody else leads before the timer ends, provided that clocks run at nearly the same rate. There are
 * two such timers, so that one lease begins before the other ends.
 */
import { NO_OUTPUTS, type Request } from '../protocol.ts';
import { termAt } from './raft-log.ts';
import {
  isQuorum,
  type PendingRead,
  type RaftOutput,
  type RaftState,
  type RaftStep,
  timer,
  withElement,
  withTenure,
} from './raft-state.ts';
import { broadcast } from './replication.ts';

export function onRead(state: RaftState, { client, number, command }: Request): RaftStep {
  const key = command.key ?? 0;
  const { reads } = state.config;
  if (reads === 'local' || (reads === 'lease' && holdsLease(state) && canServeReads(state)))
    return { state, outputs: [answerTo(state, { client, number, key })] };
  const { pendingReads } = state.tenure;
  if (pendingReads.some((each) => each.client === client && each.number === number))
    return { state, outputs: NO_OUTPUTS };
  const round = state.tenure.round + 1;
  const waiting: PendingRead = { client, number, key, index: state.commitIndex, round };
  const asking = withTenure(state, { round, pendingReads: [...pendingReads, waiting] });
  const outputs: RaftOutput[] = [];
  const next = answerReads(broadcast(asking, outputs));
  return { state: next.state, outputs: [...outputs, ...next.outputs] };
}

/** A new round with a timer, in place of the older of the two leases. */
export function startLease(state: RaftState, outputs: RaftOutput[]): RaftState {
  const { config } = state;
  const { leaseRounds } = state.tenure;
  if (leaseRounds.length === 0) return state;
  const slot = (leaseRounds[0] ?? 0) <= (leaseRounds[1] ?? 0) ? 0 : 1;
  // A follower's clock may be fast and the leader's slow, each by the drift.
  const drift = config.mistakes.trustsClocks ? 0 : config.maxClockDrift;
  const leaseMs = (config.electionTimeoutMinMs * (1 - drift)) / (1 + drift);
  outputs.push(timer(slot === 0 ? 'lease_0' : 'lease_1', leaseMs));
  const round = state.tenure.round + 1;
  return withTenure(state, { round, leaseRounds: withElement(leaseRounds, slot, round) });
}

export function onLeaseTimer(state: RaftState, slot: 0 | 1): RaftStep {
  const { leaseRounds } = state.tenure;
  if ((leaseRounds[slot] ?? 0) === 0) return { state, outputs: NO_OUTPUTS };
  return { state: withTenure(state, { leaseRounds: withElement(leaseRounds, slot, 0) }), outputs: NO_OUTPUTS };
}

export function holdsLease(state: RaftState): boolean {
  return state.tenure.leaseRounds.some((round) => round > 0 && isConfirmed(state, round));
}

/** A majority, this node among it, answered the round or a later one. */
function isConfirmed({ tenure, membership, self }: RaftState, round: number): boolean {
  const marked = tenure.answeredRound.map((answered, node) => node === self || answered >= round);
  return isQuorum(membership, marked);
}

/** Only once an entry of the leader's own term is committed does it know what is. */
export function canServeReads({ log, commitIndex, term }: RaftState): boolean {
  return termAt(log, commitIndex) === term;
}

/** Answers the waiting reads that may be. */
export function answerReads(state: RaftState): RaftStep {
  const waiting = state.tenure.pendingReads;
  if (waiting.length === 0 || !canServeReads(state)) return { state, outputs: NO_OUTPUTS };
  const ready = waiting.filter(({ round }) => isConfirmed(state, round));
  if (ready.length === 0) return { state, outputs: NO_OUTPUTS };
  const pendingReads = waiting.filter((read) => !ready.includes(read));
  return { state: withTenure(state, { pendingReads }), outputs: ready.map((read) => answerTo(state, read)) };
}

function answerTo(
  { machine }: RaftState,
  { client, number, key }: Pick<PendingRead, 'client' | 'number' | 'key'>,
): RaftOutput {
  return { kind: 'respond', client, number, response: { status: 'ok', value: machine.values[key] ?? null } };
}
