/**
 * Single-decree Paxos as others run it: sizes, settings, known mistakes.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import type { ProtocolDefinition } from '../definition.ts';
import { flagOf, numberOf } from '../settings.ts';
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
  variants: [
    {
      name: 'paxos-any-reported-value',
      statement: 'A proposer takes the value that it was told last, not the one of the highest ballot.',
      breaks: 'at most one value chosen',
      source: 'Lamport, Paxos Made Simple, 2001, P2c',
    },
    {
      name: 'paxos-stale-promise-counted',
      statement: 'A promise for an older ballot of the same proposer counts for its newer ballot.',
      breaks: 'at most one value chosen',
      source: 'github.com/luohaha/MyPaxos issue 18',
    },
    {
      name: 'accept-keeps-promise',
      statement: 'An acceptor that accepts in a higher ballot goes on to heed lower ballots.',
      breaks: 'at most one value chosen',
      source: 'Lamport, Paxos Made Simple, 2001, P1a',
    },
    {
      name: 'disjoint-quorums',
      statement:
        'Both phases end after half of the nodes, rounded down (at least one), so that two quorums need not meet.',
      breaks: 'at most one value chosen',
      source: 'Howard, Malkhi, Spiegelman, Flexible Paxos, OPODIS 2016',
    },
  ],
  protocol: paxos,
  configure: (setup) => {
    checkSetup(paxosDefinition, setup);
    const { nodes, settings, variant } = setup;
    const { phase1_quorum: phase1, phase2_quorum: phase2 } = settings;
    const [retryMinMs, retryMaxMs] = [numberOf(settings, 'retry_min_ms'), numberOf(settings, 'retry_max_ms')];
    if (retryMaxMs < retryMinMs) failRetry(`${retryMinMs}, ${retryMaxMs}`);
    return {
      nodes,
      quorums: readPhaseQuorums(nodes, String(phase1), String(phase2), variant === 'disjoint-quorums'),
      retryMinMs,
      retryMaxMs,
      retriesAtOnce: flagOf(settings, 'retry_at_once'),
      takesAnyReported: variant === 'paxos-any-reported-value',
      countsStalePromises: variant === 'paxos-stale-promise-counted',
      acceptKeepsPromise: variant === 'accept-keeps-promise',
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
