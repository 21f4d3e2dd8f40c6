import { describe, expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import { RTT_DATASETS, type RttDataset, regionRttMs } from './region-rtt.ts';
import {
  FANTOCH_CLIENTS_MS,
  FANTOCH_EUROPE,
  FANTOCH_NODES,
  FANTOCH_QUORUMS_MS,
  LEADER_WAITS_MS,
} from './testdata/published-latencies.ts';

/** Round-trip times from one region to the others, nearest first. */
function othersMs(dataset: RttDataset, from: string, regions: readonly string[]): number[] {
  return regions
    .filter((each) => each !== from)
    .map((to) => regionRttMs(dataset, from, to))
    .sort((a, b) => a - b);
}

/** How long a leader waits for a quorum that it is part of itself. */
function quorumMs(dataset: RttDataset, leader: string, regions: readonly string[], quorum: number): number {
  return quorum === 1 ? 0 : (othersMs(dataset, leader, regions)[quorum - 2] ?? Number.NaN);
}

describe('leaders in AWS regions wait as long as the closed form says', () => {
  test.each(LEADER_WAITS_MS)('%j led from %s', (regions, leader, majority, threeQuarters, all) => {
    const n = regions.length;
    const quorums = [Math.floor(n / 2) + 1, Math.ceil((3 * n) / 4), n];
    const waits = quorums.map((quorum) => Number(quorumMs('aws-2020', leader, regions, quorum).toFixed(3)));
    for (const [index, expected] of [majority, threeQuarters, all].entries()) {
      expect(Math.abs((waits[index] ?? 0) - expected), `quorum ${quorums[index]}`).toBeLessThan(0.01);
    }
  });
});

describe('fantoch gets the same latencies from the same data, floored to whole milliseconds', () => {
  test.each(FANTOCH_QUORUMS_MS)('%s: quorums of two and of three', (region, two, three) => {
    const floored = [2, 3].map((quorum) => Math.floor(quorumMs('gcp-2020', region, FANTOCH_EUROPE, quorum)));
    expect(floored).toEqual([two, three]);
  });

  test.each(FANTOCH_CLIENTS_MS)('a client in %s', (client, withoutFailures, withOne) => {
    const toNode = (node: string): number =>
      node === client ? 0 : 2 * Math.floor(Math.floor(regionRttMs('gcp-2020', client, node)) / 2);
    const nearest = FANTOCH_NODES.toSorted((a, b) => toNode(a) - toNode(b))[0] ?? '';
    const answered = [1, 2].map(
      (quorum) => toNode(nearest) + Math.floor(quorumMs('gcp-2020', nearest, FANTOCH_NODES, quorum)),
    );
    expect(answered).toEqual([withoutFailures, withOne]);
  });
});

test.each(Object.keys(RTT_DATASETS) as RttDataset[])('%s is whole, near-symmetric, and near to itself', (dataset) => {
  const { regions } = RTT_DATASETS[dataset];
  for (const from of regions) {
    for (const to of regions) {
      const rtt = regionRttMs(dataset, from, to);
      expect(Math.abs(rtt - regionRttMs(dataset, to, from))).toBeLessThan(0.15);
      // Own regions answer within 2 ms, and no other is as near.
      if (from === to) expect(rtt).toBeLessThan(2);
      else expect(rtt, `${from} to ${to}`).toBeGreaterThan(regionRttMs(dataset, from, from));
    }
  }
});

test('an unknown region is refused with the regions there are', () => {
  const result = attempt(() => regionRttMs('aws-2021', 'eu-west-1', 'us-west1', 'network.regions[1]'));
  expect(result).toMatchObject({
    ok: false,
    failure: { code: 'input/invalid', path: 'network.regions[1]', received: '"us-west1"' },
  });
  expect(result.ok ? '' : result.failure.expected).toContain('us-west-1');
});
