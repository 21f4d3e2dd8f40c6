/**
 * Ballots: (round, proposer) in one integer, so that comparing is comparing numbers. No two proposers share one. 0 is none.
 */
import type { NodeIndex } from '../../kernel/units.ts';

export type Ballot = number;

export const NO_BALLOT: Ballot = 0;

/** More than nodes can be. */
const STRIDE = 32;

/** The proposer's first ballot above `seen`. */
export function ballotAbove(seen: Ballot, proposer: NodeIndex): Ballot {
  return (Math.floor(seen / STRIDE) + 1) * STRIDE + proposer;
}

export function proposerOf(ballot: Ballot): NodeIndex {
  return ballot % STRIDE;
}

export function roundOf(ballot: Ballot): number {
  return Math.floor(ballot / STRIDE);
}

/** `2.n1`: round 2 of n1. */
export function ballotText(ballot: Ballot): string {
  return ballot === NO_BALLOT ? 'none' : `${roundOf(ballot)}.n${proposerOf(ballot) + 1}`;
}
