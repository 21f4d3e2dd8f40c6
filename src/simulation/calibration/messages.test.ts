/**
 * Messages per committed operation, counted in failure-free runs, against the formulas of the literature and those that the
 * protocols declare. Counted at the margin: what a run with operations sends beyond the same run without any, so that heartbeats and
 * first elections fall out. Nothing waits long enough to be sent again: timers of that kind are longer than the run, for some of them
 * run freely and would meet an operation under way.
 */
import { expect, test } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { PROTOCOLS } from '../../protocols/catalogue.ts';
import type { AnyDefinition } from '../../protocols/definition.ts';
import { isrLogDefinition } from '../../protocols/isr-log/isr-log-definition.ts';
import { readSettings } from '../../protocols/settings.ts';
import { constantDelay } from '../latency/delay-model.ts';
import { STANDARD_NETWORK, STANDARD_WORKLOAD, type WorkloadRequest } from '../request.ts';
import type { RunOptions } from '../run/options.ts';
import { run } from '../run/run.ts';

const DEFINITIONS: readonly AnyDefinition[] = [...new Set([...PROTOCOLS, isrLogDefinition])];

const OPERATIONS = 20;
/** One at a time: 20 operations with 50 to 150 ms in between are over after 5 s. */
const ONE_CLIENT: WorkloadRequest = { ...STANDARD_WORKLOAD, clients: 1, thinkMs: 100, keys: 1, readFraction: 0 };

interface Case {
  readonly protocol: string;
  readonly nodes: number;
  readonly settings?: Readonly<Record<string, string>>;
}

function optionsOf({ protocol, nodes, settings = {} }: Case, workload: WorkloadRequest): RunOptions {
  const definition = DEFINITIONS.find(({ name }) => name === protocol) as AnyDefinition;
  const delay = constantDelay(1);
  return {
    definition,
    config: definition.configure({ nodes, settings: readSettings(protocol, definition.settings, settings) }),
    replicaCount: nodes,
    seed: 1,
    durationMs: 5000,
    settleMs: 0,
    network: { ...STANDARD_NETWORK, delay },
    disk: { writeMinMs: 0, writeMaxMs: 0 },
    clients: { ...workload, count: workload.clients, delay },
    faults: [],
    stopAtViolation: true,
    traceEventsMax: 0,
    budget: stepBudget(1e7),
  };
}

/** Messages beyond those of an idle run; every operation must have succeeded. */
function messagesAdded(each: Case, workload: WorkloadRequest): number {
  const sent = (load: WorkloadRequest, operations: number): number => {
    const result = run(optionsOf(each, load));
    expect(result.operations.filter(({ outcome }) => outcome === 'ok')).toHaveLength(operations);
    return result.messages.sent;
  };
  return sent(workload, workload.script?.length ?? OPERATIONS) - sent({ ...ONE_CLIENT, operationsMax: 0 }, 0);
}

const perOperation = (each: Case, readFraction = 0): number =>
  messagesAdded(each, { ...ONE_CLIENT, readFraction, operationsMax: OPERATIONS }) / OPERATIONS;

const declared = (each: Case): number | undefined => {
  const { definition, config } = optionsOf(each, ONE_CLIENT);
  return definition.messagesPerOperation?.(config).count;
};

const NEVER = '60000';

test.each<[protocol: string, settings: Record<string, string>, sizes: number[], formula: (n: number) => number]>([
  // Ongaro, Ousterhout 2014, section 5.3: AppendEntries to each follower and its reply; the commit index goes with the next.
  ['raft', {}, [3, 5, 7], (n) => 2 * (n - 1)],
  // Lamport, Paxos Made Simple 2001, section 3: phase 2 alone under a stable leader.
  ['multi-paxos', {}, [3, 5, 7], (n) => 2 * (n - 1)],
  // Liskov, Cowling 2012, section 4.1: Prepare to each backup and its PrepareOk; the commit-number goes with the next.
  ['viewstamped-replication', {}, [3, 5, 7], (n) => 2 * (n - 1)],
  // Junqueira, Reed, Serafini 2011, section IV: proposal, acknowledgement and commit for each follower.
  ['zab', {}, [3, 5, 7], (n) => 3 * (n - 1)],
  // Castro, Liskov 1999, section 4.2: n - 1 pre-prepares, (n - 1)² prepares, n (n - 1) commits. Replies to clients are not counted.
  ['pbft', { checkpoint_interval: '0' }, [4, 7, 10], (n) => 2 * n * (n - 1)],
  // Alsberg, Day 1976: the update to each backup, and its acknowledgement; how many are waited for does not matter.
  ['primary-backup', { mode: 'synchronous', retry_ms: NEVER }, [2, 3, 5], (n) => 2 * (n - 1)],
  ['primary-backup', { mode: 'semi_synchronous', retry_ms: NEVER }, [2, 3, 5], (n) => 2 * (n - 1)],
  // Van Renesse, Schneider 2004, section 3: down the chain, and acknowledgements up.
  ['chain-replication', { retry_ms: NEVER }, [2, 3, 5], (n) => 2 * (n - 1)],
  // Kafka: the answer to a fetch that waits, and the next fetch, which acknowledges; nobody stops waiting within the run.
  ['isr-log', { retry_ms: NEVER, lag_ms: '120000' }, [2, 3, 5], (n) => 2 * (n - 1)],
  // Attiya, Bar-Noy, Dolev 1995; with many writers, Lynch, Shvartsman 1997: two phases, each a question to all and an answer.
  ['abd-register', { retry_ms: NEVER }, [3, 5], (n) => 4 * n],
  // Gray 1978: prepare, vote, decision, acknowledgement.
  ['two-phase-commit', { retry_ms: NEVER }, [2, 3, 5], (n) => 4 * n],
  ['two-phase-commit', { retry_ms: NEVER, acks: 'false' }, [2, 3, 5], (n) => 3 * n],
  // Skeen 1981: one more round, pre-commit and its acknowledgement.
  ['two-phase-commit', { retry_ms: NEVER, protocol: 'three_phase' }, [2, 3, 5], (n) => 6 * n],
  // Babaoglu, Toueg 1993: each participant passes the decision on to the others before it delivers it.
  ['two-phase-commit', { retry_ms: NEVER, protocol: 'non_blocking' }, [2, 3, 5], (n) => 4 * n + n * (n - 1)],
  // Garcia-Molina, Salem 1987: a command to each service, and its answer. Semantic locks (Richardson, Microservices Patterns,
  // section 4.3) are released by as many again.
  ['saga', { retry_ms: NEVER }, [2, 3, 5], (n) => 2 * n],
  ['saga', { retry_ms: NEVER, isolation: 'semantic_lock' }, [2, 3, 5], (n) => 4 * n],
  // Pardon, Pautasso 2014: try and confirm, each with its answer.
  ['try-confirm-cancel', { retry_ms: NEVER }, [2, 3, 5], (n) => 4 * n],
])('%s %j sends as many messages for a write as the formula says', (protocol, settings, sizes, formula) => {
  for (const nodes of sizes) {
    const each = { protocol, nodes, settings };
    expect([perOperation(each), declared(each)], `${nodes} nodes`).toEqual([formula(nodes), formula(nodes)]);
  }
});

test.each<[protocol: string, nodes: number, expected: number]>([
  // Through the log, as writes.
  ['raft', 5, 8],
  ['multi-paxos', 5, 8],
  ['viewstamped-replication', 5, 8],
  ['zab', 5, 12],
  ['pbft', 4, 24],
  // The second phase of ABD writes back what was read.
  ['abd-register', 5, 20],
  // The primary under its lease, the tail and the leader of a partition answer alone.
  ['primary-backup', 3, 0],
  ['chain-replication', 3, 0],
  ['isr-log', 3, 0],
])('a read of %s with %s nodes takes %s messages', (protocol, nodes, expected) => {
  const settings: Record<string, string> = protocol === 'pbft' ? { checkpoint_interval: '0' } : {};
  expect(perOperation({ protocol, nodes, settings }, 1)).toBe(expected);
});

test('asynchronous primary-backup ships many writes at once: less than an append and an ack for each', () => {
  const each = { protocol: 'primary-backup', nodes: 3, settings: { mode: 'asynchronous', ship_interval_ms: '1000' } };
  const added = messagesAdded(each, { ...ONE_CLIENT, operationsMax: OPERATIONS });
  // Twenty writes within three seconds leave in at most four shipments, of four messages each.
  expect(added).toBeGreaterThan(0);
  expect(added).toBeLessThanOrEqual(4 * 4);
});

/** DeCandia et al. 2007, section 4.5; the coordinator's own replica costs nothing. Repair and anti-entropy would come on top. */
test('Dynamo sends 2N messages from a coordinator without the key, 2(N - 1) from one with it', () => {
  const settings = { n_replicas: '3', read_repair: 'none', anti_entropy_interval_ms: '0', retry_ms: NEVER };
  const each = { protocol: 'dynamo', nodes: 5, settings };
  const askedOf = (contacts: readonly number[]): number =>
    messagesAdded(each, {
      ...ONE_CLIENT,
      script: contacts.map((contact, index) => ({
        atMs: 100 * (index + 1),
        client: 0,
        contact,
        command: { kind: 'write', key: 0, value: index + 1 },
      })),
    });
  const counts = [0, 1, 2, 3, 4].map((contact) => askedOf([contact]));
  expect(counts.toSorted((a, b) => a - b)).toEqual([4, 4, 4, 6, 6]);
  // Every node is asked once: the mean over coordinators, which is what the definition declares.
  expect(askedOf([0, 1, 2, 3, 4]) / 5).toBeCloseTo(declared(each) ?? Number.NaN, 12);
});

test('every protocol that declares a formula is measured here', () => {
  const declaring = DEFINITIONS.filter((each) => each.messagesPerOperation !== undefined);
  expect(declaring.map(({ name }) => name).toSorted()).toEqual([
    'abd-register',
    'chain-replication',
    'dynamo',
    'isr-log',
    'multi-paxos',
    'pbft',
    'primary-backup',
    'raft',
    'saga',
    'try-confirm-cancel',
    'two-phase-commit',
    'viewstamped-replication',
    'zab',
  ]);
});
