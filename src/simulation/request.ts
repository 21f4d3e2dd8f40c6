/**
 * A simulation as plain data: what tools send, what travels to worker threads, and what a replay token holds.
 */
import type { Milliseconds, Probability, Seed } from '../kernel/units.ts';
import type { GivenAcceptor } from '../protocols/paxos/given-state.ts';
import type { GivenNode } from '../protocols/raft/given-state.ts';
import type { Fault } from './faults/fault.ts';
import type { RetryOptions, ScriptedOperation } from './run/options.ts';
import type { ScheduledStep } from './scheduled-step.ts';

export interface SimulationRequest {
  /** Name in the catalogue of protocols. */
  readonly protocol: string;
  readonly nodes: number;
  /** A known-bad variant; absent for the correct protocol. */
  readonly variant?: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Seed of the first run; run i has seed + i. */
  readonly seed: Seed;
  readonly runs: number;
  readonly durationMs: Milliseconds;
  readonly settleMs: Milliseconds;
  readonly network: NetworkRequest;
  readonly diskWriteMinMs: Milliseconds;
  readonly diskWriteMaxMs: Milliseconds;
  readonly workload: WorkloadRequest;
  /** `swarm`: each run draws its faults from its seed. Else the name of a scenario; `none` has no faults but those of the list. */
  readonly scenario: string;
  readonly faults: readonly Fault[];
  readonly stopAtViolation: boolean;
  /** The state of a real cluster to begin with, one per node, as its protocol has it; absent: nodes start for the first time. */
  readonly given?: readonly GivenNodeState[];
  /** Exactly these steps happen, one each millisecond, whatever is said of network, workload and faults: a path of the model checker. */
  readonly schedule?: readonly ScheduledStep[];
}

/** Of Raft, or an acceptor of Paxos. */
export type GivenNodeState = GivenNode | GivenAcceptor;

export interface NetworkRequest {
  readonly distribution: 'constant' | 'uniform' | 'exponential' | 'normal' | 'lognormal';
  /** One way. The value, the least (uniform, exponential), the mean (normal) or the median (lognormal). */
  readonly oneWayMs: Milliseconds;
  /** Range above the least (uniform), mean above the least (exponential), standard deviation (normal, and roughly lognormal). */
  readonly spreadMs: Milliseconds;
  /** Between a client and a node, one way, constant. */
  readonly clientOneWayMs: Milliseconds;
  /** Regions by node, in order; then delays come from `dataset`. Empty: all nodes are equally far apart. */
  readonly regions: readonly string[];
  readonly clientRegions: readonly string[];
  readonly dataset: RttDataset;
  readonly lossProbability: Probability;
  readonly duplicationProbability: Probability;
  readonly reorderingProbability: Probability;
  readonly reorderingMs: Milliseconds;
  readonly fifo: boolean;
  readonly bandwidthBytesPerMs?: number;
  readonly payloadBytes: number;
}

export type RttDataset = 'aws-2020' | 'aws-2021' | 'gcp-2020';

export interface WorkloadRequest {
  readonly clients: number;
  readonly thinkMs: Milliseconds;
  readonly ratePerSecond?: number;
  readonly readFraction: number;
  readonly keys: number;
  readonly zipf: number;
  readonly operationsMax?: number;
  readonly retry: RetryOptions;
  /** Instead of drawn operations: these. */
  readonly script?: readonly ScriptedOperation[];
}

/** What a request has where nothing is said: three clients, a local network, ten seconds. */
export const STANDARD_NETWORK: NetworkRequest = {
  distribution: 'uniform',
  oneWayMs: 1,
  spreadMs: 2,
  clientOneWayMs: 1,
  regions: [],
  clientRegions: [],
  dataset: 'aws-2020',
  lossProbability: 0,
  duplicationProbability: 0,
  reorderingProbability: 0,
  reorderingMs: 0,
  fifo: false,
  payloadBytes: 256,
};

/** Five attempts, 50 ms to 5 s, doubling, with a fifth of jitter. */
export const STANDARD_RETRY: RetryOptions = {
  timeoutMs: 1000,
  attempts: 5,
  initialDelayMs: 50,
  maxDelayMs: 5000,
  multiplier: 2,
  jitter: 0.2,
};

export const STANDARD_WORKLOAD: WorkloadRequest = {
  clients: 3,
  thinkMs: 20,
  readFraction: 0.5,
  keys: 3,
  zipf: 0,
  retry: STANDARD_RETRY,
};

export const STANDARD_REQUEST: Omit<SimulationRequest, 'protocol' | 'nodes'> = {
  settings: {},
  seed: 1,
  runs: 20,
  durationMs: 10_000,
  settleMs: 5000,
  network: STANDARD_NETWORK,
  diskWriteMinMs: 0,
  diskWriteMaxMs: 0,
  workload: STANDARD_WORKLOAD,
  scenario: 'swarm',
  faults: [],
  stopAtViolation: false,
};
