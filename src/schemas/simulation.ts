/**
 * What `run_simulation` takes and gives.
 */
import * as z from 'zod';
import {
  closingFields,
  responseFormatField,
  seedField,
  summaryField,
  timeLimitField,
  verdictSchema,
} from './answer.ts';

export const SIMULATED_NODES_MAX = 50;
export const SIMULATION_RUNS_MAX = 10_000;
/** A day of virtual time. */
export const DURATION_MS_MAX = 86_400_000;
const CLIENTS_MAX = 200;
const FAULTS_MAX = 200;
const SETTINGS_LENGTH_MAX = 60;
const DELAY_MS_MAX = 60_000;
const TOKEN_LENGTH_MAX = 256_000;

const milliseconds = (max: number) => z.number().min(0).max(max);
const probability = (what: string) =>
  z.number().min(0).max(1).default(0).describe(`${what}, 0 to 1, default 0, e.g. 0.05.`);
const nodeNames = z.array(z.string().max(SETTINGS_LENGTH_MAX)).max(SIMULATED_NODES_MAX);

const faultSchema = z.strictObject({
  kind: z
    .enum(['partition', 'crash', 'pause', 'slow', 'slow-disk', 'clock', 'link', 'command'])
    .describe(
      'What goes wrong; link is loss, duplication and delay on all links; command is an administrative command.',
    ),
  at_ms: milliseconds(DURATION_MS_MAX).describe('When it begins, in ms of virtual time, e.g. 2000.'),
  until_ms: milliseconds(DURATION_MS_MAX).optional().describe('When it ends; a crash without an end is for good.'),
  nodes: nodeNames
    .optional()
    .describe('Whom it meets: names such as "n1", or leader, follower, minority (with the leader), other-minority.'),
  from: nodeNames.optional().describe('For a partition: cut off only from these; default from all others.'),
  direction: z.enum(['both', 'inbound', 'outbound']).default('both').describe('For a partition, default both.'),
  flap_period_ms: milliseconds(DURATION_MS_MAX).optional().describe('For a partition that comes and goes: its period.'),
  loses_disk: z.boolean().default(false).describe('For a crash: the disk is empty at the restart.'),
  torn_write: z.boolean().default(false).describe('For a crash: the write under way reaches the disk in part.'),
  delay_ms: milliseconds(DELAY_MS_MAX)
    .default(0)
    .describe('For slow, slow-disk and link: ms that are added, e.g. 200.'),
  clock_rate: z.number().min(0.01).max(100).default(1).describe('For clock: how fast it runs, 1 is right, e.g. 0.5.'),
  jump_ms: z
    .number()
    .min(-DURATION_MS_MAX)
    .max(DURATION_MS_MAX)
    .default(0)
    .describe('For clock: jump in ms, e.g. 500.'),
  loss_probability: probability('For link: loss'),
  duplication_probability: probability('For link: duplication'),
  reordering_probability: probability('For link: extra delay of up to delay_ms'),
  command: z.string().max(SETTINGS_LENGTH_MAX).optional().describe('For command: its kind, e.g. "transfer".'),
  command_nodes: nodeNames.optional().describe('For command: the nodes it names, e.g. ["n2"].'),
});

const workloadSchema = z.strictObject({
  clients: z.int().min(0).max(CLIENTS_MAX).default(3).describe('Clients, each with one operation open, default 3.'),
  think_ms: milliseconds(DELAY_MS_MAX).default(20).describe('Closed loop: mean pause between operations, default 20.'),
  rate_per_second: z
    .number()
    .min(0.01)
    .max(100_000)
    .optional()
    .describe('Open loop instead: operations per second over all clients, e.g. 100.'),
  read_fraction: z.number().min(0).max(1).default(0.5).describe('Part of the operations that read, default 0.5.'),
  keys: z.int().min(1).max(1000).default(3).describe('Keys, default 3.'),
  zipf: z.number().min(0).max(5).default(0).describe('Zipf exponent of the keys; 0 (default) is uniform.'),
  operations_max: z.int().min(0).max(1_000_000).optional().describe('Most operations of a run.'),
  timeout_ms: z.number().min(1).max(DELAY_MS_MAX).default(1000).describe('Patience of one attempt, default 1000.'),
  attempts: z.int().min(1).max(100).default(5).describe('Attempts until an operation stays open, default 5.'),
});

const networkSchema = z.strictObject({
  distribution: z
    .enum(['constant', 'uniform', 'exponential', 'normal', 'lognormal'])
    .default('uniform')
    .describe('Of one-way delays between nodes, default uniform.'),
  one_way_ms: milliseconds(DELAY_MS_MAX)
    .default(1)
    .describe('The constant, the least (uniform, exponential), the mean (normal) or median (lognormal), default 1.'),
  spread_ms: milliseconds(DELAY_MS_MAX)
    .default(2)
    .describe('Range above the least (uniform), mean above it (exponential), or standard deviation, default 2.'),
  client_one_way_ms: milliseconds(DELAY_MS_MAX).default(1).describe('Between clients and nodes, one way, default 1.'),
  regions: z
    .array(z.string().max(SETTINGS_LENGTH_MAX))
    .max(SIMULATED_NODES_MAX)
    .default([])
    .describe(
      'A region for each node, e.g. ["us-east-1", "eu-west-1", "us-west-2"]: delays are half the measured RTT.',
    ),
  client_regions: z
    .array(z.string().max(SETTINGS_LENGTH_MAX))
    .max(CLIENTS_MAX)
    .default([])
    .describe('Regions of the clients; client i is in region i modulo their number. Default: with the nodes.'),
  dataset: z.enum(['aws-2020', 'aws-2021', 'gcp-2020']).default('aws-2020').describe('Where RTTs come from.'),
  loss_probability: probability('Loss of a message'),
  duplication_probability: probability('Duplication of a message'),
  reordering_probability: probability('Extra delay of a message'),
  reordering_ms: milliseconds(DELAY_MS_MAX).default(0).describe('Most extra delay of a reordered message in ms.'),
  fifo: z.boolean().default(false).describe('Messages of a link arrive in order, default false.'),
  bandwidth_bytes_per_ms: z
    .number()
    .min(1)
    .max(1e9)
    .optional()
    .describe('What a link carries, e.g. 125000 for 1 Gbit/s.'),
  payload_bytes: z.int().min(0).max(10_000_000).default(256).describe('Size of a command, default 256.'),
});

const givenNodeSchema = z.strictObject({
  term: z.int().min(0).max(1_000_000_000).describe('Current term.'),
  voted_for: z.string().max(SETTINGS_LENGTH_MAX).optional().describe('Whom it voted for in this term, e.g. "n2".'),
  log: z
    .array(z.int().min(0).max(1_000_000_000))
    .max(1000)
    .describe('Terms of its log entries in order, e.g. [1,1,2].'),
  commit_index: z.int().min(0).max(1000).default(0).describe('Its commit index, 0 for none.'),
  role: z.enum(['leader', 'follower', 'candidate']).default('follower').describe('What it is, default follower.'),
  reachable: z.boolean().default(true).describe('Whether the others can reach it.'),
});

const ballot = (what: string) =>
  z.string().max(SETTINGS_LENGTH_MAX).describe(`${what}: round and proposer, e.g. "2.n1", or none.`);

const givenAcceptorSchema = z.strictObject({
  promised: ballot('Ballot that it has promised'),
  accepted_in: ballot('Ballot of its last acceptance').default('none'),
  accepted: z.int().min(0).max(1_000_000_000).optional().describe('Value that it accepted last, e.g. 7.'),
});

const NESTED = 'Members that are left out take their defaults.';

export const simulationFields = {
  protocol: z
    .string()
    .max(SETTINGS_LENGTH_MAX)
    .optional()
    .describe(
      'Which protocol, e.g. "raft"; an unknown one is answered with the list. Required unless replay is given.',
    ),
  nodes: z
    .int()
    .min(1)
    .max(SIMULATED_NODES_MAX)
    .optional()
    .describe('Replicas, e.g. 5; default: what the protocol usually has.'),
  variant: z
    .string()
    .max(100)
    .optional()
    .describe('A known mistake built in, e.g. "commits-earlier-terms"; an unknown one is answered with the list.'),
  settings: z
    .record(z.string().max(SETTINGS_LENGTH_MAX), z.string().max(200))
    .default({})
    .describe('Settings of the protocol as text, e.g. {"pre_vote":"false"}; an unknown one is answered with the list.'),
  scenario: z
    .string()
    .max(SETTINGS_LENGTH_MAX)
    .default('swarm')
    .describe('swarm (default): each run draws faults from its seed; none; or a name such as "minority-partition".'),
  faults: z
    .array(faultSchema)
    .max(FAULTS_MAX)
    .optional()
    .describe('Faults by hand; the scenario is then none unless named.'),
  workload: workloadSchema.optional().describe(`What clients do. ${NESTED}`),
  network: networkSchema.optional().describe(`Delays, loss, duplication, reordering, regions. ${NESTED}`),
  disk_write_min_ms: milliseconds(DELAY_MS_MAX).default(0).describe('Least time until a write is durable, default 0.'),
  disk_write_max_ms: milliseconds(DELAY_MS_MAX).default(0).describe('Most time until a write is durable, default 0.'),
  duration_ms: z
    .number()
    .min(1)
    .max(DURATION_MS_MAX)
    .default(10_000)
    .describe('Virtual time with faults, default 10000; then the network heals.'),
  settle_ms: milliseconds(600_000)
    .default(5000)
    .describe('Virtual time to settle in afterwards, default 5000; 0: nothing is demanded.'),
  runs: z.int().min(1).max(SIMULATION_RUNS_MAX).default(20).describe('Runs, with seeds seed, seed + 1, …; default 20.'),
  seed: seedField,
  replay: z
    .string()
    .max(TOKEN_LENGTH_MAX)
    .optional()
    .describe('A replay token of an earlier answer; nothing else is needed then.'),
  given_states: z
    .array(z.union([givenNodeSchema, givenAcceptorSchema]))
    .max(12)
    .optional()
    .describe(
      'State of a real cluster, one per node. raft (term, log, …): who can be elected, what is committed or can be lost. ' +
        'paxos (promised, …): what is or can be chosen, what must be proposed.',
    ),
  include: z
    .array(z.enum(['space_time_svg', 'page_html', 'shiviz', 'events']))
    .max(4)
    .default([])
    .describe('Long forms of the shown run: space-time diagram, whole page, ShiViz log, all its events.'),
  time_limit_ms: timeLimitField,
  response_format: responseFormatField,
};

export const simulationRequestSchema = z.strictObject(simulationFields);

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const distributionSchema = z.object({
  count: count.describe('Samples.'),
  mean: z.number().describe('Mean.'),
  min: z.number().describe('Least.'),
  p50: z.number().describe('Median.'),
  p90: z.number().describe('90th percentile.'),
  p99: z.number().describe('99th percentile.'),
  max: z.number().describe('Most.'),
});

const metricsSchema = z.object({
  latency_ms: distributionSchema.optional().describe('Of operations that succeeded, in ms of virtual time.'),
  write_latency_ms: distributionSchema.optional().describe('Of writes that succeeded.'),
  throughput: z.number().describe('Operations per second that succeeded.'),
  availability: z
    .object({
      mean: z.number().describe('Mean over the runs.'),
      min: z.number().describe('The worst run.'),
    })
    .optional()
    .describe('Part of the time with faults in which writes succeeded, of the time in which some were asked for.'),
  failover_ms: distributionSchema.optional().describe('From the loss of a leader to a fault until another node led.'),
  leaderless_fraction: z
    .number()
    .describe('Part of the time in which no node led; 1 where the protocol has no leader.'),
  elections_per_run: z.number().describe('How often a node began to lead, per run.'),
  operations: z
    .object({
      ok: count.describe('Succeeded.'),
      failed: count.describe('Certainly without effect.'),
      open: count.describe('Nobody answered: may have an effect.'),
      shed: count.describe('Open loop: found no free client.'),
    })
    .describe('Client operations over all runs.'),
  messages_per_op: z
    .number()
    .optional()
    .describe('Messages between nodes per operation, heartbeats and retries included.'),
  bytes_per_op: z.number().optional().describe('Bytes between nodes per operation, in the shown run.'),
  messages_sent: count.describe('Messages between nodes over all runs.'),
  messages_lost: count.describe('Of those, lost or cut off.'),
  events: count.describe('Simulated events over all runs.'),
});

export const simulationReportSchema = z.object({
  summary: summaryField,
  verdict: verdictSchema.describe(
    'Whether every property held in every run; unknown when runs or checks were cut short.',
  ),
  protocol: z.string().describe('What was run.'),
  nodes: z.array(z.string()).describe('Names of all nodes.'),
  runs_done: count.describe('Runs that were finished.'),
  runs_broken: count.describe('Runs that broke a property.'),
  invariants: z
    .array(
      z.object({
        name: z.string().describe('Property, by the name its paper gives it.'),
        kind: z
          .enum(['always', 'sometimes', 'eventually', 'history'])
          .describe(
            'always, sometimes (guards against empty runs), eventually (after the faults), history (over all client operations).',
          ),
        statement: z.string().describe('What it demands.'),
        verdict: verdictSchema.describe('Over all runs.'),
        broken_in: count.describe('Runs that broke it; for a sometimes property, runs that never reached it.'),
        first: z.string().optional().describe('The first breach: seed, time, values.'),
      }),
    )
    .describe('Every property that was judged.'),
  metrics: metricsSchema.describe('Measures over all runs.'),
  faults: z.array(z.string()).describe('Faults of the shown run, in words.'),
  timeline: z.array(z.string()).describe('Decisive events of the shown run.'),
  diagram: z.string().describe('Mermaid sequence diagram of the shown run, around the breach.'),
  counterexample: z
    .object({
      property: z.string().describe('The property that is broken.'),
      seed: count.describe('Seed of the run it was found in.'),
      values: z.string().describe('The values that broke it.'),
      explanation: z.array(z.string()).describe('The decisive steps.'),
      faults: z.array(z.string()).describe('Faults that are left, in words.'),
      reduced: z.string().describe('From how many faults and operations to how many.'),
      minimal: z
        .boolean()
        .describe(
          'Whether leaving any one fault or operation out mends it; false when the time limit ended that search.',
        ),
      replay: z.string().describe('Token that replays exactly this run: run_simulation {"replay": …}.'),
    })
    .optional()
    .describe('The smallest run found that breaks the first property.'),
  given: z
    .object({
      electable: z.array(z.string()).optional().describe('Raft: who can be elected, and by whose votes.'),
      entries: z
        .array(z.string())
        .optional()
        .describe('Raft: each log entry: committed, can still commit, or can be lost, and why.'),
      repair: z.array(z.string()).optional().describe('Raft: what log repair does next.'),
      chosen: z
        .array(z.string())
        .optional()
        .describe('Paxos: each value that is, may be, or can still be chosen in an old ballot, and why.'),
      proposals: z.array(z.string()).optional().describe('Paxos: what a new proposer must propose, by who answers it.'),
    })
    .optional()
    .describe('What follows from the given states.'),
  messages_expected: z.string().optional().describe('Closed form of the messages per operation without faults.'),
  hash: z.string().describe('Hash of everything that happened in all runs: the same call gives the same hash.'),
  space_time_svg: z.string().optional().describe('Space-time diagram as SVG.'),
  page_html: z.string().optional().describe('The diagram as a page of its own.'),
  shiviz: z.string().optional().describe('Log for ShiViz, with vector clocks.'),
  events: z.array(z.string()).optional().describe('Every event of the shown run.'),
  ...closingFields,
});

export type SimulationToolRequest = z.output<typeof simulationRequestSchema>;
export type SimulationReport = Omit<z.input<typeof simulationReportSchema>, 'reproduce'>;
