/**
 * The delays that a request asks for: one distribution for every link, or half the round-trip times between regions.
 */
import { fail, renderReceived } from '../kernel/failure.ts';
import {
  constantDelay,
  type DelayModel,
  exponentialDelay,
  lognormalDelay,
  matrixDelay,
  normalDelay,
  uniformDelay,
} from './latency/delay-model.ts';
import { regionRttMs } from './latency/region-rtt.ts';
import type { NetworkRequest } from './request.ts';

/** Between nodes. */
export function delayOf(network: NetworkRequest, nodeCount: number): DelayModel {
  const { distribution, oneWayMs, spreadMs } = network;
  if (network.regions.length > 0)
    return matrixDelay(pairs(regionsOf(network, nodeCount), regionsOf(network, nodeCount), network));
  switch (distribution) {
    case 'constant':
      return constantDelay(oneWayMs);
    case 'uniform':
      return uniformDelay(oneWayMs, oneWayMs + spreadMs);
    case 'exponential':
      return exponentialDelay(oneWayMs, spreadMs);
    case 'normal':
      return normalDelay(oneWayMs, spreadMs);
    case 'lognormal':
      // Of a narrow lognormal, sigma is the deviation over the median.
      return lognormalDelay(oneWayMs, oneWayMs === 0 ? 0 : spreadMs / oneWayMs);
  }
}

/** Between clients and nodes, by client and node. Without regions of their own clients are with the nodes, in turn. */
export function clientDelayOf(network: NetworkRequest, nodeCount: number, clients: number): DelayModel {
  const { regions, clientRegions } = network;
  if (regions.length === 0) return constantDelay(network.clientOneWayMs);
  const nodes = regionsOf(network, nodeCount);
  const homes = clientRegions.length > 0 ? clientRegions : regions;
  const clientHomes = Array.from({ length: clients }, (_, client) => homes[client % homes.length] ?? '');
  return matrixDelay(pairs(clientHomes, nodes, network));
}

/** Nodes beyond the replicas, such as coordinators, are with the first. */
function regionsOf({ regions }: NetworkRequest, nodeCount: number): string[] {
  if (regions.length > nodeCount) {
    fail('input/conflict', {
      message: 'there are more regions than nodes',
      path: 'network.regions',
      received: renderReceived(regions.length),
      expected: `at most ${nodeCount}, one for each node`,
      nextStep: 'Give one region for each node, in order; a region may stand more than once.',
    });
  }
  return Array.from({ length: nodeCount }, (_, node) => regions[node] ?? regions[0] ?? '');
}

/** What is in the same region is as near as `clientOneWayMs`, or the measured time if that is less. */
function pairs(
  from: readonly string[],
  to: readonly string[],
  { dataset, clientOneWayMs }: NetworkRequest,
): number[][] {
  return from.map((a) =>
    to.map((b) => {
      const oneWayMs = regionRttMs(dataset, a, b) / 2;
      return a === b ? Math.min(oneWayMs, clientOneWayMs) : oneWayMs;
    }),
  );
}
