/**
 * Changes of membership: joint consensus (section 6), and one server at a time (dissertation 4.1) with the correction of July 2015:
 * a leader begins none before it has committed an entry of its own term.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS, type Request } from '../protocol.ts';
import { becomeFollower, followerTimers } from './elections.ts';
import { appendEntry, entryAt, lastIndexOf } from './raft-log.ts';
import { isWitness, type Membership, type RaftOutput, type RaftState, type RaftStep, withLog } from './raft-state.ts';
import { canServeReads } from './reads.ts';
import { replicate } from './replication.ts';

/** Begins a change to the voters that the request names. */
export function reconfigure(state: RaftState, request: Request): RaftStep {
  const { config, membership } = state;
  const voters = [...new Set(request.command.nodes ?? [])].sort((a, b) => a - b);
  const refused = refusalOf(state, voters);
  if (refused !== undefined) return { state, outputs: [respondFailed(request, refused)] };
  const isJoint = config.membership === 'joint' && !config.mistakes.swapsConfiguration;
  return appendMembership(state, request, {
    voters,
    outgoing: isJoint ? membership.voters : null,
    learners: membership.learners.filter((node) => !voters.includes(node)),
  });
}

/** Why the change cannot begin now. */
function refusalOf(state: RaftState, voters: readonly NodeIndex[]): string | undefined {
  const { config, membership } = state;
  if (!voters.some((node) => !isWitness(config, node))) return 'nobody could lead';
  if (voters.some((node) => !(node >= 0 && node < config.nodes))) return 'no such nodes';
  if (config.mistakes.swapsConfiguration) return undefined;
  if (membership.outgoing !== null || isChangePending(state)) return 'another change is under way';
  if (!canServeReads(state) && !config.mistakes.changesBeforeCommit) return 'no entry of this term is committed yet';
  const isTooMuch = config.membership === 'single' && countDifferent(voters, membership.voters) > 1;
  return isTooMuch ? 'more than one server changes' : undefined;
}

/** A learner gets entries but has no vote (dissertation 4.2.1). */
export function addLearner(state: RaftState, request: Request): RaftStep {
  const { membership, config } = state;
  const wanted = request.command.nodes ?? [];
  const isKnown = wanted.every((node) => node >= 0 && node < config.nodes && !membership.voters.includes(node));
  if (!isKnown || membership.outgoing !== null || isChangePending(state) || !canServeReads(state))
    return { state, outputs: [respondFailed(request, 'not possible now')] };
  const learners = [...new Set([...membership.learners, ...wanted])];
  return appendMembership(state, request, { voters: membership.voters, outgoing: null, learners });
}

/** A configuration is in force from when it is in the log. */
function appendMembership(state: RaftState, request: Request | null, membership: Membership): RaftStep {
  const log = appendEntry(state.log, { term: state.term, request, membership });
  return replicate(withLog(state, log, membership));
}

/** Whether a configuration in the log is not committed yet. */
function isChangePending({ log, commitIndex }: RaftState): boolean {
  for (let index = commitIndex + 1; index <= lastIndexOf(log); index++)
    if ((entryAt(log, index)?.membership ?? null) !== null) return true;
  return false;
}

/** Of a leader: when the joint configuration is committed the new one follows; one that is no member of a committed one steps down. */
export function advanceMembership(state: RaftState): RaftStep {
  const { membership, self } = state;
  if (membership.outgoing === null && membership.voters.includes(self)) return { state, outputs: NO_OUTPUTS };
  if (isChangePending(state) || !canServeReads(state)) return { state, outputs: NO_OUTPUTS };
  if (membership.outgoing !== null) {
    const { voters, learners } = membership;
    return appendMembership(state, requestOf(state), { voters, outgoing: null, learners });
  }
  const follower = becomeFollower(state, state.term, null);
  return { state: follower, outputs: followerTimers(follower) };
}

/** The request that began the joint configuration, if its entry is still there. */
function requestOf({ log }: RaftState): Request | null {
  return log.entries.findLast(({ membership }) => membership !== null)?.request ?? null;
}

function countDifferent(a: readonly NodeIndex[], b: readonly NodeIndex[]): number {
  return a.filter((node) => !b.includes(node)).length + b.filter((node) => !a.includes(node)).length;
}

function respondFailed({ client, number }: Request, reason: string): RaftOutput {
  return { kind: 'respond', client, number, response: { status: 'failed', reason } };
}
