import { describe, expect, test } from 'vitest';
import { attempt } from '../kernel/failure.ts';
import { clientDelayOf, delayOf } from './network-delays.ts';
import { type NetworkRequest, STANDARD_NETWORK } from './request.ts';
import { streamOf } from './run/streams.ts';

const draw = streamOf(3, 'link');

/** A leader in the first region waits for the answers of its quorum, by the delays that a run would have. */
function quorumMs(network: Partial<NetworkRequest>, leader: string, quorum: number): number {
  const { regions = [] } = network;
  const delay = delayOf({ ...STANDARD_NETWORK, ...network }, regions.length);
  const from = regions.indexOf(leader);
  const there = (to: number): number => delay.sampleUs(from, to, draw) + delay.sampleUs(to, from, draw);
  const waits = regions.map((_, to) => (to === from ? 0 : there(to) / 1000)).sort((a, b) => a - b);
  return waits[quorum - 1] ?? Number.NaN;
}

describe('between regions, two delays are the measured round trip', () => {
  // Computed from the same measurements by another program: waits for a majority of five.
  const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'sa-east-1'];
  test.each([
    ['us-east-1', 72.5, 152.43],
    ['us-west-2', 100.86, 180.28],
    ['eu-west-1', 127.28, 204.43],
    ['ap-northeast-1', 152.42, 267.88],
    ['sa-east-1', 180.28, 267.88],
  ])('led from %s', (leader, majority, all) => {
    // Either direction was measured for itself, and a delay is a whole microsecond.
    expect(Math.abs(quorumMs({ regions }, leader, 3) - majority)).toBeLessThan(0.05);
    expect(Math.abs(quorumMs({ regions }, leader, 5) - all)).toBeLessThan(0.05);
  });

  // fantoch_bote/src/lib.rs, tests, at commit aea6e32: round trips floored to whole milliseconds.
  const europe = ['europe-west1', 'europe-west2', 'europe-west3', 'europe-west4', 'europe-west6'];
  test.each([
    ['europe-west1', 7, 8],
    ['europe-west2', 9, 10],
    ['europe-west3', 7, 7],
    ['europe-west4', 7, 7],
    ['europe-west6', 7, 14],
  ])('of Europe, %s', (leader, two, three) => {
    const network = { regions: europe, dataset: 'gcp-2020' } as const;
    expect([2, 3].map((quorum) => Math.floor(quorumMs(network, leader, quorum)))).toEqual([two, three]);
  });
});

describe('who stands where', () => {
  const network: NetworkRequest = { ...STANDARD_NETWORK, regions: ['us-east-1', 'eu-west-1'], clientOneWayMs: 0.3 };

  test('nodes beyond the regions are with the first', () => {
    const delay = delayOf(network, 3);
    expect(delay.sampleUs(1, 2, draw)).toBe(delay.sampleUs(1, 0, draw));
    expect(delay.sampleUs(0, 2, draw)).toBeLessThanOrEqual(300);
  });

  test('clients are with the nodes in turn, or in regions of their own', () => {
    const own = clientDelayOf(network, 2, 4);
    expect([0, 1, 2, 3].map((client) => own.sampleUs(client, client % 2, draw) <= 300)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    const far = clientDelayOf({ ...network, clientRegions: ['ap-northeast-1'] }, 2, 4);
    expect(far.sampleUs(0, 0, draw)).toBe(far.sampleUs(3, 0, draw));
    expect(far.sampleUs(0, 0, draw)).toBeGreaterThan(70_000);
  });

  test('without regions all clients are equally near', () => {
    expect(clientDelayOf(STANDARD_NETWORK, 3, 2).sampleUs(1, 2, draw)).toBe(1000);
  });

  test.each([
    ['more regions than nodes', { regions: ['us-east-1', 'eu-west-1'] }, 1, 'input/conflict'],
    ['a region that nobody measured', { regions: ['atlantis'] }, 3, 'input/invalid'],
    ['a region of another dataset', { regions: ['us-east-1'], dataset: 'gcp-2020' as const }, 3, 'input/invalid'],
  ])('%s is refused', (_what, given, nodes, code) => {
    expect(attempt(() => delayOf({ ...STANDARD_NETWORK, ...given }, nodes))).toMatchObject({
      ok: false,
      failure: { code, path: 'network.regions' },
    });
  });
});

test.each([
  ['constant', 10, 10],
  ['uniform', 10, 14],
  ['exponential', 10, Number.POSITIVE_INFINITY],
  ['normal', 0, 10 + 6 * 4],
  ['lognormal', 0, Number.POSITIVE_INFINITY],
] as const)('a %s delay stays in its range and is the same on every link', (distribution, least, most) => {
  const delay = delayOf({ ...STANDARD_NETWORK, distribution, oneWayMs: 10, spreadMs: 4 }, 3);
  for (let sample = 0; sample < 500; sample++) {
    const ms = delay.sampleUs(0, 1, draw) / 1000;
    expect(ms).toBeGreaterThanOrEqual(least);
    expect(ms).toBeLessThanOrEqual(most);
  }
  expect(delay.sampleUs(0, 1, streamOf(9, 'link'))).toBe(delay.sampleUs(2, 0, streamOf(9, 'link')));
});
