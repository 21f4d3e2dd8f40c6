/**
 * PBFT as others run it: sizes, settings, known mistakes.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import type { ProtocolDefinition, Setup } from '../definition.ts';
import { registerWorkload } from '../definition.ts';
import { choiceOf, numberOf } from '../settings.ts';
import { pbft } from './pbft.ts';
import { BEHAVIORS, type PbftConfig, type PbftDurable, type PbftMessage, type PbftState } from './pbft-state.ts';

const TOO_FEW = 'pbft-too-few-replicas';
const FORGETS = 'view-change-forgets-prepared';
const SMALL_COMMIT = 'commit-quorum-f-plus-1';

const REPLIES = ['f+1', '2f+1'] as const;

export const pbftDefinition: ProtocolDefinition<PbftConfig, PbftState, PbftMessage, PbftDurable> = {
  name: 'pbft',
  title: 'PBFT',
  description:
    'Practical Byzantine Fault Tolerance: three phases order requests among 3f + 1 replicas of which f may lie (Castro, Liskov, OSDI 1999).',
  card: 'pbft',
  nodes: { min: 4, max: 25, standard: 4 },
  settings: [
    {
      name: 'client_replies',
      kind: 'choice',
      options: REPLIES,
      standard: 'f+1',
      description: 'is how many equal replies a client waits for: f+1 in the paper, 2f+1 in BFT-SMaRt',
    },
    {
      name: 'byzantine_nodes',
      kind: 'integer',
      standard: 0,
      min: 0,
      max: 8,
      description: 'is how many replicas lie; they are the first ones, so n1, the first primary, is among them',
    },
    {
      name: 'byzantine_behavior',
      kind: 'choice',
      options: BEHAVIORS,
      standard: 'equivocate',
      description: 'is what they do: tell different replicas different things, vote wrongly, or leave some out',
    },
    {
      name: 'request_timeout_ms',
      kind: 'integer',
      standard: 1000,
      min: 1,
      max: 600_000,
      description:
        'is how long a backup waits for a request to be executed before it changes the view; doubles each time',
    },
    {
      name: 'retransmit_ms',
      kind: 'integer',
      standard: 400,
      min: 1,
      max: 600_000,
      description:
        'is how long a replica goes without progress at least, and at most twice that, before it asks the others',
    },
    {
      name: 'checkpoint_interval',
      kind: 'integer',
      standard: 128,
      min: 0,
      max: 100_000,
      description: 'is the number of requests between checkpoints; the log holds twice as many; 0 takes none',
    },
  ],
  variants: [
    {
      name: TOO_FEW,
      statement: 'f + 1 replicas lie where the quorums are made for f.',
      breaks: 'agreement',
      source: 'Castro, Liskov 1999, §3: 3f + 1 replicas are the fewest',
    },
    {
      name: FORGETS,
      statement:
        'View changes do not report what was prepared, so the next view gives its sequence numbers away again.',
      breaks: 'agreement',
      source: 'Castro, Liskov 1999, §4.4: the set P',
    },
    {
      name: SMALL_COMMIT,
      statement: 'f + 1 commits commit, with one liar: a view change may then hear of it from nobody.',
      breaks: 'agreement',
      source: 'Castro, Liskov 1999, §4.2: committed-local needs 2f + 1 commits',
    },
  ],
  protocol: pbft,
  configure,
  nodeNames: ({ nodes }) => Array.from({ length: nodes }, (_, node) => `n${node + 1}`),
  clients: {
    contacts: ({ nodes }) => Array.from({ length: nodes }, (_, node) => node),
    choice: 'leader',
    asksAll: true,
    repeatsToAll: true,
    answersNeeded: ({ clientReplies }) => clientReplies,
  },
  workload: registerWorkload,
  history: () => 'linearizable',
  messagesPerOperation: ({ nodes }) => ({
    count: 2 * nodes * (nodes - 1),
    formula: '2n(n - 1): n - 1 pre-prepares, (n - 1)² prepares, n(n - 1) commits; checkpoints not counted',
  }),
};

function configure(setup: Setup): PbftConfig {
  const { nodes, settings, variant } = setup;
  if (nodes < 4) failTooFew(nodes);
  checkSetup(pbftDefinition, setup);
  const faults = Math.floor((nodes - 1) / 3);
  const quorum = Math.ceil((nodes + faults + 1) / 2);
  const asked = numberOf(settings, 'byzantine_nodes');
  const liars = { [TOO_FEW]: faults + 1, [SMALL_COMMIT]: 1 }[variant ?? ''] ?? 0;
  const byzantine = Math.max(asked, liars);
  if (byzantine >= nodes) failAllLie(byzantine, nodes);
  return {
    nodes,
    faults,
    quorum,
    commitQuorum: variant === SMALL_COMMIT ? faults + 1 : quorum,
    clientReplies: choiceOf(settings, 'client_replies', REPLIES) === 'f+1' ? faults + 1 : 2 * faults + 1,
    byzantine,
    behavior: choiceOf(settings, 'byzantine_behavior', BEHAVIORS),
    checkpointInterval: numberOf(settings, 'checkpoint_interval'),
    requestTimeoutMs: numberOf(settings, 'request_timeout_ms'),
    retransmitMs: numberOf(settings, 'retransmit_ms'),
    reportsPrepared: variant !== FORGETS,
  };
}

function failTooFew(nodes: number): never {
  return fail('input/invalid', {
    message: 'pbft tolerates no liar among fewer than four replicas: n >= 3f + 1',
    path: 'nodes',
    received: renderReceived(nodes),
    expected: '3f + 1 nodes for f liars: 4, 7, 10, 13, ...',
    nextStep: 'Give e.g. {"nodes":4}.',
  });
}

function failAllLie(byzantine: number, nodes: number): never {
  return fail('input/conflict', {
    message: `${byzantine} of ${nodes} replicas cannot lie: properties are over the honest ones`,
    path: 'settings.byzantine_nodes',
    received: renderReceived(byzantine),
    expected: `fewer than ${nodes}; the protocol claims to bear ${Math.floor((nodes - 1) / 3)}`,
    nextStep: 'Give e.g. {"settings":{"byzantine_nodes":"1"}}.',
  });
}
