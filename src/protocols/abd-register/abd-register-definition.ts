/**
 * ABD as others run it: sizes, settings, known mistakes.
 */
import { checkSetup } from '../check-setup.ts';
import type { ProtocolDefinition } from '../definition.ts';
import { registerWorkload } from '../definition.ts';
import { numberOf } from '../settings.ts';
import type { AbdConfig, AbdDurable, AbdMessage, AbdState } from './abd-register.ts';
import { abdRegister } from './abd-register.ts';

export const abdRegisterDefinition: ProtocolDefinition<AbdConfig, AbdState, AbdMessage, AbdDurable> = {
  name: 'abd-register',
  title: 'ABD atomic register',
  description:
    'Linearizable reads and writes by two majority phases, without consensus (Attiya, Bar-Noy, Dolev, JACM 1995; multi-writer: Lynch, Shvartsman, FTCS 1997).',
  card: 'abd-register',
  nodes: { min: 1, max: 25, standard: 3 },
  settings: [
    {
      name: 'gateways',
      kind: 'integer',
      standard: 2,
      min: 1,
      max: 8,
      description: 'is the number of coordinators beside the servers; a client always asks the same one',
    },
    {
      name: 'retry_ms',
      kind: 'integer',
      standard: 300,
      min: 1,
      max: 60_000,
      description:
        'is how long a gateway waits at least, and at most twice that, before it asks the silent servers again',
    },
  ],
  variants: [
    {
      name: 'quorum-no-read-repair',
      statement:
        'A reader answers without storing what it found at a majority, so a later read may find the value before it.',
      breaks: 'linearizability',
      source: 'Attiya, Bar-Noy, Dolev 1995; Kleppmann, Designing Data-Intensive Applications, Fig. 9-6',
    },
    {
      name: 'quorums-do-not-meet',
      statement:
        'A phase ends after half of the servers, rounded down (at least one), so two quorums need not have a server in common.',
      breaks: 'stored by a quorum',
      source: 'Attiya, Bar-Noy, Dolev 1995: n > 2f is necessary',
    },
  ],
  protocol: abdRegister,
  configure: (setup) => {
    checkSetup(abdRegisterDefinition, setup);
    const { nodes, settings, variant } = setup;
    const majority = Math.floor(nodes / 2) + 1;
    return {
      servers: nodes,
      gateways: numberOf(settings, 'gateways'),
      quorum: variant === 'quorums-do-not-meet' ? Math.max(1, Math.floor(nodes / 2)) : majority,
      retryMs: numberOf(settings, 'retry_ms'),
      writesBack: variant !== 'quorum-no-read-repair',
    };
  },
  nodeNames: ({ servers, gateways }) => [
    ...Array.from({ length: servers }, (_, server) => `n${server + 1}`),
    ...Array.from({ length: gateways }, (_, gateway) => `g${gateway + 1}`),
  ],
  clients: {
    contacts: ({ servers, gateways }) => Array.from({ length: gateways }, (_, gateway) => servers + gateway),
    choice: 'own',
  },
  workload: registerWorkload,
  history: () => 'linearizable',
  messagesPerOperation: ({ servers }) => ({ count: 4 * servers, formula: '4n' }),
};
