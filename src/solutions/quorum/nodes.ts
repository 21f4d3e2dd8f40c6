/**
 * The nodes a request is about: listed one by one, counted, or named only in its expressions.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import type { QuorumNodeSpec } from '../../quorum/quorum-system.ts';
import type { QuorumRequest } from '../../schemas/quorum.ts';

/** The nodes that the request lists or counts; undefined when it does neither. */
export function nodesOfRequest(request: QuorumRequest): QuorumNodeSpec[] | undefined {
  if (request.nodes !== undefined) return request.nodes.map((node) => specOf(node, request));
  if (request.node_count !== undefined) return countedNodes(request.node_count, request);
  return undefined;
}

/** As many as a request may list. */
const NODES_MAX = 1_000;

/** `count` nodes n1, n2, … that differ in nothing. */
export function countedNodes(count: number, request: QuorumRequest): QuorumNodeSpec[] {
  if (count > NODES_MAX) failOnCount(count, request);
  return namedNodes(
    Array.from({ length: count }, (_, index) => `n${index + 1}`),
    request,
  );
}

/** Nodes of which only the names are known. */
export function namedNodes(ids: readonly string[], request: QuorumRequest): QuorumNodeSpec[] {
  return ids.map((id) => specOf({ id }, request));
}

/** Fails unless `nodes` are exactly as many as `needed`. */
export function requireNodeCount(nodes: readonly QuorumNodeSpec[], needed: number, why: string): void {
  if (nodes.length === needed) return;
  fail('input/conflict', {
    message: `${why} has ${needed} nodes, but ${nodes.length} are given`,
    path: 'nodes',
    received: renderReceived(nodes.length),
    expected: String(needed),
    nextStep: `List ${needed} nodes, or leave out nodes and node_count.`,
  });
}

/** Only a tolerance can ask for so many: counts and lists have the limit in the schema. */
function failOnCount(needed: number, { failure_tolerance: tolerance }: QuorumRequest): never {
  return fail('input/too_large', {
    message: `surviving that many failures takes ${needed} nodes`,
    path: 'failure_tolerance',
    received: renderReceived(tolerance),
    expected: `a tolerance that at most ${NODES_MAX} nodes reach`,
    nextStep: 'Lower failure_tolerance, for example to 2.',
  });
}

type RequestNode = NonNullable<QuorumRequest['nodes']>[number];

function specOf(node: RequestNode, { node_availability: common }: QuorumRequest): QuorumNodeSpec {
  return {
    id: node.id,
    votes: node.votes,
    capacity: node.capacity,
    readCapacity: node.read_capacity,
    writeCapacity: node.write_capacity,
    latencyMs: node.latency_ms,
    zone: node.zone,
    availability: node.availability ?? common,
    witness: node.witness,
  };
}
