/**
 * Dynamo as others run it: sizes, settings, known mistakes, workload.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import type { ProtocolDefinition, Setup, Variant, Workload } from '../definition.ts';
import type { Setting } from '../settings.ts';
import { choiceOf, flagOf, numberOf } from '../settings.ts';
import { dynamo } from './dynamo.ts';
import type { DynamoConfig, DynamoDurable, DynamoMessage, DynamoState } from './dynamo-state.ts';

const settings: readonly Setting[] = [
  {
    name: 'n_replicas',
    kind: 'integer',
    standard: 3,
    min: 1,
    max: 25,
    description: 'is N, the number of replicas of each key',
  },
  {
    name: 'read_quorum',
    kind: 'integer',
    standard: 2,
    min: 1,
    max: 25,
    description: 'is R, the number of replicas that a read waits for',
  },
  {
    name: 'write_quorum',
    kind: 'integer',
    standard: 2,
    min: 1,
    max: 25,
    description: 'is W, the number of replicas that a write waits for',
  },
  {
    name: 'sloppy_quorum',
    kind: 'boolean',
    standard: true,
    description: 'lets nodes beyond the N stand in for silent ones and hand over to them later (hinted handoff)',
  },
  {
    name: 'versioning',
    kind: 'choice',
    standard: 'vector_clock',
    options: ['vector_clock', 'last_writer_wins'],
    description: 'keeps concurrent versions as siblings, or the one with the largest clock reading of its coordinator',
  },
  {
    name: 'read_repair',
    kind: 'choice',
    standard: 'async',
    options: ['none', 'async', 'blocking'],
    description: 'tells stale replicas what a read found: not at all, after the answer, or before it',
  },
  {
    name: 'retry_ms',
    kind: 'integer',
    standard: 200,
    min: 1,
    max: 60_000,
    description:
      'is how long a coordinator waits at least, and at most twice that, before it asks silent replicas again, or stand-ins',
  },
  {
    name: 'handoff_interval_ms',
    kind: 'integer',
    standard: 500,
    min: 1,
    max: 600_000,
    description: 'is how often a node tries to hand over the hints that it keeps',
  },
  {
    name: 'anti_entropy_interval_ms',
    kind: 'integer',
    standard: 500,
    min: 0,
    max: 86_400_000,
    description: 'is how often a node compares its keys with the next peer; 0 is never',
  },
  {
    name: 'gc_grace_ms',
    kind: 'integer',
    standard: 0,
    min: 0,
    max: 864_000_000,
    description:
      'is the age at which tombstones are collected (Cassandra: 864000000, ten days); 0 is never, the only safe value without a bound on outages',
  },
];

const GC_GRACE_OF_VARIANT_MS = 1000;

const variants: readonly Variant[] = [
  {
    name: 'quorum-no-read-repair',
    statement: 'Reads with R + W > N are taken for monotonic although readers do not store what they found.',
    breaks: 'monotonic reads',
    source: 'Attiya, Bar-Noy, Dolev 1995; Kleppmann, Designing Data-Intensive Applications, Fig. 9-6',
  },
  {
    name: 'tombstone-gc-resurrection',
    statement: 'Tombstones are collected after a second, which is shorter than an outage.',
    breaks: 'a deleted key stays deleted',
    source: 'Apache Cassandra documentation, gc_grace_seconds',
  },
];

export const dynamoDefinition: ProtocolDefinition<DynamoConfig, DynamoState, DynamoMessage, DynamoDurable> = {
  name: 'dynamo',
  title: 'Dynamo-style quorums',
  description:
    'A leaderless key-value store with R, W and N, sloppy quorums, hinted handoff, read repair and anti-entropy (DeCandia et al., SOSP 2007).',
  card: 'dynamo-quorums',
  nodes: { min: 3, max: 25, standard: 5 },
  settings,
  variants,
  protocol: dynamo,
  configure: (setup) => {
    checkSetup({ name: 'dynamo', nodes: dynamoDefinition.nodes, variants }, setup);
    checkQuorums(setup);
    const { nodes, settings: values, variant } = setup;
    const withoutRepair = variant === 'quorum-no-read-repair';
    const readRepair = choiceOf(values, 'read_repair', ['none', 'async', 'blocking']);
    const isSloppy = flagOf(values, 'sloppy_quorum') && !withoutRepair;
    const quorums = numberOf(values, 'read_quorum') + numberOf(values, 'write_quorum');
    const grace = numberOf(values, 'gc_grace_ms');
    const gcGraceMs = variant === 'tombstone-gc-resurrection' && grace === 0 ? GC_GRACE_OF_VARIANT_MS : grace;
    const meets = !isSloppy && quorums > numberOf(values, 'n_replicas') && gcGraceMs === 0;
    return {
      nodes,
      replicas: numberOf(values, 'n_replicas'),
      readQuorum: numberOf(values, 'read_quorum'),
      writeQuorum: numberOf(values, 'write_quorum'),
      isSloppy,
      versioning: choiceOf(values, 'versioning', ['vector_clock', 'last_writer_wins']),
      readRepair: withoutRepair ? 'none' : readRepair,
      claimsMonotonicReads: meets && (readRepair === 'blocking' || withoutRepair),
      retryMs: numberOf(values, 'retry_ms'),
      handoffMs: numberOf(values, 'handoff_interval_ms'),
      antiEntropyMs: numberOf(values, 'anti_entropy_interval_ms'),
      gcGraceMs,
    };
  },
  nodeNames: ({ nodes }) => Array.from({ length: nodes }, (_, node) => `n${node + 1}`),
  clients: { contacts: ({ nodes }) => Array.from({ length: nodes }, (_, node) => node), choice: 'any' },
  workload: workload(),
  // Not even with strict quorums and blocking repair: the order of writes is that of clocks, not that of time.
  history: () => 'none',
  messagesPerOperation: ({ nodes, replicas }) => ({
    count: 2 * replicas * (1 - 1 / nodes),
    formula:
      '2N(1 - 1/n): 2N where the coordinator is no replica, 2(N - 1) where it is, which N of n are; without anti-entropy',
  }),
};

function checkQuorums({ nodes, settings: values, variant }: Setup): void {
  const replicas = numberOf(values, 'n_replicas');
  const [reads, writes] = [numberOf(values, 'read_quorum'), numberOf(values, 'write_quorum')];
  if (replicas > nodes) failConflict('n_replicas', replicas, `at most the ${nodes} nodes`);
  if (reads > replicas) failConflict('read_quorum', reads, `at most n_replicas, which is ${replicas}`);
  if (writes > replicas) failConflict('write_quorum', writes, `at most n_replicas, which is ${replicas}`);
  if (variant === 'quorum-no-read-repair' && reads + writes <= replicas)
    failConflict(
      'read_quorum',
      reads,
      `read_quorum + write_quorum above n_replicas, which is ${replicas}: the variant is about quorums that meet`,
    );
}

function failConflict(name: string, value: number, expected: string): never {
  return fail('input/conflict', {
    message: `${name} does not fit the other sizes`,
    path: `settings.${name}`,
    received: renderReceived(value),
    expected,
    nextStep: 'Give e.g. {"nodes":5,"settings":{"n_replicas":"3","read_quorum":"2","write_quorum":"2"}}.',
  });
}

/** Reads and writes; every tenth write deletes. */
function workload(): Workload<DynamoConfig> {
  return {
    command: (draw, sequence, { readFraction }) => {
      const isRead = draw.nextFloat() < readFraction;
      const key = draw.key();
      if (isRead) return { kind: 'read', key };
      return draw.nextInt(10) === 0 ? { kind: 'delete', key } : { kind: 'write', key, value: sequence };
    },
    isWrite: ({ kind }) => kind !== 'read',
  };
}
