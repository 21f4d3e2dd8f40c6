/**
 * Single-decree Paxos as others run it: sizes, settings, known mistakes.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import type { ProtocolDefinition } from '../definition.ts';
import { flagOf, numberOf } from '../settings.ts';
import { hasDisjointQuorums, mistakesOf, mistakeVariants } from './known-mistakes.ts';
import { paxos } from './paxos.ts';
import type { PaxosConfig, PaxosDurable, PaxosMessage, PaxosState } from './paxos-state.ts';
import { nodeNamesOf, QUORUM_SETTINGS, readPhaseQuorums } from './phase-quorums.ts';

export const paxosDefinition: ProtocolDefinition<PaxosConfig, PaxosState, PaxosMessage, PaxosDurable> = {
  name: 'paxos',
  title: 'Single-decree Paxos',
  description: 'Agreement on one value by two phases of ballots (Lamport, Paxos Made Simple, SIGACT News 2001).',
  card: 'paxos',
  nodes: { min: 1, max: 25, standard: 3 },
  settings: [
    ...QUORUM_SETTINGS,
    {
      name: 'retry_min_ms',
      kind: 'integer',
      standard: 150,
      min: 1,
      max: 600_000,
      description: 'is how long a proposer waits, at least, before it tries a higher ballot; doubles with each try',
    },
    {
      name: 'retry_max_ms',
      kind: 'integer',
      standard: 300,
      min: 1,
      max: 600_000,
      description: 'is the same at most; the pause is drawn from the range',
    },
    {
      name: 'retry_at_once',
      kind: 'boolean',
      standard: false,
      description: 'makes a rejected proposer try a higher ballot at once, so that two may duel for ever',
    },
  ],
  variants: mistakeVariants(
    'at most one value chosen',
    'A proposer takes the value that it was told last, not the one of the highest ballot.',
  ),
  protocol: paxos,
  configure: (setup) => {
    checkSetup(paxosDefinition, setup);
    const { nodes, settings, variant } = setup;
    const { phase1_quorum: phase1, phase2_quorum: phase2 } = settings;
    const [retryMinMs, retryMaxMs] = [numberOf(settings, 'retry_min_ms'), numberOf(settings, 'retry_max_ms')];
    if (retryMaxMs < retryMinMs) failRetry(`${retryMinMs}, ${retryMaxMs}`);
    return {
      nodes,
      quorums: readPhaseQuorums(nodes, String(phase1), String(phase2), hasDisjointQuorums(variant)),
      retryMinMs,
      retryMaxMs,
      retriesAtOnce: flagOf(settings, 'retry_at_once'),
      ...mistakesOf(variant),
    };
  },
  nodeNames: ({ nodes }) => nodeNamesOf(nodes),
  clients: {
    contacts: ({ nodes }) => Array.from({ length: nodes }, (_, node) => node),
    choice: 'any',
  },
  workload: {
    command: (_, sequence) => ({ kind: 'propose', value: sequence }),
    isWrite: () => true,
  },
  history: () => 'none',
};

function failRetry(given: string): never {
  return fail('input/conflict', {
    message: 'the pauses do not fit together',
    path: 'settings.retry_max_ms',
    received: renderReceived(given),
    expected: 'retry_min_ms <= retry_max_ms',
    nextStep: 'Give e.g. {"settings":{"retry_min_ms":"150","retry_max_ms":"300"}}.',
  });
}
