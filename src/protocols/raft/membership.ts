/**
 * Changes of membership: joint consensus (section 6), and one server at a time (dissertation 4.1) with the correction of July 2015:
 * a leader begins none before it has committed an entry of its own term.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Request } from '../protocol.ts';
import { becomeFollower, followerTimers } from './elections.ts';
import { appendEntry, entryAt, termAt } from './raft-log.ts';
import { type Membership, type RaftOutput, type RaftState, type RaftStep, withLog } from './raft-state.ts';
import { replicate } from './replication.ts';

/** Begins a change to the nodes that the request names. */
export function reconfigure(state: RaftState, request: Request): RaftStep {
  const { config, membership, log, term, commitIndex } = state;
  const voters = [...(request.command.nodes ?? [])].sort((a, b) => a - b);
  const refusal = (reason: string): RaftStep => ({ state, outputs: [respondFailed(request, reason)] });
  if (voters.length === 0 || voters.some((node) => !(node >= 0 && node < config.nodes)))
    return refusal('no such nodes');
  if (!config.mistakes.swapsConfiguration) {
    if (membership.outgoing !== null || isChangePending(state)) return refusal('another change is under way');
    const isOwnTerm = (termAt(log, commitIndex) ?? 0) === term;
    if (!isOwnTerm && !config.mistakes.changesBeforeCommit) return refusal('no entry of this term is committed yet');
    if (config.membership === 'single' && difference(voters, membership.voters) > 1)
      return refusal('more than one server changes');
  }
  const isJoint = config.membership === 'joint' && !config.mistakes.swapsConfiguration;
  const next: Membership = {
    voters,
    outgoing: isJoint ? membership.voters : null,
    learners: learnersFor(membership, voters),
  };
  return appendMembership(state, next, isJoint ? null : request);
}

/** A learner gets entries but has no vote (dissertation 4.2.1). */
export function addLearner(state: RaftState, request: Request): RaftStep {
  const { membership, config } = state;
  const learners = [...new Set([...membership.learners, ...(request.command.nodes ?? [])])];
  const isKnown = learners.every((node) => node >= 0 && node < config.nodes);
  if (!isKnown || isChangePending(state)) return { state, outputs: [respondFailed(request, 'not possible now')] };
  return appendMembership(
    state,
    { ...membership, learners: learners.filter((node) => !membership.voters.includes(node)) },
    request,
  );
}

function learnersFor({ learners }: Membership, voters: readonly NodeIndex[]): readonly NodeIndex[] {
  return learners.filter((node) => !voters.includes(node));
}

function appendMembership(state: RaftState, membership: Membership, request: Request | null): RaftStep {
  const log = appendEntry(state.log, { term: state.term, request, membership });
  return replicate(withLog(state, log, membership));
}

/** Whether a configuration in the log is not committed yet. */
function isChangePending({ log, commitIndex }: RaftState): boolean {
  return log.entries.some(
    ({ membership }, index) => membership !== null && log.snapshotIndex + index + 1 > commitIndex,
  );
}

/** When the joint configuration is committed the new one follows; a leader that is no member of it steps down when that is. */
export function advanceMembership(before: RaftState, state: RaftState): RaftStep {
  let committed: Membership | null = null;
  for (let index = before.commitIndex + 1; index <= state.commitIndex; index++) {
    committed = entryAt(state.log, index)?.membership ?? committed;
  }
  if (committed === null || committed !== state.membership) return { state, outputs: [] };
  if (committed.outgoing !== null) {
    return appendMembership(state, { ...committed, outgoing: null }, null);
  }
  if (committed.voters.includes(state.self)) return { state, outputs: [] };
  const follower = becomeFollower(state, state.term, null);
  return { state: follower, outputs: followerTimers(follower) };
}

function difference(a: readonly NodeIndex[], b: readonly NodeIndex[]): number {
  return a.filter((node) => !b.includes(node)).length + b.filter((node) => !a.includes(node)).length;
}

function respondFailed({ client, number }: Request, reason: string): RaftOutput {
  return { kind: 'respond', client, number, response: { status: 'failed', reason } };
}
