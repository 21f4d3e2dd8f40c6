import { describe, expect, test } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import { attempt } from '../kernel/failure.ts';
import { faultsOfRun, prepare } from './prepare.ts';
import { type SimulationRequest, STANDARD_NETWORK, STANDARD_REQUEST, STANDARD_WORKLOAD } from './request.ts';

const REQUEST: SimulationRequest = { ...STANDARD_REQUEST, protocol: 'abd-register', nodes: 3 };

describe('what does not exist or cannot be is refused, with what there is', () => {
  const crash = { kind: 'crash', nodes: [0], losesDisk: false, tornWrite: false } as const;
  test.each<[string, Partial<SimulationRequest>, string, string]>([
    ['a protocol', { protocol: 'no-such-protocol' }, 'protocol', 'abd-register'],
    ['a setting', { settings: { pre_vote: 'true' } }, 'settings.pre_vote', 'gateways'],
    ['the value of a setting', { settings: { gateways: 'many' } }, 'settings.gateways', 'an integer from 1 to 8'],
    ['a variant', { variant: 'hasty' }, 'variant', 'quorum-no-read-repair'],
    ['a number of nodes', { nodes: 1000 }, 'nodes', 'an integer from'],
    ['a scenario', { scenario: 'flood' }, 'scenario', 'majority-partition'],
    ['a region', { network: { ...STANDARD_NETWORK, regions: ['atlantis'] } }, 'network.regions', 'us-east-1'],
    ['a node in a fault', { faults: [{ ...crash, atMs: 1, nodes: [99] }] }, 'faults[0].nodes[0]', 'an index from 0'],
    ['a fault after the end', { faults: [{ ...crash, atMs: 10_000 }] }, 'faults[0].at_ms', 'below duration_ms, 10000'],
  ])('%s', (_what, change, path, expected) => {
    const result = attempt(() => prepare({ ...REQUEST, ...change }));
    expect(result).toMatchObject({ ok: false, failure: { code: 'input/invalid', path } });
    expect(result.ok ? '' : result.failure.expected).toContain(expected);
    expect(result.ok ? '' : result.failure.nextStep).not.toBe('');
  });
});

test('a run has the faults that were listed, those of the scenario and those drawn from its seed', () => {
  const listed = { kind: 'pause', nodes: [0], atMs: 10, untilMs: 20 } as const;
  const budget = stepBudget(1);
  const faultsOf = (change: Partial<SimulationRequest>, seed = 1) => {
    const prepared = prepare({ ...REQUEST, faults: [listed], ...change });
    const { faults } = prepared.optionsOf(seed, budget);
    expect(faultsOfRun(prepared, seed)).toEqual(faults);
    return faults;
  };
  expect(faultsOf({ scenario: 'none' })).toEqual([listed]);
  expect(faultsOf({ scenario: 'leader-down' })).toMatchObject([listed, { kind: 'crash', nodes: ['leader'] }]);
  const drawn = [1, 1, 2, 3].map((seed) => JSON.stringify(faultsOf({ scenario: 'swarm' }, seed)));
  expect(drawn[0]).toBe(drawn[1]);
  expect(new Set(drawn).size).toBeGreaterThan(1);
});

test('nodes beside the replicas have names, and faults by role do not mean them', () => {
  const prepared = prepare(REQUEST);
  expect(prepared.names).toEqual(['n1', 'n2', 'n3', 'g1', 'g2']);
  expect(prepared.optionsOf(1, stepBudget(1)).replicaCount).toBe(3);
});

test('what is asked of the clients, the disk and the network reaches the run', () => {
  const workload = { ...STANDARD_WORKLOAD, clients: 7, ratePerSecond: 50 };
  const prepared = prepare({ ...REQUEST, workload, diskWriteMinMs: 1, diskWriteMaxMs: 2, settleMs: 9, seed: 40 });
  expect(prepared.optionsOf(41, stepBudget(1), 5)).toMatchObject({
    seed: 41,
    settleMs: 9,
    traceEventsMax: 5,
    disk: { writeMinMs: 1, writeMaxMs: 2 },
    clients: { count: 7, ratePerSecond: 50 },
  });
});
