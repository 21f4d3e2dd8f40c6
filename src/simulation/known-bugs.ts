/**
 * Mistakes that were really made, each with a request under which a seeded search finds it, and the same request for the protocol without
 * the mistake, which survives. What the search finds is reduced by counterexample.ts.
 *
 * The requests are short, with few nodes and faults of the kind that the mistake needs: a search that looks for one thing finds it in
 * tens of runs. Broad searches with drawn faults are for what nobody knows yet.
 */
import type { Fault } from './faults/fault.ts';
import type { NetworkRequest, SimulationRequest, WorkloadRequest } from './request.ts';
import { STANDARD_NETWORK, STANDARD_REQUEST, STANDARD_RETRY, STANDARD_WORKLOAD } from './request.ts';

export interface KnownBug {
  /** Its name in the literature of this project: `raft-vote-amnesia`. */
  readonly bug: string;
  /** What the search looks at: the first run has seed 1. */
  readonly request: SimulationRequest;
  /** The same without the mistake. */
  readonly fixed: SimulationRequest;
  /** The property that the search is to find broken. */
  readonly breaks: string;
}

/** What the rows differ in. */
interface Row {
  readonly bug: string;
  readonly protocol: string;
  readonly nodes: number;
  readonly variant?: string;
  readonly breaks: string;
  readonly runsMax?: number;
  /** Of both forms. */
  readonly settings?: Settings;
  /** Of the wrong form, where the mistake is a setting. */
  readonly wrong?: Settings;
  /** Of the right form, where the variant sets something itself. */
  readonly right?: Settings;
  readonly durationMs?: number;
  readonly settleMs?: number;
  readonly scenario?: string;
  readonly faults?: readonly Fault[];
  readonly network?: Partial<NetworkRequest>;
  readonly workload?: Partial<WorkloadRequest>;
}

type Settings = Readonly<Record<string, string>>;

/** Runs that a search is given where a row says nothing. */
const RUNS_MAX = 300;

const FAST_ISR: Settings = { heartbeat_ms: '20', session_ms: '80', lag_ms: '80', retry_ms: '40' };

/** Every message may be late, by up to a few election timeouts, lost, or there twice. */
const UNRULY: Partial<NetworkRequest> = {
  lossProbability: 0.1,
  duplicationProbability: 0.1,
  reorderingProbability: 0.3,
  reorderingMs: 300,
};

/** Timeouts of some ten milliseconds: many elections in a short run. */
const HASTY: Settings = { election_timeout_min_ms: '50', election_timeout_max_ms: '100', heartbeat_ms: '20' };

const HASTY_ZAB: Settings = {
  tick_ms: '20',
  init_limit: '6',
  sync_limit: '3',
  finalize_wait_ms: '20',
  max_notification_ms: '80',
};

/** They turn to another server long before an election is over. */
const IMPATIENT_WRITERS: Partial<WorkloadRequest> = {
  clients: 5,
  readFraction: 0,
  retry: { ...STANDARD_RETRY, timeoutMs: 60, attempts: 20, initialDelayMs: 5, maxDelayMs: 30 },
};

/** Those that write give up a silent leader soon; those that read stay with one that answers. */
const STALE_READERS: Partial<WorkloadRequest> = {
  clients: 6,
  thinkMs: 15,
  readFraction: 0.92,
  keys: 1,
  retry: { ...STANDARD_RETRY, timeoutMs: 100, initialDelayMs: 5, maxDelayMs: 50 },
};

const crash = (atMs: number, untilMs: number, node: number | 'leader' | 'follower', losesDisk = false): Fault => ({
  kind: 'crash',
  atMs,
  untilMs,
  nodes: [node],
  losesDisk,
  tornWrite: false,
});

const cut = (atMs: number, untilMs: number, node: number | 'leader' | 'follower' | 'minority'): Fault => ({
  kind: 'partition',
  atMs,
  untilMs,
  nodes: [node],
  direction: 'both',
});

/** A node that the leader cannot reach, and all of whose messages are on their way for longer than its restart takes. */
const slowUntilRestart = (atMs: number, restartMs: number, node: number): readonly Fault[] => [
  { kind: 'partition', atMs, untilMs: restartMs, nodes: [node], direction: 'both', from: ['leader'] },
  { kind: 'slow', atMs, untilMs: restartMs, nodes: [node], delayMs: 90 },
  crash(restartMs, restartMs + 2, node),
];

/** The same fault again and again. */
const every = (periodMs: number, count: number, fault: (atMs: number) => Fault): readonly Fault[] =>
  Array.from({ length: count }, (_, index) => fault(periodMs * (index + 1)));

const ROWS: readonly Row[] = [
  {
    bug: 'raft-fig8-commit-old-term',
    protocol: 'raft',
    nodes: 3,
    variant: 'commits-earlier-terms',
    breaks: 'leader completeness',
    // One entry at a time, or a leader's own entry travels with the older ones.
    settings: { ...HASTY, max_entries: '1' },
    network: { ...UNRULY, lossProbability: 0.2 },
    scenario: 'none',
    faults: every(120, 7, (atMs) => cut(atMs, atMs + 110, 'leader')),
    durationMs: 1000,
  },
  {
    bug: 'raft-vote-amnesia',
    protocol: 'raft',
    nodes: 3,
    variant: 'forgets-vote',
    breaks: 'election safety',
    settings: { ...HASTY, election_timeout_max_ms: '60' },
    scenario: 'none',
    faults: every(40, 24, (atMs) => crash(atMs, atMs + 1, (atMs / 40) % 3)),
    network: UNRULY,
    durationMs: 1000,
  },
  {
    bug: 'raft-log-lost-on-restart',
    protocol: 'raft',
    nodes: 3,
    variant: 'forgets-log',
    breaks: 'leader completeness',
    settings: HASTY,
    durationMs: 1000,
  },
  {
    bug: 'raft-commit-index-regresses',
    protocol: 'raft',
    nodes: 2,
    variant: 'commit-index-regresses',
    breaks: 'commit index is monotonic',
    settings: HASTY,
    network: UNRULY,
    durationMs: 1000,
  },
  {
    bug: 'raft-stale-append-truncates',
    protocol: 'raft',
    nodes: 2,
    variant: 'truncates-matching-entries',
    breaks: 'committed entries stay',
    settings: HASTY,
    network: UNRULY,
    durationMs: 1000,
  },
  {
    bug: 'raft-no-prevote-disruption',
    protocol: 'raft',
    nodes: 3,
    variant: 'no-pre-vote',
    breaks: 'stable leader',
    settings: { ...HASTY, pre_vote: 'true', check_quorum: 'true' },
    scenario: 'none',
    faults: [cut(300, 800, 'follower')],
    durationMs: 1000,
  },
  {
    bug: 'raft-lease-read-clock-drift',
    protocol: 'raft',
    nodes: 3,
    variant: 'lease-trusts-clocks',
    breaks: 'linearizability',
    // A leader keeps two leases, each renewed at a heartbeat: seldom heartbeats make them last.
    settings: { reads: 'lease', max_clock_drift: '0.8', heartbeat_ms: '70', election_timeout_max_ms: '180' },
    scenario: 'none',
    faults: [
      { kind: 'clock', atMs: 250, untilMs: 800, nodes: ['leader'], rate: 0.5, jumpMs: 0 },
      cut(350, 800, 'leader'),
    ],
    workload: STALE_READERS,
    durationMs: 800,
  },
  {
    bug: 'raft-local-read-stale',
    protocol: 'raft',
    nodes: 3,
    variant: 'local-reads',
    breaks: 'linearizability',
    settings: HASTY,
    scenario: 'none',
    faults: [cut(200, 600, 'leader')],
    workload: STALE_READERS,
    durationMs: 600,
  },
  {
    bug: 'raft-identity-reuse-after-removal',
    protocol: 'raft',
    nodes: 3,
    variant: 'reuses-identity',
    breaks: 'leader completeness',
    settings: HASTY,
    scenario: 'none',
    faults: [0, 1, 2].flatMap((node) => [
      crash(200 + 300 * node, 250 + 300 * node, node, true),
      cut(150 + 300 * node, 350 + 300 * node, 'follower'),
    ]),
    durationMs: 1100,
  },
  {
    bug: 'raft-naive-config-swap',
    protocol: 'raft',
    nodes: 4,
    variant: 'swaps-configuration',
    breaks: 'election safety',
    settings: HASTY,
    right: { membership_changes_percent: '10' },
    scenario: 'none',
    // n1, when it leads, becomes the only member while the others do not hear of it: one vote against three of four.
    faults: [
      cut(250, 600, 'leader'),
      { kind: 'command', atMs: 255, nodes: ['leader'], command: { kind: 'reconfigure', nodes: [0] } },
      crash(260, 270, 'leader'),
    ],
    durationMs: 600,
  },
  {
    bug: 'mongo-w1-rollback',
    protocol: 'raft',
    nodes: 3,
    variant: 'acknowledges-alone',
    breaks: 'no acknowledged write is lost',
    settings: HASTY,
    scenario: 'none',
    faults: [cut(200, 500, 'leader')],
    durationMs: 600,
  },
  {
    bug: 'elasticsearch-min-master-nodes',
    protocol: 'raft',
    nodes: 2,
    variant: 'election-below-majority',
    breaks: 'election safety',
    settings: HASTY,
    scenario: 'none',
    faults: [cut(100, 1000, 'leader')],
    durationMs: 1000,
  },
  {
    bug: 'zab-retained-db-across-election',
    protocol: 'zab',
    nodes: 3,
    variant: 'retains-database-across-election',
    breaks: 'agreement',
    settings: HASTY_ZAB,
    scenario: 'none',
    // A leader logs alone, the others go on without it; back with an empty DIFF, it restarts from what is on its disk.
    faults: [cut(200, 450, 'leader'), ...[0, 1, 2].map((node) => crash(600 + 40 * node, 620 + 40 * node, node))],
    workload: IMPATIENT_WRITERS,
    durationMs: 900,
  },
  {
    bug: 'paxos-any-reported-value',
    protocol: 'paxos',
    nodes: 3,
    variant: 'paxos-any-reported-value',
    breaks: 'at most one value chosen',
    settings: { retry_min_ms: '20', retry_max_ms: '60' },
    network: UNRULY,
    workload: { readFraction: 0, clients: 5 },
    durationMs: 1000,
  },
  {
    bug: 'paxos-stale-promise-counted',
    protocol: 'paxos',
    nodes: 3,
    variant: 'paxos-stale-promise-counted',
    breaks: 'at most one value chosen',
    network: UNRULY,
    workload: { readFraction: 0 },
    durationMs: 2000,
  },
  {
    bug: 'vr-diskless-recovery',
    protocol: 'viewstamped-replication',
    nodes: 3,
    variant: 'vr-diskless-recovery',
    breaks: 'committed operations survive',
    settings: {
      heartbeat_ms: '10',
      view_change_timeout_min_ms: '25',
      view_change_timeout_max_ms: '45',
      recovery_retry_ms: '10',
    },
    right: { durability: 'diskless' },
    scenario: 'none',
    // The backups in turn lose the primary, leave its view, and have forgotten that when they are restarted; being slow, what they sent
    // arrives only then.
    faults: [1, 2, 1, 2, 1, 2].flatMap((node, turn) => slowUntilRestart(90 * turn + 20, 90 * turn + 80, node)),
    durationMs: 700,
  },
  {
    bug: 'pbft-too-few-replicas',
    protocol: 'pbft',
    nodes: 4,
    variant: 'pbft-too-few-replicas',
    breaks: 'agreement',
    right: { byzantine_nodes: '1' },
    scenario: 'none',
    durationMs: 200,
  },
  {
    bug: 'fab-liveness',
    protocol: 'fab-paxos',
    nodes: 4,
    variant: 'vouches-by-paper-rule',
    breaks: 'eventual decision',
    // Two leaders after the one that equivocates: without the mistake the first of them decides within some ten milliseconds.
    settings: { byzantine_nodes: '1', view_timeout_ms: '50' },
    scenario: 'none',
    workload: { readFraction: 0 },
    durationMs: 250,
    settleMs: 100,
  },
  {
    bug: 'kafka-truncate-to-hw',
    protocol: 'isr-log',
    nodes: 2,
    variant: 'kafka-truncate-to-hw',
    breaks: 'strong ISR',
    settings: { ...FAST_ISR, rebalance_ms: '60' },
    scenario: 'none',
    faults: every(100, 6, (atMs) => crash(atMs, atMs + 10, 'follower')),
    durationMs: 700,
  },
  {
    bug: 'kafka-kip320-first-try',
    protocol: 'isr-log',
    nodes: 3,
    variant: 'kafka-kip320-first-try',
    breaks: 'strong ISR',
    settings: { ...FAST_ISR, rebalance_ms: '60' },
    network: UNRULY,
    durationMs: 700,
  },
  {
    bug: 'kafka-unclean-election',
    protocol: 'isr-log',
    nodes: 2,
    variant: 'kafka-unclean-election',
    // Seen at the election, before the new leader has told anybody what is lost: a run ends at the first property broken.
    breaks: 'strong ISR',
    settings: FAST_ISR,
    scenario: 'none',
    faults: [cut(200, 400, 'follower'), crash(390, 800, 'leader')],
    durationMs: 800,
  },
  {
    bug: 'async-failover-loss',
    protocol: 'primary-backup',
    nodes: 2,
    variant: 'async-failover-loss',
    breaks: 'no acknowledged write is lost',
    settings: { lease_ms: '100', heartbeat_ms: '20', poll_ms: '20', retry_ms: '50' },
    right: { mode: 'synchronous' },
    scenario: 'none',
    faults: [crash(200, 600, 'leader')],
    durationMs: 800,
  },
  {
    bug: 'semisync-recovered-extra-txn',
    protocol: 'primary-backup',
    nodes: 2,
    variant: 'semisync-recovered-extra-txn',
    breaks: 'replicas are prefix-consistent',
    settings: { lease_ms: '100', heartbeat_ms: '20', poll_ms: '20', retry_ms: '50', mode: 'semi_synchronous' },
    scenario: 'none',
    faults: [crash(200, 600, 'leader')],
    workload: { thinkMs: 2, readFraction: 0 },
    durationMs: 800,
  },
  {
    bug: 'quorum-no-read-repair',
    protocol: 'abd-register',
    nodes: 3,
    variant: 'quorum-no-read-repair',
    breaks: 'linearizability',
    network: UNRULY,
    workload: { keys: 1 },
    durationMs: 1000,
  },
  {
    bug: 'tombstone-gc-resurrection',
    protocol: 'dynamo',
    nodes: 3,
    variant: 'tombstone-gc-resurrection',
    breaks: 'a deleted key stays deleted',
    scenario: 'none',
    faults: [crash(400, 2400, 2)],
    workload: { keys: 2 },
    durationMs: 3500,
  },
  {
    bug: '2pc-coordinator-crash-blocks',
    protocol: 'two-phase-commit',
    nodes: 2,
    variant: '2pc-coordinator-crash-blocks',
    breaks: 'AC5 every participant eventually decides',
    settings: { retry_ms: '50' },
    right: { protocol: 'non_blocking' },
    scenario: 'none',
    // Down to the end, and then there is no time to make up for it. No transaction begins afterwards.
    faults: [crash(50, 2000, 2)],
    workload: { readFraction: 0, operationsMax: 8 },
    durationMs: 2000,
    settleMs: 1,
  },
  {
    bug: '2pc-decision-not-logged',
    protocol: 'two-phase-commit',
    nodes: 2,
    variant: '2pc-decision-not-logged',
    breaks: 'AC1 agreement',
    settings: { retry_ms: '50' },
    scenario: 'none',
    faults: every(100, 5, (atMs) => crash(atMs, atMs + 20, 2)),
    durationMs: 600,
  },
  {
    bug: 'acp-deliver-before-forward',
    protocol: 'two-phase-commit',
    nodes: 2,
    variant: 'acp-deliver-before-forward',
    breaks: 'AC1 agreement',
    settings: { retry_ms: '50' },
    right: { protocol: 'non_blocking' },
    scenario: 'none',
    faults: [
      { kind: 'partition', atMs: 100, untilMs: 106, nodes: [2], direction: 'both', from: [1] },
      crash(105, 800, 2),
      // Late enough that it has received what the coordinator sent: a link that loses messages between nodes that are up is not in this protocol's world.
      crash(109, 800, 0),
    ],
    durationMs: 800,
  },
  {
    bug: 'saga-dirty-read-lost-update',
    protocol: 'saga',
    nodes: 2,
    variant: 'saga-dirty-read-lost-update',
    breaks: 'balances sum',
    scenario: 'none',
    durationMs: 300,
  },
  {
    bug: 'tcc-fence-same-local-txn',
    protocol: 'try-confirm-cancel',
    nodes: 2,
    variant: 'tcc-fence-same-local-txn',
    breaks: 'side effects of a failed Try are cancelled',
    scenario: 'none',
    durationMs: 300,
  },
  {
    bug: 'crdt-op-counter-duplicate',
    protocol: 'crdt-gossip',
    nodes: 2,
    variant: 'crdt-op-counter-duplicate',
    breaks: 'strong eventual consistency',
    right: { data_type: 'g_counter', replication: 'operation_based' },
    scenario: 'none',
    network: UNRULY,
    durationMs: 400,
  },
  {
    bug: 'crdt-needs-causal-delivery',
    protocol: 'crdt-gossip',
    nodes: 3,
    variant: 'crdt-needs-causal-delivery',
    breaks: 'strong eventual consistency',
    right: { data_type: 'or_set', replication: 'operation_based' },
    scenario: 'none',
    network: UNRULY,
    durationMs: 500,
  },
  {
    bug: 'redlock-clock-jump-or-pause',
    protocol: 'lease-lock',
    nodes: 5,
    variant: 'redlock-clock-jump-or-pause',
    breaks: 'mutual exclusion at the resource',
    settings: { lease_ttl_ms: '200' },
    scenario: 'none',
    // What the holder sends stands still, as it would if the holder did, and its lease runs out meanwhile.
    faults: every(300, 2, (atMs) => ({ kind: 'slow', atMs, untilMs: atMs + 60, nodes: ['leader'], delayMs: 250 })),
    durationMs: 1000,
  },
  {
    bug: 'chain-middle-failure-drops-inflight',
    protocol: 'chain-replication',
    nodes: 3,
    variant: 'chain-middle-failure-drops-inflight',
    breaks: 'update propagation',
    settings: { lease_ms: '100', heartbeat_ms: '20', retry_ms: '50' },
    scenario: 'none',
    faults: [crash(200, 600, 1)],
    durationMs: 800,
  },
];

export const KNOWN_BUGS: readonly KnownBug[] = ROWS.map(knownBug);

function knownBug(row: Row): KnownBug {
  const { bug, breaks, variant, settings = {}, wrong = {}, right = {} } = row;
  const base: SimulationRequest = {
    ...STANDARD_REQUEST,
    protocol: row.protocol,
    nodes: row.nodes,
    runs: row.runsMax ?? RUNS_MAX,
    durationMs: row.durationMs ?? STANDARD_REQUEST.durationMs,
    settleMs: row.settleMs ?? 0,
    network: { ...STANDARD_NETWORK, ...row.network },
    workload: { ...STANDARD_WORKLOAD, ...row.workload },
    scenario: row.scenario ?? STANDARD_REQUEST.scenario,
    faults: row.faults ?? [],
    stopAtViolation: true,
  };
  return {
    bug,
    breaks,
    request: { ...base, settings: { ...settings, ...wrong }, ...(variant === undefined ? {} : { variant }) },
    fixed: { ...base, settings: { ...settings, ...right } },
  };
}
