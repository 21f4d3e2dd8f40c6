/**
 * Lease locks as others run them: sizes, settings, known mistakes, workload.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import type { ProtocolDefinition, Setup, Variant } from '../definition.ts';
import type { Setting } from '../settings.ts';
import { choiceOf, flagOf, numberOf } from '../settings.ts';
import { leaseLock } from './lease-lock.ts';
import type { LeaseLockConfig, LeaseLockDurable, LeaseLockMessage, LeaseLockState } from './lease-lock-state.ts';

const settings: readonly Setting[] = [
  {
    name: 'service',
    kind: 'choice',
    standard: 'redlock',
    options: ['redlock', 'single'],
    description: 'has the lock at a majority of the nodes, or at one node, which is the only one then',
  },
  {
    name: 'fencing',
    kind: 'boolean',
    standard: true,
    description: 'gives every lease a token, and has the resource refuse writes with a smaller one than it has seen',
  },
  {
    name: 'workers',
    kind: 'integer',
    standard: 2,
    min: 1,
    max: 8,
    description: 'is the number of workers that want the lock; a client always asks the same one',
  },
  {
    name: 'lease_ttl_ms',
    kind: 'integer',
    standard: 1000,
    min: 1,
    max: 3_600_000,
    description: 'is how long a lock node keeps the lock for a worker, by its wall clock',
  },
  {
    name: 'drift_allowance',
    kind: 'number',
    standard: 0.2,
    min: 0,
    max: 0.9,
    description:
      'is the part of lease_ttl_ms by which a worker stops to rely on its lease earlier than the lock nodes free it',
  },
  {
    name: 'acquire_timeout_ms',
    kind: 'integer',
    standard: 500,
    min: 1,
    max: 600_000,
    description: 'is how long a worker waits for a majority before it lets go and tries again',
  },
  {
    name: 'backoff_ms',
    kind: 'integer',
    standard: 50,
    min: 2,
    max: 600_000,
    description: 'is the mean time between two attempts of a worker, from half to one and a half of it',
  },
  {
    name: 'work_ms',
    kind: 'integer',
    standard: 20,
    min: 2,
    max: 600_000,
    description: 'is the mean time that a worker works under the lock before it writes',
  },
  {
    name: 'retry_ms',
    kind: 'integer',
    standard: 200,
    min: 1,
    max: 600_000,
    description: 'is how long a worker waits for the resource before it sends its write again',
  },
];

const variants: readonly Variant[] = [
  {
    name: 'redlock-clock-jump-or-pause',
    statement:
      'The resource does not look at fencing tokens, so that the lock is only as good as clocks and schedulers.',
    breaks: 'mutual exclusion at the resource',
    source: 'Kleppmann, How to do distributed locking, 2016; Sanfilippo, Is Redlock safe?, 2016',
  },
  {
    name: 'unlocks-without-comparing',
    statement:
      'A release frees the lock whoever holds it (DEL instead of compare and delete), and there is no fencing.',
    breaks: 'at most one holder',
    source: 'Redis documentation, Distributed Locks with Redis: correct implementation with a single instance',
  },
];

/** Below this a majority is all nodes, and Redlock only fails more often than one node. */
const REDLOCK_NODES_MIN = 3;

export const leaseLockDefinition: ProtocolDefinition<
  LeaseLockConfig,
  LeaseLockState,
  LeaseLockMessage,
  LeaseLockDurable
> = {
  name: 'lease-lock',
  title: 'Lease lock',
  description:
    'Workers write to a resource under a lock that expires, at one node or at a majority (Redlock), with or without fencing tokens (Kleppmann 2016).',
  card: 'lease-lock',
  nodes: { min: 1, max: 15, standard: 5 },
  settings,
  variants,
  protocol: leaseLock,
  configure: (setup) => {
    checkSetup({ name: 'lease-lock', nodes: leaseLockDefinition.nodes, variants }, setup);
    checkService(setup);
    const { nodes, settings: values, variant } = setup;
    const ttlMs = numberOf(values, 'lease_ttl_ms');
    return {
      lockNodes: nodes,
      workers: numberOf(values, 'workers'),
      isFenced: flagOf(values, 'fencing') && variant === undefined,
      comparesOnRelease: variant !== 'unlocks-without-comparing',
      ttlMs,
      validityMs: ttlMs * (1 - numberOf(values, 'drift_allowance')),
      acquireTimeoutMs: numberOf(values, 'acquire_timeout_ms'),
      backoffMs: numberOf(values, 'backoff_ms'),
      workMs: numberOf(values, 'work_ms'),
      retryMs: numberOf(values, 'retry_ms'),
    };
  },
  nodeNames: ({ lockNodes, workers }) => [
    ...Array.from({ length: lockNodes }, (_, node) => `n${node + 1}`),
    'resource',
    ...Array.from({ length: workers }, (_, worker) => `w${worker + 1}`),
  ],
  clients: {
    contacts: ({ lockNodes, workers }) => Array.from({ length: workers }, (_, worker) => lockNodes + 1 + worker),
    choice: 'own',
  },
  workload: {
    command: (_, sequence) => ({ kind: 'lock_and_write', value: sequence }),
    isWrite: () => true,
  },
  history: () => 'none',
};

function checkService({ nodes, settings: values }: Setup): void {
  const service = choiceOf(values, 'service', ['redlock', 'single']);
  if (service === 'single' && nodes !== 1)
    fail('input/conflict', {
      message: 'a single lock service is one node',
      path: 'nodes',
      received: renderReceived(nodes),
      expected: '1 with the service single',
      nextStep: 'Give {"nodes":1,"settings":{"service":"single"}}, or leave the service at redlock.',
    });
  if (service === 'redlock' && nodes < REDLOCK_NODES_MIN)
    fail('input/conflict', {
      message: 'a lock held by a majority needs one that outlives a node',
      path: 'nodes',
      received: renderReceived(nodes),
      expected: `at least ${REDLOCK_NODES_MIN}, five as a rule`,
      nextStep: 'Give {"nodes":5}, or {"nodes":1,"settings":{"service":"single"}}.',
    });
}
