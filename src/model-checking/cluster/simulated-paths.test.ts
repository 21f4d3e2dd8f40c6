/**
 * Every run of the simulator is a path of the model: whatever a node is given in a run, the model allows at that moment, and it leads to the
 * same state. So what the checker proves within its bounds holds for the runs within these, and a run that breaks what the checker proved would
 * show a mistake in one of the two.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { PROTOCOLS, protocolNamed } from '../../protocols/catalogue.ts';
import type { AnyDefinition } from '../../protocols/definition.ts';
import type { Command, Input, NodeState, Output } from '../../protocols/protocol.ts';
import { readSettings } from '../../protocols/settings.ts';
import type { Fault } from '../../simulation/faults/fault.ts';
import { prepare } from '../../simulation/prepare.ts';
import {
  type SimulationRequest,
  STANDARD_NETWORK,
  STANDARD_REQUEST,
  STANDARD_RETRY,
  STANDARD_WORKLOAD,
} from '../../simulation/request.ts';
import { run } from '../../simulation/run/run.ts';
import type { NetworkKind } from '../actors/actor-model.ts';
import { type ActorSystem, actorSystem } from '../actors/actor-system.ts';
import { successorsOf } from '../explore/path.ts';
import type { ClusterAction } from './cluster-actions.ts';
import type { ClusterRequest } from './cluster-request.ts';
import type { NodeCell } from './node-step.ts';
import { protocolCluster } from './protocol-cluster.ts';

type State = NodeState<unknown>;

type Recorded =
  | {
      readonly kind: 'start';
      readonly node: number;
      readonly incarnation: number;
      readonly durable: unknown;
      readonly after: State;
    }
  | {
      readonly kind: 'input';
      readonly node: number;
      readonly input: Input<unknown>;
      readonly before: State;
      readonly after: State;
      readonly outputs: readonly Output<unknown, unknown>[];
    };

/** The same protocol, which writes down what it is given. */
function recorded(definition: AnyDefinition): { readonly definition: AnyDefinition; readonly records: Recorded[] } {
  const records: Recorded[] = [];
  const { protocol } = definition;
  return {
    records,
    definition: {
      ...definition,
      protocol: {
        ...protocol,
        initial: (config, node, durable, incarnation) => {
          const first = protocol.initial(config, node, durable, incarnation);
          records.push({ kind: 'start', node, incarnation, durable, after: first.state });
          return first;
        },
        step: (before, input) => {
          const { state: after, outputs } = protocol.step(before, input);
          records.push({ kind: 'input', node: before.self, input, before, after, outputs });
          return { state: after, outputs };
        },
      },
    },
  };
}

/** One input from outside, with what the node gives itself because of it. */
interface Turn {
  readonly first: Recorded;
  readonly choices: readonly number[];
  readonly after: State;
  readonly isIdle: boolean;
}

function turnsOf(records: readonly Recorded[]): Turn[] {
  const turns: Turn[] = [];
  for (const record of records) {
    const last = turns.at(-1);
    const isQuiet =
      record.kind === 'input' && !record.outputs.some(({ kind }) => kind === 'send' || kind === 'respond');
    if (last !== undefined && record.kind === 'input' && isOwn(record)) {
      const { input } = record;
      const choices = input.kind === 'choice' ? [...last.choices, input.chosen] : last.choices;
      turns[turns.length - 1] = { ...last, choices, after: record.after, isIdle: last.isIdle && isQuiet };
    } else turns.push({ first: record, choices: [], after: record.after, isIdle: isQuiet });
  }
  return turns;
}

function isOwn({ input, node }: Recorded & { readonly kind: 'input' }): boolean {
  return input.kind === 'choice' || (input.kind === 'message' && input.from === node);
}

/** Clocks stand still in the model. */
function textOf(value: unknown): string {
  return JSON.stringify(value).replaceAll(/"stampMs":\d+/g, '"stampMs":0');
}

function stateText(state: State): string {
  return textOf({ ...state, config: undefined });
}

interface Event {
  readonly kind: 'message' | 'loss' | 'action';
  readonly actor: number;
  readonly from?: number;
  readonly message?: unknown;
  readonly action?: ClusterAction;
  readonly choices?: readonly number[];
}

class Walk {
  readonly system: ActorSystem;
  steps = 0;
  idle = 0;
  private words: Int32Array;
  private readonly isOrdered: boolean;

  constructor(system: ActorSystem, isOrdered: boolean) {
    this.system = system;
    this.isOrdered = isOrdered;
    this.words = successorsOf(system, undefined).words.slice(0, system.width);
  }

  cell(node: number): NodeCell {
    return this.system.viewOf(this.words, 0).states[node] as NodeCell;
  }

  /** What is wrong; undefined when the model goes where the simulator went. */
  follow(turn: Turn): string | undefined {
    const { first, after } = turn;
    const { node } = first;
    if (first.kind === 'start' && first.incarnation === 0) return this.compare(node, after);
    if (first.kind === 'start') {
      const losesDisk = first.durable === undefined && this.cell(node).disk.durable !== undefined;
      this.take({ kind: 'action', actor: node, action: { kind: losesDisk ? 'disk_loss' : 'crash' } }, []);
      return this.reach({ kind: 'action', actor: node, action: { kind: 'restart' } }, turn);
    }
    return this.reach(eventOf(node, first.input), turn);
  }

  private reach(event: Event, turn: Turn): string | undefined {
    if (this.take(event, turn.choices)) return this.compare(event.actor, turn.after);
    const before = this.compare(event.actor, turn.after);
    if (event.kind === 'message' && turn.isIdle && before === undefined) {
      this.idle += 1;
      return undefined;
    }
    return `not enabled: ${JSON.stringify(event)} at ${textOf(this.cell(event.actor))}`;
  }

  /** False where the model does not allow it. */
  private take(event: Event, choices: readonly number[]): boolean {
    for (;;) {
      const successors = successorsOf(this.system, this.words);
      let lost = -1;
      for (let index = 0; index < successors.count; index++) {
        const { event: offered } = this.system.describeAction(this.words, 0, successors.actions[index] as number);
        const words = (): Int32Array =>
          successors.words.slice(index * this.system.width, (index + 1) * this.system.width);
        if (isSame(offered as Event, event, choices)) {
          this.words = words();
          this.steps += 1;
          return true;
        }
        if (this.isOrdered && isSame(offered as Event, { ...event, kind: 'loss' }, choices, false)) lost = index;
      }
      // Over links that keep the order, what the simulator lost on the way is lost first.
      if (lost === -1) return false;
      this.words = successors.words.slice(lost * this.system.width, (lost + 1) * this.system.width);
    }
  }

  private compare(node: number, expected: State): string | undefined {
    const [found, wanted] = [stateText(this.cell(node).state), stateText(expected)];
    return found === wanted ? undefined : `node ${node}: the model has ${found}, the simulator ${wanted}`;
  }
}

function eventOf(actor: number, input: Input<unknown>): Event {
  switch (input.kind) {
    case 'message':
      return { kind: 'message', actor, from: input.from, message: input.message };
    case 'timer':
      return { kind: 'action', actor, action: { kind: 'timer', timer: input.timer } };
    case 'request': {
      const { client, number } = input.request;
      return { kind: 'action', actor, action: { kind: 'request', client, number } };
    }
    case 'choice':
      throw new Error('a choice stands within a turn');
  }
}

function isSame(offered: Event, event: Event, choices: readonly number[], withMessage = true): boolean {
  if (offered.kind !== event.kind || offered.actor !== event.actor) return false;
  if (event.kind !== 'action')
    return offered.from === event.from && (!withMessage || textOf(offered.message) === textOf(event.message));
  return (
    textOf(offered.action) === textOf(event.action) &&
    (offered.choices === undefined || String(offered.choices) === String(choices))
  );
}

function operationsOf(records: readonly Recorded[]): Command[][] {
  const operations: Command[][] = [];
  for (const record of records) {
    if (record.kind !== 'input' || record.input.kind !== 'request') continue;
    const { client, number, command } = record.input.request;
    while (operations.length <= client) operations.push([]);
    (operations[client] as Command[])[number - 1] = command;
  }
  return operations;
}

/** Runs the request and walks the model along; the first thing that does not fit. */
function walkAlong(
  request: SimulationRequest,
  network: NetworkKind,
  edited: (turns: readonly Turn[]) => readonly Turn[] = (turns) => turns,
) {
  const definition = protocolNamed(request.protocol);
  const { definition: observed, records } = recorded(definition);
  const prepared = prepare(request);
  run({ ...prepared.optionsOf(request.seed, stepBudget(1e6)), definition: observed });
  const cluster: ClusterRequest = {
    protocol: request.protocol,
    nodes: request.nodes,
    ...(request.variant === undefined ? {} : { variant: request.variant }),
    settings: readSettings(definition.name, definition.settings, request.settings),
    network,
    bounds: { attemptsMax: 1e6 },
    faults: { crashes: 1e6, diskLosses: 1e6, losses: network === 'ordered' ? 1e6 : 0, partitions: 0 },
    operations: operationsOf(records),
    judgesHistory: false,
  };
  const system = actorSystem(protocolCluster(definition, prepared.config, cluster));
  const walk = new Walk(system, network === 'ordered');
  const turns = edited(turnsOf(records));
  for (const [index, turn] of turns.entries()) {
    const complaint = walk.follow(turn);
    if (complaint !== undefined) return { complaint: `turn ${index}: ${complaint}`, walk };
  }
  return { complaint: undefined, walk };
}

const DURATION_MS = 700;

const drawnFaults = (nodes: number): fc.Arbitrary<Fault[]> => {
  const at = fc.integer({ min: 0, max: DURATION_MS - 200 });
  const length = fc.integer({ min: 1, max: 200 });
  const node = fc.integer({ min: 0, max: nodes - 1 });
  const crash = fc.record({ at, length, node, losesDisk: fc.boolean() }).map(
    ({ at: atMs, length: forMs, node: each, losesDisk }): Fault => ({
      kind: 'crash',
      atMs,
      untilMs: atMs + forMs,
      nodes: [each],
      losesDisk,
      tornWrite: false,
    }),
  );
  const partition = fc.record({ at, length, node }).map(
    ({ at: atMs, length: forMs, node: each }): Fault => ({
      kind: 'partition',
      atMs,
      untilMs: atMs + forMs,
      nodes: [each],
      direction: 'both',
    }),
  );
  const pause = fc.record({ at, length, node }).map(
    ({ at: atMs, length: forMs, node: each }): Fault => ({
      kind: 'pause',
      atMs,
      untilMs: atMs + forMs,
      nodes: [each],
    }),
  );
  return fc.array(fc.oneof(crash, partition, pause), { maxLength: 3 });
};

const NETWORKS: readonly NetworkKind[] = ['unordered_non_duplicating', 'unordered_duplicating', 'ordered'];

const drawnRequest = (
  definition: AnyDefinition,
  settings: Readonly<Record<string, string>>,
): fc.Arbitrary<{ request: SimulationRequest; network: NetworkKind }> =>
  fc
    .record({
      seed: fc.integer({ min: 1, max: 1_000_000 }),
      faults: drawnFaults(definition.nodes.min),
      lossProbability: fc.constantFrom(0, 0.05, 0.3),
      reorderingProbability: fc.constantFrom(0, 0.3),
      network: fc.constantFrom(...NETWORKS),
    })
    .map(({ seed, faults, lossProbability, reorderingProbability, network }) => ({
      network,
      request: {
        ...STANDARD_REQUEST,
        protocol: definition.name,
        settings,
        nodes: Math.max(definition.nodes.min, Math.min(3, definition.nodes.max)),
        seed,
        runs: 1,
        durationMs: DURATION_MS,
        settleMs: 0,
        network: {
          ...STANDARD_NETWORK,
          lossProbability,
          reorderingProbability,
          reorderingMs: 30,
          duplicationProbability: network === 'unordered_duplicating' ? 0.2 : 0,
          fifo: network === 'ordered',
        },
        workload: {
          ...STANDARD_WORKLOAD,
          clients: 2,
          operationsMax: 5,
          retry: { ...STANDARD_RETRY, timeoutMs: 60, attempts: 1000, maxDelayMs: 100 },
        },
        scenario: 'none',
        faults,
      },
    }));

const SUBJECTS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ...PROTOCOLS.map(({ name }) => [name, {}] as const),
  ['raft', { pre_vote: 'true', check_quorum: 'true', snapshot_entries: '2' }],
  ['pbft', { byzantine_nodes: '1' }],
  ['primary-backup', { mode: 'asynchronous' }],
];

describe('every run of the simulator is a path of the model', () => {
  test.each(SUBJECTS)('%s %o', (name, settings) => {
    let steps = 0;
    fc.assert(
      fc.property(drawnRequest(protocolNamed(name), settings), ({ request, network }) => {
        const { complaint, walk } = walkAlong(request, network);
        expect(complaint).toBeUndefined();
        steps += walk.steps;
      }),
      { seed: 42, numRuns: 6 },
    );
    expect(steps).toBeGreaterThan(90);
  });
});

describe('what is no run is no path:', () => {
  const [drawn] = fc.sample(drawnRequest(protocolNamed('raft'), {}), { seed: 1, numRuns: 1 });
  const calm = { ...(drawn as { request: SimulationRequest }).request, network: STANDARD_NETWORK, faults: [] };
  const isDelivery = ({ first, isIdle }: Turn): boolean =>
    !isIdle && first.kind === 'input' && first.input.kind === 'message';

  test('a message that comes twice', () => {
    const twice = (turns: readonly Turn[]): Turn[] =>
      turns.flatMap((turn) => (isDelivery(turn) ? [turn, turn] : [turn]));
    expect(walkAlong(calm, 'unordered_non_duplicating', twice).complaint).toContain('not enabled');
  });

  test('a message that changed nothing where it should have', () => {
    const at = (turns: readonly Turn[]): number => turns.findIndex(isDelivery);
    const without = (turns: readonly Turn[]): Turn[] => turns.filter((_, index) => index !== at(turns));
    expect(walkAlong(calm, 'unordered_non_duplicating', without).complaint).toBeDefined();
  });
});
