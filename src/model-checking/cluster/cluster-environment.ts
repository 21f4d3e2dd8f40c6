/**
 * What stands beside the nodes of a cluster: the clients and what they were told, what is left of the budgets, and the cut between the nodes.
 *
 * A client asks one thing after the other. Its request reaches a node at once and the answer reaches the client at once, which is the strictest
 * case for what the history must allow; requests that come late are steps that happen late, if need be when the client has its answer already.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Answered } from '../../protocols/property.ts';
import type { Command, Response } from '../../protocols/protocol.ts';
import {
  emptyHistory,
  type OperationEvent,
  type OperationHistory,
  type RegisterOperation,
  recordOperation,
} from '../actors/operation-history.ts';
import type { ClusterRequest } from './cluster-request.ts';

export interface ClusterEnvironment {
  readonly clients: readonly ClientProgress[];
  readonly left: Readonly<Record<Spending, number>>;
  /** Nodes on one side of a cut; empty where there is none. */
  readonly cutOff: readonly NodeIndex[];
  /** What clients saw, where it is judged. */
  readonly history: OperationHistory | null;
}

export type Spending = 'crashes' | 'disk_losses' | 'losses' | 'partitions' | 'timeouts';

export interface ClientProgress {
  /** By request, in order: how often it came to a node. */
  readonly sent: readonly number[];
  /** Whether the client waits for an answer to the last request. */
  readonly isOpen: boolean;
  /** What it was told while it waited, in order. */
  readonly answers: readonly ClientAnswer[];
}

export interface ClientAnswer {
  readonly number: number;
  readonly response: Response;
  readonly node: NodeIndex;
}

export type ClusterObservation =
  | { readonly kind: 'spent'; readonly what: Spending }
  | { readonly kind: 'asked'; readonly client: number; readonly number: number }
  | ({ readonly kind: 'answered'; readonly client: number } & ClientAnswer)
  | { readonly kind: 'cut'; readonly nodes: readonly NodeIndex[] };

export function firstEnvironment(request: ClusterRequest): ClusterEnvironment {
  const { operations, bounds, faults } = request;
  return {
    clients: operations.map(() => ({ sent: [], isOpen: false, answers: [] })),
    left: {
      crashes: faults.crashes,
      disk_losses: faults.diskLosses,
      losses: faults.losses,
      partitions: faults.partitions,
      timeouts: bounds.timeoutsMax ?? UNLIMITED,
    },
    cutOff: [],
    history: judgesHistory(request) ? emptyHistory(operations.length) : null,
  };
}

/** Operations on registers alone are judged as a history. */
export function judgesHistory({ judgesHistory: isWanted, operations }: ClusterRequest): boolean {
  return isWanted && operations.flat().every((command) => registerOperation(command) !== undefined);
}

function registerOperation({ kind, key = 0, value, expected }: Command): RegisterOperation | undefined {
  if (kind === 'read') return { kind, key };
  if (value === undefined) return undefined;
  if (kind === 'write') return { kind, key, value };
  return kind === 'cas' && expected !== undefined ? { kind, key, expected, value } : undefined;
}

/** Infinity is no JSON. */
const UNLIMITED = -1;

/** What clients do: how often they send the same request, and how many equal answers of distinct nodes they wait for. */
export interface AskingRules {
  readonly operations: readonly (readonly Command[])[];
  readonly attemptsMax: number;
  readonly answersNeeded: number;
}

/** undefined: this cannot happen now. */
export function afterObservation(
  rules: AskingRules,
  environment: ClusterEnvironment,
  observation: ClusterObservation,
): ClusterEnvironment | undefined {
  switch (observation.kind) {
    case 'spent':
      return afterSpending(environment, observation.what);
    case 'cut':
      return { ...environment, cutOff: observation.nodes };
    case 'asked':
      return recorded(
        rules,
        environment,
        withClient(environment, observation.client, (client) => afterAsking(rules, client, observation)),
        observation,
      );
    case 'answered':
      return recorded(
        rules,
        environment,
        withClient(environment, observation.client, (client) => afterAnswer(rules, client, observation)),
        observation,
      );
  }
}

/** The environment with what its client saw in the history: that it began to wait, or no longer waits. */
function recorded(
  { operations }: AskingRules,
  before: ClusterEnvironment,
  after: ClusterEnvironment | undefined,
  observation: ClusterObservation & { readonly kind: 'asked' | 'answered' },
): ClusterEnvironment | undefined {
  const { client, number } = observation;
  if (after === undefined || before.history === null) return after;
  const [waited, waits] = [before, after].map(({ clients }) => clients[client]?.isOpen === true);
  const operation = registerOperation(operations[client]?.[number - 1] ?? { kind: 'unknown' });
  if (waited === waits || operation === undefined) return after;
  const event: OperationEvent =
    observation.kind === 'asked' ? { kind: 'invoke', client, operation } : endOf(operation, observation);
  return { ...after, history: recordOperation(before.history, event) };
}

/** A redirect ends an operation that nobody holds: it has no effect. */
function endOf(
  { kind }: RegisterOperation,
  { client, response }: { readonly client: number; readonly response: Response },
): OperationEvent {
  if (response.status !== 'ok') return { kind: 'fail', client };
  const { value } = response;
  return { kind: 'return', client, result: kind === 'read' && typeof value === 'number' ? value : null };
}

function afterSpending(environment: ClusterEnvironment, what: Spending): ClusterEnvironment | undefined {
  const left = environment.left[what];
  if (left === UNLIMITED) return environment;
  return left === 0 ? undefined : { ...environment, left: { ...environment.left, [what]: left - 1 } };
}

function withClient(
  environment: ClusterEnvironment,
  client: number,
  change: (client: ClientProgress) => ClientProgress | undefined,
): ClusterEnvironment | undefined {
  const before = environment.clients[client];
  const after = before === undefined ? undefined : change(before);
  if (after === undefined) return undefined;
  return { ...environment, clients: environment.clients.map((each, at) => (at === client ? after : each)) };
}

/** The next request, where the client waits for nothing; or one that was sent before comes again, which may be late. */
function afterAsking(
  { attemptsMax }: AskingRules,
  { sent, isOpen, answers }: ClientProgress,
  { number }: { readonly number: number },
): ClientProgress | undefined {
  if (number === sent.length + 1) return isOpen ? undefined : { sent: [...sent, 1], isOpen: true, answers };
  const times = sent[number - 1];
  if (times === undefined || times >= attemptsMax) return undefined;
  return { sent: sent.with(number - 1, times + 1), isOpen, answers };
}

function afterAnswer({ answersNeeded }: AskingRules, client: ClientProgress, answer: ClientAnswer): ClientProgress {
  const { sent, isOpen, answers } = client;
  const { number, response } = answer;
  if (!isOpen || number !== sent.length) return client;
  if (response.status === 'redirect') return afterRedirect(client);
  const heard = [...answers, answer];
  return { sent, isOpen: !isEnough(answersNeeded, heard, answer), answers: heard };
}

/** It is as if this node had not been asked. */
function afterRedirect({ sent, answers }: ClientProgress): ClientProgress {
  const times = (sent.at(-1) ?? 0) - 1;
  return times > 0
    ? { sent: sent.with(-1, times), isOpen: true, answers }
    : { sent: sent.slice(0, -1), isOpen: false, answers };
}

/** Equal answers from as many distinct nodes as the client waits for. */
function isEnough(needed: number, answers: readonly ClientAnswer[], { number, response }: ClientAnswer): boolean {
  if (needed === 1) return true;
  const text = JSON.stringify(response);
  const equal = answers.filter((each) => each.number === number && JSON.stringify(each.response) === text);
  return new Set(equal.map(({ node }) => node)).size >= needed;
}

/** What clients were told, by client and then in order. */
export function answeredOf(
  environment: ClusterEnvironment,
  operations: readonly (readonly Command[])[],
): readonly Answered[] {
  return environment.clients.flatMap(({ answers }, client) =>
    answers.map(({ number, response, node }) => {
      const command = operations[client]?.[number - 1] ?? { kind: 'unknown' };
      return { request: { client, number, command }, response, node };
    }),
  );
}
