/**
 * Round-trip times measured between the regions of cloud providers: AWS in June 2020 and February 2021, GCP in 2020, by the authors
 * of fantoch (V. Enes et al., "State-Machine Replication for Planet-Scale Systems", EuroSys 2020). Their data comes under the licence beside
 * it.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import type { Milliseconds } from '../../kernel/units.ts';
import aws2020 from './rtt-aws-2020.json' with { type: 'json' };
import aws2021 from './rtt-aws-2021.json' with { type: 'json' };
import gcp2020 from './rtt-gcp-2020.json' with { type: 'json' };

export const RTT_DATASETS = { 'aws-2020': aws2020, 'aws-2021': aws2021, 'gcp-2020': gcp2020 } as const;

export type RttDataset = keyof typeof RTT_DATASETS;

/** Mean round-trip time between two regions; `path` is where the names stand in the input. */
export function regionRttMs(dataset: RttDataset, from: string, to: string, path = 'network.regions'): Milliseconds {
  const { regions, meanMs } = RTT_DATASETS[dataset];
  const rtt = meanMs[indexOf(dataset, regions, from, path)]?.[indexOf(dataset, regions, to, path)];
  return rtt ?? 0;
}

function indexOf(dataset: RttDataset, regions: readonly string[], name: string, path: string): number {
  const index = regions.indexOf(name);
  if (index !== -1) return index;
  return fail('input/invalid', {
    message: `the dataset ${dataset} has no region of that name`,
    path,
    received: renderReceived(name),
    expected: `one of ${regions.join(', ')}`,
    nextStep: `Give e.g. "regions":${JSON.stringify(regions.slice(0, 3))}, or another dataset: ${Object.keys(RTT_DATASETS).join(', ')}.`,
  });
}
