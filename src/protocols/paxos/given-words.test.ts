import { expect, test } from 'vitest';
import { configFrom } from '../config-from.ts';
import { ballotAbove, ballotText, readBallot } from './ballot.ts';
import { describeGivenAcceptors } from './given-words.ts';
import { paxosDefinition } from './paxos-definition.ts';

const configOf = (nodes: number) => configFrom(paxosDefinition, { nodes });

test('each ballot is named once, by the strongest that is true of it', () => {
  const first = ballotAbove(0, 0);
  const held = { promised: first, acceptedBallot: first, accepted: 7 };
  const fresh = { promised: 0, acceptedBallot: 0, accepted: null };
  expect(describeGivenAcceptors(configOf(3), [held, held, fresh]).chosen).toEqual([
    '7 is chosen in ballot 1.n1: n1 and n2 accepted it.',
  ]);
  expect(describeGivenAcceptors(configOf(3), [held, { ...fresh, promised: first }, fresh]).chosen).toEqual([
    '7 can still be chosen in ballot 1.n1: n1 accepted it, n2 and n3 may accept it yet.',
  ]);
});

test('of many quorums ten are shown and the rest counted', () => {
  const fresh = { promised: 0, acceptedBallot: 0, accepted: null };
  const { chosen, proposals } = describeGivenAcceptors(configOf(7), Array<typeof fresh>(7).fill(fresh));
  expect(chosen).toEqual(['Nothing is chosen, and no old ballot can choose anything.']);
  expect(proposals).toHaveLength(1);
  // Seven choose four is 35.
  expect(proposals[0]).toMatch(
    /^A new proposer that is answered by {n1, n2, n3, n4}, .* or 25 more sets may propose any value\.$/,
  );
});

test('what is written of a ballot is read as the same ballot', () => {
  for (const ballot of [0, ballotAbove(0, 0), ballotAbove(70, 24)])
    expect(readBallot(ballotText(ballot), 25)).toBe(ballot);
  for (const text of ['', '1', 'n1', '0.n1', '1.n0', '1.n26', '01.n1', '1.n1 ', '-1.n1', '1e3.n1'])
    expect(readBallot(text, 25)).toBeUndefined();
});
