import { expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import { checkFaults, FAULTS_MAX } from './check-faults.ts';
import type { Fault, LinkFault, PartitionFault } from './fault.ts';

const pause: Fault = { kind: 'pause', nodes: [2], atMs: 0, untilMs: 999 };
const link: LinkFault = {
  kind: 'link',
  atMs: 10,
  lossProbability: 0,
  duplicationProbability: 1,
  reorderingProbability: 0.5,
  delayMs: 3,
};
const cut: PartitionFault = {
  kind: 'partition',
  nodes: ['leader'],
  from: [0],
  direction: 'both',
  atMs: 1,
  flapPeriodMs: 1,
};

test('faults at the limits pass', () => {
  expect(() => checkFaults([pause, link, cut], 3, 1000)).not.toThrow();
  expect(() => checkFaults(Array(FAULTS_MAX).fill(pause), 3, 1000)).not.toThrow();
});

test.each<[string, Fault, string]>([
  ['a node beyond the last', { ...pause, nodes: [0, 3] }, 'faults[1].nodes[1]'],
  ['a node that is no whole number', { ...pause, nodes: [0.5] }, 'faults[1].nodes[0]'],
  ['a negative node', { ...pause, nodes: [-1] }, 'faults[1].nodes[0]'],
  ['no nodes', { ...pause, nodes: [] }, 'faults[1].nodes'],
  ['an unknown node on the far side of a cut', { ...cut, from: [7] }, 'faults[1].from[0]'],
  ['a beginning at the end', { ...pause, atMs: 1000, untilMs: 1001 }, 'faults[1].at_ms'],
  ['a beginning before the beginning', { ...pause, atMs: -1 }, 'faults[1].at_ms'],
  ['a beginning that is not a number', { ...pause, atMs: Number.NaN }, 'faults[1].at_ms'],
  ['an end before the beginning', { ...pause, atMs: 500, untilMs: 499 }, 'faults[1].until_ms'],
  ['no length', { ...pause, atMs: 500, untilMs: 500 }, 'faults[1].until_ms'],
  ['a period of nothing', { ...cut, flapPeriodMs: 0 }, 'faults[1].flap_period_ms'],
  ['a clock that stands', { kind: 'clock', nodes: [0], atMs: 0, rate: 0, jumpMs: 0 }, 'faults[1].clock_rate'],
  ['a probability above one', { ...link, lossProbability: 1.01 }, 'faults[1].loss_probability'],
  ['a probability below zero', { ...link, duplicationProbability: -0.1 }, 'faults[1].duplication_probability'],
  ['no probability', { ...link, reorderingProbability: Number.NaN }, 'faults[1].reordering_probability'],
])('%s is refused where it stands', (_name, fault, path) => {
  const result = attempt(() => checkFaults([pause, fault], 3, 1000));
  expect(result).toMatchObject({ ok: false, failure: { code: 'input/invalid', path } });
});

test('too many faults are refused with the limit', () => {
  const result = attempt(() => checkFaults(Array(FAULTS_MAX + 1).fill(pause), 3, 1000));
  expect(result).toMatchObject({ ok: false, failure: { path: 'faults', expected: `at most ${FAULTS_MAX}` } });
});
