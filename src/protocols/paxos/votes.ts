/**
 * Who has accepted what, of one instance of Paxos. A value is chosen when a phase-2 quorum has accepted it in one ballot, whether or not
 * anyone knows. An acceptance that a crash took before it was durable, as the restarted node shows, is taken back.
 */
import type { Ballot } from './ballot.ts';
import { isQuorum, type NodeBits, type PhaseQuorum } from './phase-quorums.ts';

export interface Vote<Value> {
  readonly ballot: Ballot;
  readonly value: Value;
  /** Who accepted it. */
  bits: NodeBits;
}

export type IsSame<Value> = (a: Value, b: Value) => boolean;

/** Adds the acceptance to `votes`, and gives all of that value in that ballot. */
export function castVote<Value>(
  votes: Vote<Value>[],
  { ballot, value, bits }: Vote<Value>,
  isSame: IsSame<Value>,
): Vote<Value> {
  const known = votes.find((each) => each.ballot === ballot && isSame(each.value, value));
  const vote = known ?? { ballot, value, bits: 0 };
  if (known === undefined) votes.push(vote);
  vote.bits |= bits;
  return vote;
}

/** Acceptances above the ballot that the disk holds were never durable. */
export function takeBackVotes(votes: readonly Vote<unknown>[], bits: NodeBits, durable: Ballot): void {
  for (const vote of votes) if (vote.ballot > durable) vote.bits &= ~bits;
}

/** Another value that is chosen, if that of `vote` is. */
export function chosenBeside<Value>(
  votes: readonly Vote<Value>[],
  vote: Vote<Value>,
  phase2: PhaseQuorum,
  isSame: IsSame<Value>,
): Vote<Value> | undefined {
  if (!isQuorum(phase2, vote.bits)) return undefined;
  return votes.find((each) => !isSame(each.value, vote.value) && isQuorum(phase2, each.bits));
}
