/**
 * From the arguments of `run_simulation` to a request of the simulator: defaults, names of nodes, what cannot go together.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { protocolNamed } from '../../protocols/catalogue.ts';
import { configFrom } from '../../protocols/config-from.ts';
import type { AnyDefinition } from '../../protocols/definition.ts';
import type { SimulationToolRequest } from '../../schemas/simulation.ts';
import { KNOWN_BUGS } from '../../simulation/known-bugs.ts';
import { readReplayToken } from '../../simulation/replay-token.ts';
import {
  type NetworkRequest,
  type SimulationRequest,
  STANDARD_NETWORK,
  STANDARD_RETRY,
  STANDARD_WORKLOAD,
  type WorkloadRequest,
} from '../../simulation/request.ts';
import { faultFrom } from './faults.ts';
import { givenStatesFrom } from './given-states.ts';

export function simulationRequestFrom(input: SimulationToolRequest): SimulationRequest {
  if (input.replay !== undefined) return readReplayToken(input.replay);
  const definition = protocolNamed(input.protocol ?? failNoProtocol());
  const nodes = input.nodes ?? input.given_states?.length ?? definition.nodes.standard;
  checkDisk(input);
  const search = knownSearch(input);
  if (search !== undefined) return { ...search, seed: input.seed, runs: Math.max(input.runs, search.runs) };
  return {
    protocol: definition.name,
    nodes,
    ...(input.variant === undefined ? {} : { variant: input.variant }),
    settings: input.settings,
    seed: input.seed,
    runs: input.runs,
    durationMs: input.duration_ms,
    settleMs: input.settle_ms,
    network: networkFrom(input.network),
    diskWriteMinMs: input.disk_write_min_ms,
    diskWriteMaxMs: Math.max(input.disk_write_min_ms, input.disk_write_max_ms),
    workload: workloadFrom(input.workload),
    scenario: input.faults !== undefined && input.scenario === 'swarm' ? 'none' : input.scenario,
    faults: (input.faults ?? []).map((fault, index) =>
      faultFrom(fault, `faults[${index}]`, nodeNames(definition, input, nodes)),
    ),
    stopAtViolation: input.variant !== undefined,
    ...(input.given_states === undefined
      ? {}
      : { given: givenStatesFrom(input.given_states, nodeNames(definition, input, nodes)) }),
  };
}

/**
 * A known mistake asked for by its name alone is looked for where it shows: with the nodes, network and faults under which a
 * search of a few hundred short runs finds it.
 */
function knownSearch(input: SimulationToolRequest): SimulationRequest | undefined {
  const { protocol, variant, nodes, settings, scenario } = input;
  const more = [input.faults, input.network, input.workload, input.given_states];
  const saysMore = scenario !== 'swarm' || more.some((each) => each !== undefined);
  if (variant === undefined || saysMore || Object.keys(settings).length > 0) return undefined;
  const found = KNOWN_BUGS.find(({ request }) => request.protocol === protocol && request.variant === variant)?.request;
  return found === undefined || (nodes !== undefined && nodes !== found.nodes) ? undefined : found;
}

function nodeNames(
  definition: AnyDefinition,
  { settings, variant }: SimulationToolRequest,
  nodes: number,
): readonly string[] {
  return definition.nodeNames(configFrom(definition, { nodes, settings, variant }));
}

function networkFrom(given: SimulationToolRequest['network']): NetworkRequest {
  if (given === undefined) return STANDARD_NETWORK;
  return {
    distribution: given.distribution,
    oneWayMs: given.one_way_ms,
    spreadMs: given.spread_ms,
    clientOneWayMs: given.client_one_way_ms,
    regions: given.regions,
    clientRegions: given.client_regions,
    dataset: given.dataset,
    lossProbability: given.loss_probability,
    duplicationProbability: given.duplication_probability,
    reorderingProbability: given.reordering_probability,
    reorderingMs: given.reordering_ms,
    fifo: given.fifo,
    ...(given.bandwidth_bytes_per_ms === undefined ? {} : { bandwidthBytesPerMs: given.bandwidth_bytes_per_ms }),
    payloadBytes: given.payload_bytes,
  };
}

function workloadFrom(given: SimulationToolRequest['workload']): WorkloadRequest {
  if (given === undefined) return STANDARD_WORKLOAD;
  return {
    clients: given.clients,
    thinkMs: given.think_ms,
    ...(given.rate_per_second === undefined ? {} : { ratePerSecond: given.rate_per_second }),
    readFraction: given.read_fraction,
    keys: given.keys,
    zipf: given.zipf,
    ...(given.operations_max === undefined ? {} : { operationsMax: given.operations_max }),
    retry: { ...STANDARD_RETRY, timeoutMs: given.timeout_ms, attempts: given.attempts },
  };
}

/** Only the most may be left out: then it is the least. */
function checkDisk({ disk_write_min_ms: least, disk_write_max_ms: most }: SimulationToolRequest): void {
  if (most === 0 || least <= most) return;
  fail('input/conflict', {
    message: 'the least time of a disk write is above the most',
    path: 'disk_write_min_ms',
    received: renderReceived(least),
    expected: `at most disk_write_max_ms, which is ${most}`,
    nextStep: `Set e.g. "disk_write_max_ms":${least}.`,
  });
}

function failNoProtocol(): never {
  return fail('input/missing', {
    message: 'neither a protocol nor a replay token is given',
    path: 'protocol',
    expected: 'the name of a protocol',
    nextStep: 'Call e.g. run_simulation {"protocol":"raft","nodes":5}.',
  });
}
