/**
 * Multi-Paxos as others run it: sizes, settings, known mistakes.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import { type ProtocolDefinition, registerWorkload } from '../definition.ts';
import { hasDisjointQuorums, mistakesOf, mistakeVariants } from '../paxos/known-mistakes.ts';
import { nodeNamesOf, QUORUM_SETTINGS, readPhaseQuorums } from '../paxos/phase-quorums.ts';
import { numberOf } from '../settings.ts';
import { multiPaxos } from './multi-paxos.ts';
import type { MultiPaxosConfig, MultiPaxosDurable, MultiPaxosMessage, MultiPaxosState } from './multi-paxos-state.ts';

export const multiPaxosDefinition: ProtocolDefinition<
  MultiPaxosConfig,
  MultiPaxosState,
  MultiPaxosMessage,
  MultiPaxosDurable
> = {
  name: 'multi-paxos',
  title: 'Multi-Paxos',
  description:
    'A replicated log with a stable leader: phase 1 once, then one round trip per request (Lamport, TOCS 1998), with the quorums of Flexible Paxos (Howard, Malkhi, Spiegelman 2016).',
  card: 'multi-paxos',
  nodes: { min: 1, max: 25, standard: 3 },
  settings: [
    ...QUORUM_SETTINGS,
    {
      name: 'election_timeout_min_ms',
      kind: 'integer',
      standard: 150,
      min: 1,
      max: 600_000,
      description:
        'is how long a follower hears no leader, at least, before it starts phase 1; doubles with each lost election',
    },
    {
      name: 'election_timeout_max_ms',
      kind: 'integer',
      standard: 300,
      min: 1,
      max: 600_000,
      description: 'is the same at most; the timeout is drawn from the range, so that proposers do not duel for long',
    },
    {
      name: 'heartbeat_ms',
      kind: 'integer',
      standard: 50,
      min: 1,
      max: 600_000,
      description: 'is the time between heartbeats of the leader, which also send again what was not answered',
    },
  ],
  variants: mistakeVariants(
    'at most one value chosen per slot',
    'A new leader proposes the value that it was told last for a slot, not the one of the highest ballot.',
  ),
  protocol: multiPaxos,
  configure: (setup) => {
    checkSetup(multiPaxosDefinition, setup);
    const { nodes, settings, variant } = setup;
    const electionMinMs = numberOf(settings, 'election_timeout_min_ms');
    const electionMaxMs = numberOf(settings, 'election_timeout_max_ms');
    const heartbeatMs = numberOf(settings, 'heartbeat_ms');
    if (electionMaxMs < electionMinMs || heartbeatMs >= electionMinMs)
      failTimeouts(`${heartbeatMs}, ${electionMinMs}, ${electionMaxMs}`);
    const { phase1_quorum: phase1, phase2_quorum: phase2 } = settings;
    return {
      nodes,
      quorums: readPhaseQuorums(nodes, String(phase1), String(phase2), hasDisjointQuorums(variant)),
      electionMinMs,
      electionMaxMs,
      heartbeatMs,
      ...mistakesOf(variant),
    };
  },
  nodeNames: ({ nodes }) => nodeNamesOf(nodes),
  clients: {
    contacts: ({ nodes }) => Array.from({ length: nodes }, (_, node) => node),
    choice: 'leader',
  },
  workload: registerWorkload,
  history: () => 'linearizable',
  messagesPerOperation: ({ nodes }) => ({ count: 2 * (nodes - 1), formula: '2(n - 1)' }),
};

function failTimeouts(given: string): never {
  return fail('input/conflict', {
    message: 'the timeouts do not fit together',
    path: 'settings.election_timeout_min_ms',
    received: renderReceived(given),
    expected: 'heartbeat_ms < election_timeout_min_ms <= election_timeout_max_ms',
    nextStep:
      'Give e.g. {"settings":{"heartbeat_ms":"50","election_timeout_min_ms":"150","election_timeout_max_ms":"300"}}.',
  });
}
