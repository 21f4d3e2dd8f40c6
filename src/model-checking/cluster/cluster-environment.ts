/**
 * What stands beside the nodes of a cluster: the clients and what they were told, what is left of the budgets, and the cut between the nodes.
 *
 * A client asks one thing after the other. Its request reaches a node at once and the answer reaches the client at once, which is the strictest
 * case for what the history must allow; requests that come late are steps that happen late.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Answered } from '../../protocols/property.ts';
import type { Command, Response } from '../../protocols/protocol.ts';
import type { ClusterRequest } from './cluster-request.ts';

export interface ClusterEnvironment {
  readonly clients: readonly ClientProgress[];
  readonly left: Readonly<Record<Spending, number>>;
  /** Nodes on one side of a cut; empty where there is none. */
  readonly cutOff: readonly NodeIndex[];
}

export type Spending = 'crashes' | 'disk_losses' | 'losses' | 'partitions' | 'timeouts';

export interface ClientProgress {
  /** Number of the request that is open, or of the last one. 0: none yet. */
  readonly number: number;
  readonly isOpen: boolean;
  /** How often the open request was sent. */
  readonly attempts: number;
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

export function firstEnvironment({ operations, bounds, faults }: ClusterRequest): ClusterEnvironment {
  return {
    clients: operations.map(() => ({ number: 0, isOpen: false, attempts: 0, answers: [] })),
    left: {
      crashes: faults.crashes,
      disk_losses: faults.diskLosses,
      losses: faults.losses,
      partitions: faults.partitions,
      timeouts: bounds.timeoutsMax ?? UNLIMITED,
    },
    cutOff: [],
  };
}

/** Infinity is no JSON. */
const UNLIMITED = -1;

/** undefined: this cannot happen now. */
export function afterObservation(
  request: ClusterRequest,
  environment: ClusterEnvironment,
  observation: ClusterObservation,
): ClusterEnvironment | undefined {
  switch (observation.kind) {
    case 'spent':
      return afterSpending(environment, observation.what);
    case 'cut':
      return { ...environment, cutOff: observation.nodes };
    case 'asked':
      return withClient(environment, observation.client, (client) => afterAsking(request, client, observation));
    case 'answered':
      return withClient(environment, observation.client, (client) => afterAnswer(client, observation));
  }
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

function afterAsking(
  { bounds }: ClusterRequest,
  { number, isOpen, attempts, answers }: ClientProgress,
  asked: { readonly number: number },
): ClientProgress | undefined {
  const isRepeated = isOpen && asked.number === number && attempts < bounds.attemptsMax;
  const isNext = !isOpen && asked.number === number + 1;
  if (!isRepeated && !isNext) return undefined;
  return { number: asked.number, isOpen: true, attempts: isNext ? 1 : attempts + 1, answers };
}

function afterAnswer(client: ClientProgress, { number, response, node }: ClientAnswer): ClientProgress {
  // Only the first answer to the open request is heard; after a redirect it is as if this node had not been asked.
  if (!client.isOpen || client.number !== number) return client;
  if (response.status === 'redirect') {
    const attempts = client.attempts - 1;
    return attempts > 0 ? { ...client, attempts } : { ...client, number: number - 1, isOpen: false, attempts: 0 };
  }
  const answers = [...client.answers, { number, response, node }];
  return { number, isOpen: false, attempts: 0, answers };
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
