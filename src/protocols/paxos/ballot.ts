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

/** Reads what `ballotText` writes; undefined where it is none. */
export function readBallot(text: string, nodes: number): Ballot | undefined {
  if (text === 'none') return NO_BALLOT;
  const [, round, node] = /^([1-9]\d{0,8})\.n([1-9]\d?)$/.exec(text) ?? [];
  return round === undefined || Number(node) > nodes ? undefined : Number(round) * STRIDE + Number(node) - 1;
}
