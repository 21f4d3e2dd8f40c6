/**
 * Atomic commit as others run it: sizes, settings, known mistakes.
 */
import { fail } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import type { ClosedForm, ProtocolDefinition, Setup } from '../definition.ts';
import { choiceOf, flagOf, numberOf, type Setting } from '../settings.ts';
import { AC1, AC3, AC5 } from './commit-properties.ts';
import {
  type CommitConfig,
  type CommitDurable,
  type CommitMessage,
  type CommitState,
  coordinatorOf,
} from './commit-types.ts';
import { twoPhaseCommit } from './two-phase-commit.ts';

const KINDS = ['two_phase', 'three_phase', 'non_blocking'] as const;
const PRESUMPTIONS = ['abort', 'nothing'] as const;

const SETTINGS: readonly Setting[] = [
  {
    name: 'protocol',
    kind: 'choice',
    standard: 'two_phase',
    options: KINDS,
    description:
      'is two_phase (may block), or three_phase (Skeen) or non_blocking (Babaoglu, Toueg), which do not block but are atomic only without partitions, lost or late messages',
  },
  {
    name: 'presumed',
    kind: 'choice',
    standard: 'nothing',
    options: PRESUMPTIONS,
    description: 'is what the coordinator logs: with nothing the begin and aborts, too; with abort only commits',
  },
  {
    name: 'acks',
    kind: 'boolean',
    standard: true,
    description: 'lets participants confirm the decision, so that the coordinator may forget it',
  },
  {
    name: 'cooperative_termination',
    kind: 'boolean',
    standard: true,
    description: 'lets uncertain participants ask each other and not the coordinator alone',
  },
  {
    name: 'retry_ms',
    kind: 'integer',
    standard: 300,
    min: 1,
    max: 60_000,
    description: 'is how long a node waits before it asks again or tells again',
  },
  {
    name: 'vote_rounds',
    kind: 'integer',
    standard: 2,
    min: 1,
    max: 100,
    description: 'is the number of whole retry intervals after which a missing vote counts as no',
  },
  {
    name: 'no_vote_fraction',
    kind: 'number',
    standard: 0.3,
    min: 0,
    max: 1,
    description:
      'is the part of the transactions with reads (read_fraction of all) whose validation fails at one participant',
  },
];

export const twoPhaseCommitDefinition: ProtocolDefinition<CommitConfig, CommitState, CommitMessage, CommitDurable> = {
  name: 'two-phase-commit',
  title: 'Two-phase commit',
  description:
    'A transaction at several participants commits at all or at none: 2PC (Gray 1978), 3PC (Skeen 1981), non-blocking commit (Babaoglu, Toueg 1993).',
  card: 'two-phase-commit',
  nodes: { min: 1, max: 25, standard: 3 },
  settings: SETTINGS,
  variants: [
    {
      name: '2pc-coordinator-crash-blocks',
      statement:
        'Inherent: a coordinator that crashes after all voted yes, and stays down, leaves the participants waiting; the other two protocols do not wait.',
      breaks: AC5,
      source:
        'Bernstein, Hadzilacos, Goodman 1987, section 7.4; Gray, Lamport, Consensus on Transaction Commit, TODS 2006',
    },
    {
      name: '2pc-decision-not-logged',
      statement: 'The coordinator tells its commit without forcing it to the log, and after a restart presumes abort.',
      breaks: AC1,
      source: 'Mohan, Lindsay, PODC 1983',
    },
    {
      name: 'acp-deliver-before-forward',
      statement:
        'Non-blocking commit in which a participant acts on the decision before it passes it on (sets protocol to non_blocking).',
      breaks: AC1,
      source: 'tlaplus/Examples specifications/acp/ACP_NB_WRONG_TLC.tla',
    },
    {
      name: '2pc-silence-means-yes',
      statement: 'The coordinator takes a vote that does not come for a yes.',
      breaks: AC3,
      source: 'Bernstein, Hadzilacos, Goodman 1987, section 7.4',
    },
  ],
  protocol: twoPhaseCommit,
  configure,
  nodeNames: ({ participants }) => [
    ...Array.from({ length: participants }, (_, node) => `n${node + 1}`),
    'coordinator',
  ],
  clients: { contacts: (config) => [coordinatorOf(config)], choice: 'leader' },
  workload: {
    // The value says who votes no: participant 1 and up, 0 nobody.
    command: (draw, _sequence, { readFraction }, { participants, noVoteFraction }) => {
      const isRefused = draw.nextFloat() < readFraction * noVoteFraction;
      const value = 1 + draw.nextInt(participants);
      return { kind: 'transaction', value: isRefused ? value : 0 };
    },
    isWrite: () => true,
  },
  history: () => 'none',
  messagesPerOperation,
};

function configure(setup: Setup): CommitConfig {
  checkSetup(twoPhaseCommitDefinition, setup);
  const { nodes, settings, variant } = setup;
  const chosen = choiceOf(settings, 'protocol', KINDS);
  const kind = variant === 'acp-deliver-before-forward' ? 'non_blocking' : chosen;
  const presumes = choiceOf(settings, 'presumed', PRESUMPTIONS);
  if (kind !== 'two_phase' && presumes === 'abort')
    fail('input/conflict', {
      message: 'presumed abort belongs to two phases: here the participants may commit without the coordinator',
      path: 'settings.presumed',
      received: `presumed abort with ${kind}`,
      expected: 'presumed nothing',
      nextStep: 'Leave presumed out, or give {"settings":{"protocol":"two_phase","presumed":"abort"}}.',
    });
  return {
    participants: nodes,
    kind,
    presumes,
    acks: flagOf(settings, 'acks'),
    cooperative: flagOf(settings, 'cooperative_termination'),
    retryMs: numberOf(settings, 'retry_ms'),
    voteRounds: numberOf(settings, 'vote_rounds'),
    noVoteFraction: numberOf(settings, 'no_vote_fraction'),
    logsDecision: variant !== '2pc-decision-not-logged',
    forwardsFirst: variant !== 'acp-deliver-before-forward',
    silenceIsYes: variant === '2pc-silence-means-yes',
    coordinatorRecovers: variant !== '2pc-coordinator-crash-blocks',
  };
}

/** Of a commit: prepare, vote, decide and ack to or from each of n; three phases ask once more; the broadcast passes on n(n - 1). */
function messagesPerOperation({ participants: n, kind, acks }: CommitConfig): ClosedForm {
  const linear = (kind === 'three_phase' ? 5 : 3) + (acks ? 1 : 0);
  const passedOn = kind === 'non_blocking' ? n * (n - 1) : 0;
  return { count: linear * n + passedOn, formula: `${linear}n${passedOn === 0 ? '' : ' + n(n - 1)'}` };
}
