/**
 * Mistakes that were really made, each with a request under which the checker finds it by a shortest path, and the same request for the form
 * without the mistake, which is explored to the end of its bounds. The names are those of `../simulation/known-bugs.ts`, which finds them with
 * seeds; `-2` and `-3` say of which cluster sizes a name speaks where the size decides.
 *
 * Bounds are as small as the mistake allows, so that each search takes a second or two. Where a search of the same model was published, its length is
 * given, and ours must be the same. The other lengths are our own; they are shorter than what message-level specifications give for the same
 * mistake, because a step of a node here is atomic: it receives, writes its disk and sends.
 */
import { protocolNamed } from '../protocols/catalogue.ts';
import type { Command } from '../protocols/protocol.ts';
import { readSettings } from '../protocols/settings.ts';
import type { NetworkKind } from './actors/actor-model.ts';
import { type CheckRequest, STANDARD_SEARCH, type Subject } from './check-request.ts';
import { type ClusterBounds, type FaultBudget, NO_FAULTS } from './cluster/cluster-request.ts';

export interface CheckedBug {
  readonly bug: string;
  /** With the mistake. */
  readonly request: CheckRequest;
  /** The same without it. */
  readonly fixed: CheckRequest;
  /** The property that is broken first. */
  readonly breaks: string;
  /** Length of a shortest path, in steps. */
  readonly steps: number;
  /** Where that length was published for this model. */
  readonly published?: string;
  /** The right form has so many states that tests leave it to `npm run bench known-bug-checks`. */
  readonly isLarge?: boolean;
}

interface ModelRow {
  readonly bug: string;
  readonly model: string;
  /** Of both forms. */
  readonly config?: Config;
  readonly wrong: Config;
  readonly right?: Config;
  readonly breaks: string;
  readonly steps: number;
  readonly published?: string;
  readonly isLarge?: boolean;
}

interface ProtocolRow {
  readonly bug: string;
  readonly protocol: string;
  readonly nodes: number;
  readonly variant: string;
  /** Of both forms. */
  readonly settings?: Config;
  /** Of the right form, where the variant sets something itself. */
  readonly right?: Config;
  readonly network?: NetworkKind;
  readonly bounds: Partial<ClusterBounds>;
  readonly faults?: Partial<FaultBudget>;
  readonly operations?: readonly (readonly Command[])[];
  readonly judgesHistory?: boolean;
  readonly breaks: string;
  readonly steps: number;
  readonly isLarge?: boolean;
}

type Config = Readonly<Record<string, string>>;

const WRITE: Command = { kind: 'write', key: 0, value: 1 };
const READ: Command = { kind: 'read', key: 0 };
const TWO_PROPOSALS: readonly (readonly Command[])[] = [
  [{ kind: 'propose', value: 1 }],
  [{ kind: 'propose', value: 2 }],
];

const MONGO_MUTATIONS =
  'TLC on MongoStaticRaft and MongoLoglessDynamicRaft of will62794/logless-reconfig, with the rule taken out';
const KAFKA_LADDER = 'TLC on hachikuji/kafka-specification';

const MODEL_ROWS: readonly ModelRow[] = [
  {
    bug: 'raft-fig8-commit-old-term',
    model: 'static_raft',
    wrong: { mistake: 'commit_earlier_terms' },
    breaks: 'LeaderCompleteness',
    steps: 9,
    published: MONGO_MUTATIONS,
  },
  {
    bug: 'raft-naive-config-swap',
    model: 'logless_reconfig',
    config: { servers: '4', max_term: '2', max_config_version: '2' },
    wrong: { mistake: 'no_quorum_overlap' },
    breaks: 'OnePrimaryPerTerm',
    steps: 4,
    published: MONGO_MUTATIONS,
  },
  {
    bug: 'reconfig-without-config-quorum',
    model: 'logless_reconfig',
    wrong: { mistake: 'no_config_quorum_check' },
    breaks: 'OnePrimaryPerTerm',
    steps: 5,
    published: MONGO_MUTATIONS,
  },
  {
    bug: 'reconfig-without-term-quorum',
    model: 'logless_reconfig',
    wrong: { mistake: 'no_term_quorum_check' },
    breaks: 'OnePrimaryPerTerm',
    steps: 6,
    published: MONGO_MUTATIONS,
  },
  ...(
    [
      ['kafka-truncate-to-hw-2', 'truncate_to_hw', '2', 9],
      ['kafka-truncate-to-hw-3', 'truncate_to_hw', '3', 8],
      ['kafka-kip101-2', 'kip101', '2', 11],
      ['kafka-kip101-3', 'kip101', '3', 10],
      ['kafka-kip279-3', 'kip279', '3', 10],
      ['kafka-kip320-first-try-3', 'kip320_first_try', '3', 12],
    ] as const
  ).map(
    ([bug, variant, replicas, steps]): ModelRow => ({
      bug,
      model: 'kafka_isr',
      wrong: { variant, replicas },
      right: { variant: 'kip320', replicas },
      breaks: 'StrongIsr',
      steps,
      published: KAFKA_LADDER,
      isLarge: replicas === '3',
    }),
  ),
];

const ONE_EACH = { messagesPerLinkMax: 1 };

const PROTOCOL_ROWS: readonly ProtocolRow[] = [
  {
    bug: 'raft-vote-amnesia',
    protocol: 'raft',
    nodes: 3,
    variant: 'forgets-vote',
    bounds: { ...ONE_EACH, termMax: 1, timeoutsMax: 2 },
    faults: { crashes: 1 },
    breaks: 'election safety',
    steps: 8,
  },
  {
    bug: 'raft-log-lost-on-restart',
    protocol: 'raft',
    nodes: 3,
    variant: 'forgets-log',
    bounds: { ...ONE_EACH, termMax: 2, timeoutsMax: 2 },
    faults: { crashes: 1 },
    breaks: 'leader completeness',
    steps: 10,
  },
  {
    bug: 'raft-commit-index-regresses',
    protocol: 'raft',
    nodes: 2,
    variant: 'commit-index-regresses',
    bounds: { ...ONE_EACH, termMax: 2 },
    operations: [[WRITE]],
    breaks: 'commit index is monotonic',
    steps: 10,
  },
  {
    bug: 'raft-stale-append-truncates',
    protocol: 'raft',
    nodes: 2,
    variant: 'truncates-matching-entries',
    bounds: { termMax: 1, messagesPerLinkMax: 2 },
    operations: [[WRITE]],
    breaks: 'committed entries stay',
    steps: 11,
  },
  {
    bug: 'raft-identity-reuse-after-removal',
    protocol: 'raft',
    nodes: 3,
    variant: 'reuses-identity',
    bounds: { ...ONE_EACH, termMax: 1, timeoutsMax: 2 },
    faults: { diskLosses: 1 },
    breaks: 'election safety',
    steps: 8,
  },
  {
    bug: 'raft-local-read-stale',
    protocol: 'raft',
    nodes: 3,
    variant: 'local-reads',
    bounds: { ...ONE_EACH, termMax: 2, timeoutsMax: 2 },
    operations: [[WRITE], [READ]],
    judgesHistory: true,
    breaks: 'linearizability',
    steps: 12,
  },
  {
    bug: 'mongo-w1-rollback',
    protocol: 'raft',
    nodes: 3,
    variant: 'acknowledges-alone',
    bounds: { ...ONE_EACH, termMax: 2, timeoutsMax: 2 },
    operations: [[WRITE]],
    breaks: 'leader completeness',
    steps: 6,
  },
  {
    bug: 'elasticsearch-min-master-nodes',
    protocol: 'raft',
    nodes: 2,
    variant: 'election-below-majority',
    bounds: { ...ONE_EACH, termMax: 2 },
    breaks: 'election safety',
    steps: 2,
  },
  {
    bug: 'paxos-any-reported-value',
    protocol: 'paxos',
    nodes: 3,
    variant: 'paxos-any-reported-value',
    bounds: { ...ONE_EACH, termMax: 3, timeoutsMax: 1 },
    operations: TWO_PROPOSALS,
    breaks: 'at most one value chosen',
    steps: 13,
    isLarge: true,
  },
  {
    bug: 'paxos-stale-promise-counted',
    protocol: 'paxos',
    nodes: 3,
    variant: 'paxos-stale-promise-counted',
    bounds: { ...ONE_EACH, termMax: 2, timeoutsMax: 1 },
    operations: TWO_PROPOSALS,
    breaks: 'at most one value chosen',
    steps: 10,
  },
  {
    bug: 'kafka-unclean-election',
    protocol: 'isr-log',
    nodes: 2,
    variant: 'kafka-unclean-election',
    bounds: { ...ONE_EACH, timeoutsMax: 2 },
    faults: { crashes: 1 },
    operations: [[WRITE]],
    breaks: 'strong ISR',
    steps: 5,
    isLarge: true,
  },
  {
    bug: 'async-failover-loss',
    protocol: 'primary-backup',
    nodes: 2,
    variant: 'async-failover-loss',
    right: { mode: 'synchronous' },
    bounds: { ...ONE_EACH, termMax: 2, timeoutsMax: 3 },
    faults: { crashes: 1 },
    operations: [[WRITE]],
    breaks: 'no acknowledged write is lost',
    steps: 8,
  },
  {
    bug: 'semisync-recovered-extra-txn',
    protocol: 'primary-backup',
    nodes: 2,
    variant: 'semisync-recovered-extra-txn',
    settings: { mode: 'semi_synchronous' },
    bounds: { ...ONE_EACH, termMax: 2, timeoutsMax: 3 },
    faults: { crashes: 1 },
    operations: [[WRITE]],
    breaks: 'replicas are prefix-consistent',
    steps: 9,
  },
  {
    bug: '2pc-decision-not-logged',
    protocol: 'two-phase-commit',
    nodes: 2,
    variant: '2pc-decision-not-logged',
    bounds: { timeoutsMax: 1 },
    faults: { crashes: 1 },
    operations: [[{ kind: 'transaction', value: 0 }]],
    breaks: 'AC1 agreement',
    steps: 8,
  },
  {
    bug: 'saga-dirty-read-lost-update',
    protocol: 'saga',
    nodes: 2,
    variant: 'saga-dirty-read-lost-update',
    bounds: { timeoutsMax: 0 },
    operations: [[{ kind: 'saga', key: 0, value: 2 }], [{ kind: 'saga', key: 0, value: 0 }]],
    breaks: 'balances sum',
    steps: 12,
  },
  {
    bug: 'tcc-fence-same-local-txn',
    protocol: 'try-confirm-cancel',
    nodes: 1,
    variant: 'tcc-fence-same-local-txn',
    bounds: { timeoutsMax: 1 },
    operations: [[{ kind: 'reserve', key: 0, value: 1 }]],
    breaks: 'side effects of a failed Try are cancelled',
    steps: 5,
  },
  {
    bug: 'crdt-op-counter-duplicate',
    protocol: 'crdt-gossip',
    nodes: 2,
    variant: 'crdt-op-counter-duplicate',
    right: { data_type: 'g_counter', replication: 'operation_based' },
    network: 'unordered_duplicating',
    bounds: { timeoutsMax: 1 },
    operations: [[{ kind: 'increment', key: 0, value: 5 }]],
    breaks: 'strong eventual consistency',
    steps: 3,
  },
  {
    bug: 'crdt-needs-causal-delivery',
    protocol: 'crdt-gossip',
    nodes: 3,
    variant: 'crdt-needs-causal-delivery',
    right: { data_type: 'or_set', replication: 'operation_based' },
    bounds: { timeoutsMax: 0 },
    operations: [
      [
        { kind: 'add', key: 0, value: 1 },
        { kind: 'remove', key: 0, value: 1 },
      ],
    ],
    breaks: 'strong eventual consistency',
    steps: 4,
  },
];

export const CHECKED_BUGS: readonly CheckedBug[] = [...MODEL_ROWS.map(modelBug), ...PROTOCOL_ROWS.map(protocolBug)];

function modelBug({ bug, model, config = {}, wrong, right = {}, ...rest }: ModelRow): CheckedBug {
  const subject = (own: Config): Subject => ({ kind: 'model', model, config: { ...config, ...own } });
  return { bug, request: requestOf(subject(wrong)), fixed: requestOf(subject(right)), ...rest };
}

function protocolBug(row: ProtocolRow): CheckedBug {
  const { bug, protocol, nodes, variant, settings = {}, right = {}, breaks, steps, isLarge = false } = row;
  const definition = protocolNamed(protocol);
  const base = {
    protocol,
    nodes,
    network: row.network ?? 'unordered_non_duplicating',
    bounds: { attemptsMax: 1, ...row.bounds },
    faults: { ...NO_FAULTS, ...row.faults },
    operations: row.operations ?? [],
    judgesHistory: row.judgesHistory ?? false,
  } as const;
  const read = (given: Config) => readSettings(protocol, definition.settings, given);
  return {
    bug,
    request: requestOf({ kind: 'protocol', cluster: { ...base, variant, settings: read(settings) } }),
    fixed: requestOf({ kind: 'protocol', cluster: { ...base, settings: read({ ...settings, ...right }) } }),
    breaks,
    steps,
    isLarge,
  };
}

function requestOf(subject: Subject): CheckRequest {
  return { subject, search: STANDARD_SEARCH, properties: [], fairness: 'weak' };
}

/** Mistakes that this checker does not judge, and why. */
export const NOT_CHECKED: readonly { readonly bug: string; readonly reason: string }[] = [
  { bug: 'raft-no-prevote-disruption', reason: 'availability: it is a matter of time, and the model has no clock' },
  { bug: 'raft-lease-read-clock-drift', reason: 'clocks: without any, a lease never protects, drift or not' },
  { bug: 'redlock-clock-jump-or-pause', reason: 'clocks: without any, a lease never protects, jump or not' },
  { bug: 'tombstone-gc-resurrection', reason: 'time: the grace period has no meaning without a clock' },
  {
    bug: 'acp-deliver-before-forward',
    reason:
      'timeouts mean a crash in this protocol; without a clock they come at any time, and the right form breaks too',
  },
  {
    bug: 'fab-liveness',
    reason:
      'it decides once the network is timely; without a clock a leader is replaced for ever, in the right form too',
  },
  {
    bug: '2pc-coordinator-crash-blocks',
    reason: 'blocking: a property of what comes true after faults, which the simulator judges',
  },
  {
    bug: 'quorum-no-read-repair',
    reason: 'too large: found in 18 steps with 2 gateways, but the right form has more than 6 million states',
  },
  {
    bug: 'pbft-too-few-replicas',
    reason: 'too large: found in 11 steps with 2 requests, but the right form was not explored to the end',
  },
  {
    bug: 'chain-middle-failure-drops-inflight',
    reason: 'too large: not found among 2 million states; the simulator finds it',
  },
  {
    bug: 'vr-diskless-recovery',
    reason:
      'too deep: two recoveries and three timeouts with three messages on a link, some 24 steps; the simulator finds it',
  },
  {
    bug: 'zab-retained-db-across-election',
    reason: 'too deep: two elections by notifications and a restart; the simulator finds it',
  },
];
