/**
 * Raft for those who run it: sizes, settings, known mistakes.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import { type Draw, type ProtocolDefinition, registerWorkload, type Setup, type Variant } from '../definition.ts';
import { choiceOf, flagOf, numberOf, type Setting } from '../settings.ts';
import { raft } from './raft.ts';
import type { Mistakes, RaftConfig, RaftDurable, RaftMessage, RaftState } from './raft-state.ts';

const SETTINGS: readonly Setting[] = [
  {
    name: 'election_timeout_min_ms',
    kind: 'number',
    standard: 150,
    min: 1,
    max: 600_000,
    description: 'is the least election timeout',
  },
  {
    name: 'election_timeout_max_ms',
    kind: 'number',
    standard: 300,
    min: 1,
    max: 600_000,
    description: 'is the greatest election timeout',
  },
  {
    name: 'heartbeat_ms',
    kind: 'number',
    standard: 50,
    min: 1,
    max: 600_000,
    description: 'is the time between heartbeats',
  },
  {
    name: 'pre_vote',
    kind: 'boolean',
    standard: false,
    description: 'asks whether an election could be won before the term is raised',
  },
  {
    name: 'check_quorum',
    kind: 'boolean',
    standard: false,
    description: 'makes a leader give up that hears no majority, and voters loyal to a leader they hear',
  },
  {
    name: 'reads',
    kind: 'choice',
    standard: 'log',
    options: ['log', 'read_index', 'lease', 'local'],
    description: 'says how reads are served; local is wrong',
  },
  {
    name: 'max_clock_drift',
    kind: 'number',
    standard: 0.1,
    min: 0,
    max: 0.9,
    description: 'is the drift between clocks that leases allow for',
  },
  {
    name: 'membership',
    kind: 'choice',
    standard: 'joint',
    options: ['joint', 'single'],
    description: 'says how members change',
  },
  {
    name: 'members',
    kind: 'integer',
    standard: 0,
    min: 0,
    max: 50,
    description: 'is the number of members at the start, 0 for all nodes',
  },
  {
    name: 'snapshot_entries',
    kind: 'integer',
    standard: 64,
    min: 1,
    max: 100_000,
    description: 'is the number of entries after which the log is compacted',
  },
  {
    name: 'max_entries',
    kind: 'integer',
    standard: 64,
    min: 1,
    max: 100_000,
    description: 'is the most entries that one message carries',
  },
  {
    name: 'witnesses',
    kind: 'integer',
    standard: 0,
    min: 0,
    max: 25,
    description: 'is how many of the nodes, the last ones, vote without storing commands and never lead',
  },
  {
    name: 'membership_changes_percent',
    kind: 'integer',
    standard: 0,
    min: 0,
    max: 100,
    description: 'is how many of a hundred operations of the clients change who votes',
  },
];

const CORRECT: Mistakes = {
  commitsEarlierTerms: false,
  forgetsVote: false,
  forgetsLog: false,
  commitIndexRegresses: false,
  truncatesMatchingEntries: false,
  trustsClocks: false,
  inflatesTerms: false,
  swapsConfiguration: false,
  changesBeforeCommit: false,
  reusesIdentity: false,
  acknowledgesAlone: false,
  electionQuorum: undefined,
};

interface Mistake extends Variant {
  readonly changes: Partial<RaftConfig>;
  readonly mistake: Partial<Mistakes>;
}

const MISTAKES: readonly Mistake[] = [
  {
    name: 'commits-earlier-terms',
    statement: 'The leader commits an entry of an earlier term by counting replicas.',
    breaks: 'leader completeness',
    source: 'raft-fig8-commit-old-term: Raft paper, section 5.4.2 and Figure 8; logcabin issue 44',
    changes: {},
    mistake: { commitsEarlierTerms: true },
  },
  {
    name: 'forgets-vote',
    statement: 'A restarted server has forgotten whom it voted for, and votes again in the same term.',
    breaks: 'election safety',
    source: 'raft-vote-amnesia: cornerstone issue 65; tikv issue 1610',
    changes: {},
    mistake: { forgetsVote: true },
  },
  {
    name: 'forgets-log',
    statement: 'A restarted server has lost entries that it had acknowledged.',
    breaks: 'leader completeness',
    source: 'raft-log-lost-on-restart: Raft paper, Figure 2, persistent state',
    changes: {},
    mistake: { forgetsLog: true },
  },
  {
    name: 'commit-index-regresses',
    statement: 'The commit index is set to what the leader says, even when that is less.',
    breaks: 'commit index is monotonic',
    source: 'raft-commit-index-regresses: SandTable, EuroSys 2024, Table 2',
    changes: {},
    mistake: { commitIndexRegresses: true },
  },
  {
    name: 'truncates-matching-entries',
    statement: 'A delayed AppendEntries makes a follower remove entries that match.',
    breaks: 'committed entries stay',
    source: 'raft-stale-append-truncates: Raft paper, section 5.3; SandTable, EuroSys 2024, Table 2',
    changes: {},
    mistake: { truncatesMatchingEntries: true },
  },
  {
    name: 'no-pre-vote',
    statement: 'A server that was cut off comes back with a high term and deposes a healthy leader.',
    breaks: 'stable leader',
    source: 'raft-no-prevote-disruption: Ongaro dissertation, section 9.6',
    changes: { preVote: false, checkQuorum: false },
    mistake: { inflatesTerms: true },
  },
  {
    name: 'lease-trusts-clocks',
    statement: 'A leader serves reads under a lease as long as the election timeout, whatever its clock does.',
    breaks: 'linearizability',
    source: 'raft-lease-read-clock-drift: Ongaro dissertation, section 6.4.1',
    changes: { reads: 'lease' },
    mistake: { trustsClocks: true },
  },
  {
    name: 'local-reads',
    statement: 'A leader answers reads from its own state without asking whether it still leads.',
    breaks: 'linearizability',
    source: 'raft-local-read-stale: Raft paper, section 8',
    changes: { reads: 'local' },
    mistake: {},
  },
  {
    name: 'reuses-identity',
    statement: 'A server that lost its disk comes back under its old identity and votes.',
    breaks: 'leader completeness',
    source: 'raft-identity-reuse-after-removal: Ongaro dissertation, chapter 4',
    changes: {},
    mistake: { reusesIdentity: true },
  },
  {
    name: 'swaps-configuration',
    statement: 'A new configuration takes effect at once, though its majorities need not meet those of the old one.',
    breaks: 'election safety',
    source: 'raft-naive-config-swap: Raft paper, section 6 and Figure 10',
    changes: { membershipChangesPercent: 10 },
    mistake: { swapsConfiguration: true },
  },
  {
    name: 'changes-before-commit',
    statement: 'A leader changes a single server before it has committed an entry of its own term.',
    breaks: 'leader completeness',
    source: 'raft-dev, July 2015: bug in single-server membership changes',
    changes: { membership: 'single', membershipChangesPercent: 10 },
    mistake: { changesBeforeCommit: true },
  },
  {
    name: 'acknowledges-alone',
    statement: 'The leader acknowledges a write that only it has stored.',
    breaks: 'no acknowledged write is lost',
    source: 'mongo-w1-rollback: MongoDB manual, write concern w: 1',
    changes: {},
    mistake: { acknowledgesAlone: true },
  },
  {
    name: 'election-below-majority',
    statement: 'One vote elects a leader.',
    breaks: 'election safety',
    source: 'elasticsearch-min-master-nodes: minimum_master_nodes below a majority',
    changes: {},
    mistake: { electionQuorum: 1 },
  },
];

export const raftDefinition: ProtocolDefinition<RaftConfig, RaftState, RaftMessage, RaftDurable> = {
  name: 'raft',
  title: 'Raft',
  description: 'Consensus by an elected leader that replicates a log (Ongaro and Ousterhout, USENIX ATC 2014).',
  card: 'raft',
  nodes: { min: 1, max: 50, standard: 5 },
  settings: SETTINGS,
  variants: MISTAKES,
  protocol: raft,
  configure,
  nodeNames: ({ nodes }) => Array.from({ length: nodes }, (_, node) => `n${node + 1}`),
  clients: { contacts: ({ nodes }) => Array.from({ length: nodes }, (_, node) => node), choice: 'leader' },
  workload: {
    command: (draw, sequence, options, config) =>
      config.membershipChangesPercent > 0 && draw.nextInt(100) < config.membershipChangesPercent
        ? { kind: 'reconfigure', nodes: votersDrawn(draw, config) }
        : registerWorkload.command(draw, sequence, options, config),
    isWrite: ({ kind }) => kind === 'write' || kind === 'cas',
  },
  nodeMembers: ({ nodes, members, witnesses }) =>
    members === nodes && witnesses === 0
      ? {
          node: ['self', 'votedFor', 'leader', 'transferee'],
          nodes: ['voters', 'outgoing', 'learners', 'nodes'],
          byNode: ['votes', 'nextIndex', 'matchIndex', 'active', 'answeredRound'],
        }
      : undefined,
  history: () => 'linearizable',
  messagesPerOperation: ({ members }) => ({ count: 2 * (members - 1), formula: '2(n - 1)' }),
};

/** One server at a time: all, or all but one. Else any few. */
function votersDrawn(draw: Draw, { nodes, membership, mistakes }: RaftConfig): readonly number[] {
  const all = Array.from({ length: nodes }, (_, node) => node);
  if (membership === 'single' && !mistakes.swapsConfiguration) {
    const left = draw.nextInt(nodes + 1);
    return all.filter((node) => node !== left || nodes === 1);
  }
  const chosen = all.filter(() => draw.nextInt(2) === 0);
  return chosen.length === 0 ? all : chosen;
}

function configure(setup: Setup): RaftConfig {
  checkSetup(raftDefinition, setup);
  const { nodes, settings, variant } = setup;
  const mistake = MISTAKES.find(({ name }) => name === variant);
  const config: RaftConfig = {
    nodes,
    members: numberOf(settings, 'members') || nodes,
    electionTimeoutMinMs: numberOf(settings, 'election_timeout_min_ms'),
    electionTimeoutMaxMs: numberOf(settings, 'election_timeout_max_ms'),
    heartbeatMs: numberOf(settings, 'heartbeat_ms'),
    preVote: flagOf(settings, 'pre_vote'),
    checkQuorum: flagOf(settings, 'check_quorum'),
    reads: choiceOf(settings, 'reads', ['log', 'read_index', 'lease', 'local']),
    maxClockDrift: numberOf(settings, 'max_clock_drift'),
    membership: choiceOf(settings, 'membership', ['joint', 'single']),
    snapshotEntries: numberOf(settings, 'snapshot_entries'),
    maxEntries: numberOf(settings, 'max_entries'),
    witnesses: numberOf(settings, 'witnesses'),
    membershipChangesPercent: numberOf(settings, 'membership_changes_percent'),
    mistakes: { ...CORRECT, ...mistake?.mistake },
    ...mistake?.changes,
  };
  checkTimers(config);
  if (config.witnesses * 2 >= config.members && config.witnesses > 0)
    refuse('witnesses would be half of the voters', 'settings.witnesses', config.witnesses, 'fewer than half');
  if (config.members > nodes) refuse('more members than nodes', 'settings.members', config.members, `at most ${nodes}`);
  return config;
}

function checkTimers({ electionTimeoutMinMs: least, electionTimeoutMaxMs: most, heartbeatMs }: RaftConfig): void {
  if (least > most)
    refuse(
      'the least election timeout is above the greatest',
      'settings.election_timeout_min_ms',
      least,
      `at most ${most}`,
    );
  if (heartbeatMs >= least) {
    refuse(
      'followers would time out between heartbeats',
      'settings.heartbeat_ms',
      heartbeatMs,
      `below election_timeout_min_ms, ${least}`,
    );
  }
}

function refuse(message: string, path: string, received: number, expected: string): never {
  return fail('input/conflict', {
    message,
    path,
    received: renderReceived(received),
    expected,
    nextStep:
      'Give e.g. "settings":{"election_timeout_min_ms":"150","election_timeout_max_ms":"300","heartbeat_ms":"50"}.',
  });
}
