import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnyDefinition } from '../definition.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { pbft } from './pbft.ts';
import { pbftDefinition } from './pbft-definition.ts';

const definition = pbftDefinition as unknown as AnyDefinition;

interface Options {
  readonly nodes?: number;
  readonly variant?: string;
  readonly settings?: Record<string, string>;
}

function configOf({ nodes = 4, variant, settings = {} }: Options = {}) {
  return pbftDefinition.configure({
    nodes,
    settings: readSettings('pbft', pbftDefinition.settings, settings),
    ...(variant === undefined ? {} : { variant }),
  });
}

function clusterOf(options: Options = {}) {
  const config = configOf(options);
  return createScriptedCluster({ protocol: pbft, config, nodeCount: config.nodes });
}

describe('under random schedules', () => {
  for (const [name, settings] of [
    ['without liars', {}],
    ['with checkpoints', { checkpoint_interval: '3' }],
    ['with an equivocator', { byzantine_nodes: '1', byzantine_behavior: 'equivocate' }],
    ['with a liar', { byzantine_nodes: '1', byzantine_behavior: 'lie', checkpoint_interval: '4' }],
    ['with one who withholds', { byzantine_nodes: '1', byzantine_behavior: 'withhold' }],
  ] as const) {
    test(`all properties hold ${name}`, () => {
      const config = configOf({ settings });
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const outcome = runRandomSchedule({ definition, config, seed, steps: 400 });
          expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
        }),
        { seed: 42, numRuns: 30 },
      );
    });
  }
});

test('n replicas', () => {
  for (const nodes of [4, 5, 7]) {
    const cluster = clusterOf({ nodes });
    for (let node = 0; node < nodes; node++) cluster.request(node, 0, 1, { kind: 'write', key: 0, value: 1 });
    expect(cluster.settle()).toBe(2 * nodes * (nodes - 1));
  }
});
