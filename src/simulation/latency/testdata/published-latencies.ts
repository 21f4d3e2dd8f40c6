/**
 * Latencies that others computed from the round-trip times here: by hand they test the data, in whole runs the simulator.
 */

const FIVE = ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'sa-east-1'];
const THREE = ['us-east-1', 'us-west-2', 'eu-west-1'];

/**
 * How long a leader waits in AWS, June 2020: the round trip to the last member of a majority, of three quarters of the nodes, and of all.
 * From the table that fantoch published (rtt-aws-2020.json), computed by a program of its own.
 */
export const LEADER_WAITS_MS = [
  [FIVE, 'us-east-1', 72.5, 113.02, 152.43],
  [FIVE, 'us-west-2', 100.86, 127.28, 180.28],
  [FIVE, 'eu-west-1', 127.28, 183.62, 204.43],
  [FIVE, 'ap-northeast-1', 152.42, 204.45, 267.88],
  [FIVE, 'sa-east-1', 180.28, 183.62, 267.88],
  [THREE, 'us-east-1', 70.51, 72.5, 72.5],
  [THREE, 'us-west-2', 72.5, 127.28, 127.28],
  [THREE, 'eu-west-1', 70.5, 127.28, 127.28],
] as const;

export const FANTOCH_EUROPE = ['europe-west1', 'europe-west2', 'europe-west3', 'europe-west4', 'europe-west6'];

/** Floored round trips to quorums of two and of three of `FANTOCH_EUROPE` (fantoch_bote/src/lib.rs, tests, at commit aea6e32). */
export const FANTOCH_QUORUMS_MS = [
  ['europe-west1', 7, 8],
  ['europe-west2', 9, 10],
  ['europe-west3', 7, 7],
  ['europe-west4', 7, 7],
  ['europe-west6', 7, 14],
] as const;

export const FANTOCH_NODES = ['asia-east1', 'us-central1', 'us-west1'];

/**
 * A client asks the nearest of `FANTOCH_NODES`, us-west1, which waits for none or for one other (fantoch/src/sim/runner.rs, tests, at the
 * same commit). A message takes half the floored time, floored again.
 */
export const FANTOCH_CLIENTS_MS = [
  ['us-west1', 0, 34],
  ['us-west2', 24, 58],
] as const;
