/**
 * Zab as others run it: sizes, settings, known mistakes.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import { type ProtocolDefinition, registerWorkload, type Setup } from '../definition.ts';
import { choiceOf, numberOf, type Setting } from '../settings.ts';
import { zab } from './zab.ts';
import type { ZabConfig, ZabDurable, ZabMessage, ZabState } from './zab-state.ts';

const integer = (name: string, standard: number, min: number, max: number, description: string): Setting => ({
  name,
  kind: 'integer',
  standard,
  min,
  max,
  description,
});

const SETTINGS: readonly Setting[] = [
  integer(
    'tick_ms',
    100,
    2,
    60_000,
    "is ZooKeeper's tickTime, the unit of both limits; the leader pings twice a tick (ZooKeeper: 2000)",
  ),
  integer('init_limit', 10, 1, 1000, 'is the number of ticks that servers have to establish an epoch, or to join one'),
  integer('sync_limit', 5, 1, 1000, 'is the number of ticks that the leader, or a quorum of followers, may be silent'),
  integer(
    'finalize_wait_ms',
    200,
    1,
    60_000,
    'is how long an election waits for a better vote once a quorum agrees, and the time before votes are sent again, which doubles',
  ),
  integer(
    'max_notification_ms',
    1000,
    1,
    600_000,
    'is the longest time before votes are sent again (ZooKeeper: 60000)',
  ),
  integer(
    'committed_log_txns',
    500,
    1,
    100_000,
    "is ZooKeeper's commitLogCount: delivered transactions that are kept for a DIFF; who lacks older ones gets a SNAP",
  ),
  {
    name: 'reads',
    kind: 'choice',
    standard: 'log',
    options: ['log', 'sync', 'local'],
    description:
      'says how reads are served: log broadcasts them as writes are; sync and local answer from the server that is asked, as ZooKeeper does: after it has caught up with its leader, or at once; neither is linearizable',
  },
];

export const zabDefinition: ProtocolDefinition<ZabConfig, ZabState, ZabMessage, ZabDurable> = {
  name: 'zab',
  title: 'Zab',
  description:
    "ZooKeeper's atomic broadcast: an elected leader takes its history into a new epoch, brings a quorum to it, and broadcasts in order (Junqueira, Reed and Serafini, DSN 2011).",
  card: 'zab',
  nodes: { min: 1, max: 25, standard: 3 },
  settings: SETTINGS,
  variants: [
    {
      name: 'retains-database-across-election',
      statement:
        'A server keeps its memory across an election and votes and synchronises by what it has delivered; what it has only logged stays on its disk, and is there again after a restart.',
      breaks: 'agreement',
      source: 'ZOOKEEPER-2845 (apache/zookeeper pull request 310), after the optimisation of ZOOKEEPER-2678',
    },
    {
      name: 'acknowledges-newleader-before-logging',
      statement:
        'A follower acknowledges NEWLEADER with the new epoch on disk, and logs the history that came with it only at UPTODATE.',
      breaks: 'agreement',
      source: 'ZOOKEEPER-3911 (apache/zookeeper pull request 1445); ZOOKEEPER-4646 (pull request 1993)',
    },
    {
      name: 'writes-epoch-before-history',
      statement:
        'A follower writes the new current epoch before the history that came with NEWLEADER: a crash in between leaves it with the better vote and the shorter history.',
      breaks: 'what is delivered stays',
      source: 'ZOOKEEPER-4643 (apache/zookeeper pull request 2028)',
    },
  ],
  protocol: zab,
  configure,
  nodeNames: ({ nodes }) => Array.from({ length: nodes }, (_, node) => `n${node + 1}`),
  clients: { contacts: ({ nodes }) => Array.from({ length: nodes }, (_, node) => node), choice: 'leader' },
  workload: registerWorkload,
  // Of reads that no quorum has part in ZooKeeper promises sequential consistency only.
  history: ({ reads }) => (reads === 'log' ? 'linearizable' : 'none'),
  messagesPerOperation: ({ nodes }) => ({ count: 3 * (nodes - 1), formula: '3(n - 1)' }),
};

function configure(setup: Setup): ZabConfig {
  checkSetup(zabDefinition, setup);
  const { nodes, settings, variant } = setup;
  const finalizeWaitMs = numberOf(settings, 'finalize_wait_ms');
  const maxNotificationMs = numberOf(settings, 'max_notification_ms');
  if (maxNotificationMs < finalizeWaitMs) failNotifications(`${finalizeWaitMs}, ${maxNotificationMs}`);
  return {
    nodes,
    quorum: Math.floor(nodes / 2) + 1,
    tickMs: numberOf(settings, 'tick_ms'),
    initLimit: numberOf(settings, 'init_limit'),
    syncLimit: numberOf(settings, 'sync_limit'),
    finalizeWaitMs,
    maxNotificationMs,
    committedLogTxns: numberOf(settings, 'committed_log_txns'),
    reads: choiceOf(settings, 'reads', ['log', 'sync', 'local']),
    retainsDatabase: variant === 'retains-database-across-election',
    logsAfterUpToDate: variant === 'acknowledges-newleader-before-logging',
    writesEpochFirst: variant === 'writes-epoch-before-history',
  };
}

function failNotifications(given: string): never {
  return fail('input/conflict', {
    message: 'votes would be sent again less often than the first time already',
    path: 'settings.max_notification_ms',
    received: renderReceived(given),
    expected: 'finalize_wait_ms <= max_notification_ms',
    nextStep: 'Give e.g. {"settings":{"finalize_wait_ms":"200","max_notification_ms":"1000"}}.',
  });
}
