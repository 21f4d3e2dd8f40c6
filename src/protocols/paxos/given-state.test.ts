import { describe, expect, test } from 'vitest';
import { ballotAbove } from './ballot.ts';
import { analyseGivenState, type GivenAcceptor } from './given-state.ts';

const MAJORITY = { phase1: 2, phase2: 2 };
const first = ballotAbove(0, 0);
const second = ballotAbove(first, 1);
const third = ballotAbove(second, 2);

const held = (promised: number, acceptedBallot = 0, accepted: number | null = null): GivenAcceptor => ({
  promised,
  acceptedBallot,
  accepted,
});

describe('three acceptors', () => {
  test('of which two hold a value have chosen it, and every quorum must propose it', () => {
    const state = analyseGivenState([held(first, first, 7), held(first, first, 7), held(first)], MAJORITY);
    expect(state.contradictions).toEqual([]);
    expect(state.chosen).toEqual([{ value: 7, ballot: first, acceptors: [0, 1] }]);
    expect(state.choosableInNewBallot).toEqual([7]);
  });

  test('of which one holds a value leave a new proposer free where the other two answer', () => {
    const state = analyseGivenState([held(first, first, 7), held(second), held(second)], MAJORITY);
    expect(state.chosen).toEqual([]);
    expect(state.maybeChosen).toEqual([]);
    expect(state.choosableInOldBallot).toEqual([]);
    expect(state.next).toEqual([
      { quorum: [0, 1], value: 7 },
      { quorum: [0, 2], value: 7 },
      { quorum: [1, 2], value: null },
    ]);
  });

  test('may still choose what is on its way to one that has promised no more', () => {
    const state = analyseGivenState([held(first, first, 7), held(first), held(0)], MAJORITY);
    expect(state.choosableInOldBallot).toEqual([{ value: 7, ballot: first, acceptors: [0, 1, 2] }]);
  });

  test('that hold two values let the higher ballot decide, whoever answers with it', () => {
    const state = analyseGivenState([held(first, first, 7), held(third, second, 8), held(third)], MAJORITY);
    expect(state.contradictions).toEqual([]);
    expect(state.next).toEqual([
      { quorum: [0, 1], value: 8 },
      { quorum: [0, 2], value: 7 },
      { quorum: [1, 2], value: 8 },
    ]);
  });

  test('may have chosen a value in a ballot that one of them holds no longer', () => {
    const state = analyseGivenState([held(first, first, 7), held(second, second, 7), held(second)], MAJORITY);
    expect(state.chosen).toEqual([]);
    expect(state.maybeChosen).toEqual([{ value: 7, ballot: first, acceptors: [0, 1] }]);
  });
});

describe('a state that no run leads to', () => {
  test.each([
    ['two values in one ballot', [held(first, first, 7), held(first, first, 8), held(0)], 'different values'],
    ['an acceptance above the promise', [held(first, second, 7), held(second), held(second)], 'has promised 1.n1 only'],
    ['a ballot that no quorum promised', [held(first, first, 7), held(0), held(0)], 'no phase-1 quorum'],
    [
      'a chosen value that a higher ballot contradicts',
      [held(second, first, 7), held(first, first, 7), held(second, second, 8)],
      'a higher ballot holds another value',
    ],
  ])('shows %s', (_, acceptors, words) => {
    expect(analyseGivenState(acceptors, MAJORITY).contradictions.join('\n')).toContain(words);
  });
});
