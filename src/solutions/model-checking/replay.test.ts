import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { createPrng } from '../../kernel/prng.ts';
import { Check } from '../../model-checking/check.ts';
import { successorsOf } from '../../model-checking/explore/path.ts';
import { PROTOCOLS } from '../../protocols/catalogue.ts';
import type { NodeState } from '../../protocols/protocol.ts';
import { modelCheckRequestSchema } from '../../schemas/model-checking.ts';
import { prepare } from '../../simulation/prepare.ts';
import { readReplayToken, replayToken } from '../../simulation/replay-token.ts';
import type { SimulationRequest } from '../../simulation/request.ts';
import { run } from '../../simulation/run/run.ts';
import { summarizeRun } from '../../simulation/summary.ts';
import { replayOf } from './replay.ts';
import { replayedPath } from './replayed.ts';
import { checkRequestFrom } from './request.ts';

const checkOf = (input: object): Check => new Check(checkRequestFrom(modelCheckRequestSchema.parse(input)));

function rerun(request: SimulationRequest) {
  const states: NodeState<unknown>[] = [];
  const options = prepare(request).optionsOf(request.seed, stepBudget(1e6), 20_000);
  const result = run({
    ...options,
    watch: (_time, node, state) => {
      states[node] = state;
    },
  });
  return { summary: summarizeRun(options, result), result, states };
}

const write = (key: number, value: number) => ({ kind: 'write', key, value });
const proposals = [[{ kind: 'propose', value: 1 }], [{ kind: 'propose', value: 2 }]];

describe('a counterexample breaks the same property in the simulator', () => {
  test.each<[string, object, string]>([
    [
      'Raft: a vote that is forgotten',
      { protocol: 'raft', nodes: 3, variant: 'forgets-vote', bounds: { max_term: 1 }, faults: { crashes: 1 } },
      'election safety',
    ],
    [
      'Raft: fewer votes than a majority',
      { protocol: 'raft', nodes: 4, variant: 'election-below-majority', bounds: { max_term: 1 } },
      'election safety',
    ],
    [
      'Raft: an answer before a majority has the entry',
      { protocol: 'raft', variant: 'acknowledges-alone' },
      'leader completeness',
    ],
    [
      'Paxos: quorums that do not meet',
      { protocol: 'paxos', nodes: 3, variant: 'disjoint-quorums', operations: proposals },
      'at most one value chosen',
    ],
    [
      'Multi-Paxos: quorums that do not meet',
      { protocol: 'multi-paxos', variant: 'disjoint-quorums', operations: [[write(0, 1)], [write(0, 2)]] },
      'at most one value chosen per slot',
    ],
    [
      'two-phase commit: a decision that is not logged',
      { protocol: 'two-phase-commit', variant: '2pc-decision-not-logged', faults: { crashes: 1 } },
      'AC1 agreement',
    ],
    [
      'two-phase commit: silence means yes',
      { protocol: 'two-phase-commit', variant: '2pc-silence-means-yes' },
      'AC1 agreement',
    ],
    [
      'primary-backup: asynchronous replication',
      { protocol: 'primary-backup', settings: { mode: 'asynchronous' }, faults: { crashes: 1 } },
      'no acknowledged write is lost',
    ],
    [
      'ABD: quorums that do not meet',
      { protocol: 'abd-register', variant: 'quorums-do-not-meet' },
      'stored by a quorum',
    ],
    ['an in-sync replica list that loses a disk', { protocol: 'isr-log', faults: { disk_losses: 1 } }, 'strong ISR'],
    [
      'a counter that counts what comes twice',
      { protocol: 'crdt-gossip', variant: 'crdt-op-counter-duplicate', network: 'unordered_duplicating' },
      'strong eventual consistency',
    ],
    [
      'gossip with a merge that adds',
      { protocol: 'crdt-gossip', variant: 'merge-adds' },
      'strong eventual consistency',
    ],
    [
      'Multi-Paxos: what clients see of quorums that do not meet',
      {
        protocol: 'multi-paxos',
        variant: 'disjoint-quorums',
        only: ['linearizability'],
        operations: [[write(0, 1)], [{ kind: 'read', key: 0 }]],
      },
      'linearizability',
    ],
    ['a saga step that is not idempotent', { protocol: 'saga', variant: 'saga-step-not-idempotent' }, 'balances sum'],
  ])('%s', (_, input, property) => {
    const check = checkOf(input);
    check.run(stepBudget(3_000_000));
    const finding = check.finding;
    if (finding === undefined) throw new Error('the checker finds it');
    expect(finding.property).toBe(property);
    const request = readReplayToken(replayToken(replayOf(check, finding) as SimulationRequest));
    const { summary, result } = rerun(request);
    const breach = summary.broken.find((each) => each.property === property);
    expect(breach?.atMs).toBeLessThanOrEqual(finding.actions.length - 1);
    expect(result.events).toBe(finding.actions.length - 1);
  });
});

describe('what is shown of it', () => {
  const found = (input: object) => {
    const check = checkOf(input);
    check.run(stepBudget(3_000_000));
    const { finding } = check;
    return finding === undefined ? undefined : replayedPath(check, finding);
  };

  test('comes from the trace of the simulator', () => {
    const path = found({ protocol: 'raft', nodes: 4, variant: 'election-below-majority', bounds: { max_term: 1 } });
    expect(path?.decisive).toEqual([
      '1. n1 becomes candidate in term 1 (election timer)',
      '1. 2 messages from n1 do not reach n2 (still under way at the end): RequestVote and AppendEntries',
      '1. n1 leads: leader in term 1 (its own write is durable)',
      '2. n2 becomes candidate in term 1 (election timer)',
      '2. n2 leads: leader in term 1 (its own write is durable)',
    ]);
    expect(path?.values).toBe('n1 and n2 both lead term 1');
    expect(path?.diagram).toContain('VIOLATION: election safety: n1 and n2 both lead term 1');
  });

  test('ends in the breach of a property that the simulator does not know', () => {
    const path = found({ protocol: 'raft', nodes: 3, properties: ['all a in nodes: a.role = "follower"'] });
    expect(path?.decisive).toBeUndefined();
    expect(path?.trace.events.at(-1)).toMatchObject({ kind: 'violation', atUs: 1000 });
  });

  test('is nothing where the subject is a reference model', () => {
    expect(found({ model: 'die_hard' })).toBeUndefined();
  });
});

describe('whatever path the model takes, the simulator comes to the same states', () => {
  const walk = (check: Check, seed: number, length: number): number[] => {
    const prng = createPrng(seed);
    const { system } = check.subject;
    const actions = [0];
    let words = successorsOf(system, undefined).words.slice(0, system.width);
    for (let step = 0; step < length; step++) {
      const successors = successorsOf(system, words);
      if (successors.count === 0) break;
      const index = prng.nextInt(successors.count);
      actions.push(successors.actions[index] as number);
      words = successors.words.slice(index * system.width, (index + 1) * system.width);
    }
    return actions;
  };

  const statesAfter = (check: Check, actions: readonly number[]): unknown[] => {
    const { system } = check.subject;
    let words: Int32Array | undefined;
    for (const action of actions) {
      const successors = successorsOf(system, words);
      const index = successors.actions.subarray(0, successors.count).indexOf(action);
      words = successors.words.slice(index * system.width, (index + 1) * system.width);
    }
    return (system.describeState(words as Int32Array, 0).nodes as object[]).map(plain);
  };

  /** Without what the model adds to tell a node. */
  const plain = (node: object): unknown => {
    const {
      name: _name,
      role: _role,
      up: _up,
      timers: _timers,
      config: _config,
      self: _self,
      ...state
    } = node as Record<string, unknown>;
    return state;
  };

  test.each(PROTOCOLS.map(({ name }) => name))('%s', (protocol) => {
    fc.assert(
      fc.property(
        fc.constantFrom('unordered_non_duplicating', 'unordered_duplicating', 'ordered'),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom(1, 3),
        (network, seed, perLink) => {
          const check = checkOf({
            protocol,
            network,
            bounds: { messages_per_link: perLink, attempts: 2 },
            faults: { crashes: 2, disk_losses: 1, losses: 3, partitions: 2 },
          });
          const actions = walk(check, seed, 60);
          const request = replayOf(check, {
            property: '',
            complaint: '',
            actions,
            throughRepresentatives: false,
            isShortest: false,
          });
          const { states, result } = rerun(readReplayToken(replayToken(request as SimulationRequest)));
          expect(result.events).toBe(actions.length - 1);
          expect(states.map(plain)).toEqual(statesAfter(check, actions));
        },
      ),
      { seed: 42, numRuns: 4 },
    );
  });
});
