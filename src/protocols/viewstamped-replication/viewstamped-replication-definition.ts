/**
 * Viewstamped Replication as others run it: sizes, settings, known mistakes.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import { type ProtocolDefinition, registerWorkload, type Setup } from '../definition.ts';
import { choiceOf, numberOf, type Setting } from '../settings.ts';
import { viewstampedReplication } from './viewstamped-replication.ts';
import type { VrConfig, VrDurable, VrMessage, VrState } from './vr-state.ts';

const SETTINGS: readonly Setting[] = [
  {
    name: 'durability',
    kind: 'choice',
    standard: 'disk',
    options: ['disk', 'diskless'],
    description:
      'says whether replicas write to disk before they promise, or keep all in memory and recover from others after a crash; without a disk the cluster stops for good when more than f have lost their memory at once',
  },
  {
    name: 'view_change_timeout_min_ms',
    kind: 'integer',
    standard: 150,
    min: 1,
    max: 600_000,
    description:
      'is how long a backup hears no primary, at least, before it starts a view change; doubles with each that fails',
  },
  {
    name: 'view_change_timeout_max_ms',
    kind: 'integer',
    standard: 300,
    min: 1,
    max: 600_000,
    description: 'is the same at most; the timeout is drawn from the range',
  },
  {
    name: 'heartbeat_ms',
    kind: 'integer',
    standard: 50,
    min: 1,
    max: 600_000,
    description: 'is the time between Commit messages of the primary, which also sends again what was not acknowledged',
  },
  {
    name: 'recovery_retry_ms',
    kind: 'integer',
    standard: 100,
    min: 1,
    max: 600_000,
    description: 'is the time after which a recovering replica asks again',
  },
];

export const viewstampedReplicationDefinition: ProtocolDefinition<VrConfig, VrState, VrMessage, VrDurable> = {
  name: 'viewstamped-replication',
  title: 'Viewstamped Replication',
  description:
    'A replicated log whose primary follows from the view number, with recovery from other replicas instead of, or beside, a disk (Liskov and Cowling, Viewstamped Replication Revisited, 2012).',
  card: 'viewstamped-replication',
  nodes: { min: 1, max: 25, standard: 3 },
  settings: SETTINGS,
  variants: [
    {
      name: 'vr-diskless-recovery',
      statement:
        'Replicas recover without a disk as the paper has it, without crash vectors: what a replica sent before its crash still counts.',
      breaks: 'committed operations survive',
      source: 'Michael, Ports, Sharma, Szekeres, Recovering Shared Objects Without Stable Storage, DISC 2017',
    },
  ],
  protocol: viewstampedReplication,
  configure,
  nodeNames: ({ nodes }) => Array.from({ length: nodes }, (_, node) => `n${node + 1}`),
  clients: {
    contacts: ({ nodes }) => Array.from({ length: nodes }, (_, node) => node),
    choice: 'leader',
  },
  workload: registerWorkload,
  history: () => 'linearizable',
  messagesPerOperation: ({ nodes }) => ({ count: 2 * (nodes - 1), formula: '2(n - 1)' }),
};

function configure(setup: Setup): VrConfig {
  checkSetup(viewstampedReplicationDefinition, setup);
  const { nodes, settings, variant } = setup;
  const viewChangeMinMs = numberOf(settings, 'view_change_timeout_min_ms');
  const viewChangeMaxMs = numberOf(settings, 'view_change_timeout_max_ms');
  const heartbeatMs = numberOf(settings, 'heartbeat_ms');
  if (viewChangeMaxMs < viewChangeMinMs || heartbeatMs >= viewChangeMinMs)
    failTimeouts(`${heartbeatMs}, ${viewChangeMinMs}, ${viewChangeMaxMs}`);
  const ignoresCrashes = variant === 'vr-diskless-recovery';
  const isDiskless = ignoresCrashes || choiceOf(settings, 'durability', ['disk', 'diskless']) === 'diskless';
  if (isDiskless && nodes < 3) failDiskless(nodes);
  return {
    nodes,
    quorum: Math.floor(nodes / 2) + 1,
    isDiskless,
    viewChangeMinMs,
    viewChangeMaxMs,
    heartbeatMs,
    recoveryRetryMs: numberOf(settings, 'recovery_retry_ms'),
    ignoresCrashes,
  };
}

function failTimeouts(given: string): never {
  return fail('input/conflict', {
    message: 'the timeouts do not fit together',
    path: 'settings.view_change_timeout_min_ms',
    received: renderReceived(given),
    expected: 'heartbeat_ms < view_change_timeout_min_ms <= view_change_timeout_max_ms',
    nextStep:
      'Give e.g. {"settings":{"heartbeat_ms":"50","view_change_timeout_min_ms":"150","view_change_timeout_max_ms":"300"}}.',
  });
}

function failDiskless(nodes: number): never {
  return fail('input/conflict', {
    message: 'without a disk a replica recovers from f + 1 others, so it takes n >= 2f + 1 replicas with f >= 1',
    path: 'nodes',
    received: renderReceived(nodes),
    expected: 'at least 3 nodes',
    nextStep: 'Give e.g. {"nodes":3}, or the setting durability "disk".',
  });
}
