/**
 * From a request to the quorum system it means: by sizes, by votes, by expressions, by a named construction, or for a
 * membership change. What was not said and had to be assumed is written down.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { invariant } from '../../kernel/invariant.ts';
import type { ReferenceId } from '../../knowledge/knowledge.generated.ts';
import { construct } from '../../quorum/constructions/constructions.ts';
import { dual } from '../../quorum/expressions/dual.ts';
import { choose, type Expression, node, weighted } from '../../quorum/expressions/expression.ts';
import { collectedNames, knownNames } from '../../quorum/expressions/node-names.ts';
import { parseExpression } from '../../quorum/expressions/parse-expression.ts';
import { quorumSizes } from '../../quorum/fault-model.ts';
import { analyzeMembershipChange } from '../../quorum/membership-change.ts';
import { createQuorumSystem, type QuorumNodeSpec, type QuorumSystem } from '../../quorum/quorum-system.ts';
import { withDataHolder } from '../../quorum/witness.ts';
import type { QuorumReport, QuorumRequest } from '../../schemas/quorum.ts';
import { rejectContradictions } from './contradictions.ts';
import { faultsOf } from './faults.ts';
import { countedNodes, namedNodes, nodesOfRequest, requireNodeCount } from './nodes.ts';

export interface QuorumModel {
  readonly system: QuorumSystem;
  /** How sizes or quorums follow, in one line. */
  readonly formula: string;
  /** Failures that were asked for. */
  readonly toleranceWanted: number | undefined;
  readonly byzantineFaults: number;
  /** Nodes that two quorums must share, so that enough of them are correct. */
  readonly requiredIntersection: number;
  /** Most failures that quorums with so many nodes in common allow for, when some of the failed may lie. */
  readonly toleranceOf: (sharedNodes: number) => number;
  readonly membership: QuorumReport['membership'];
  readonly assumptions: readonly string[];
  readonly references: readonly ReferenceId[];
}

export function modelOf(request: QuorumRequest): QuorumModel {
  rejectContradictions(request);
  if (request.membership_change !== undefined) return modelOfMembershipChange(request, request.membership_change);
  if (request.reads !== undefined || request.writes !== undefined) return modelOfExpressions(request);
  if (request.construction !== undefined) return modelOfConstruction(request, request.construction);
  if (request.nodes?.some(({ votes }) => (votes ?? 1) !== 1) === true) return modelOfVotes(request, request.nodes);
  return modelOfSizes(request);
}

/** The system follows from how many nodes there are and what failed ones may do. */
function modelOfSizes(request: QuorumRequest): QuorumModel {
  const listed = nodesOfRequest(request);
  const copies = request.durability?.copies;
  if (listed === undefined && request.failure_tolerance === undefined && copies === undefined) {
    return fail('input/missing', {
      message: 'nothing says which quorum system is meant',
      path: 'node_count',
      expected: `node_count, nodes, failure_tolerance, reads, writes, construction or membership_change`,
      nextStep: 'A call that works: analyze_quorum {"node_count":5}',
    });
  }
  const onlyCopies = listed === undefined && request.failure_tolerance === undefined;
  const sizes = quorumSizes({
    faultModel: request.fault_model,
    nodeCount: onlyCopies ? copies : listed?.length,
    failureTolerance: request.failure_tolerance,
    byzantineFailures: request.byzantine_failures,
    byzantineQuorums: request.byzantine_quorums,
  });
  const nodes = listed ?? countedNodes(sizes.nodeCount, request);
  const quorums = choose(
    sizes.quorumSize,
    nodes.map((_, index) => node(index)),
  );
  return {
    system: systemOf(request, nodes, quorums, quorums),
    formula: sizes.formula,
    toleranceWanted: request.failure_tolerance,
    byzantineFaults: sizes.byzantineFaults,
    requiredIntersection: sizes.requiredIntersection,
    toleranceOf: () => sizes.failureTolerance,
    membership: undefined,
    assumptions: [
      ...(onlyCopies ? ['node_count was not given; there is one node for each copy.'] : []),
      ...witnessAssumptions(nodes),
    ],
    references: referencesOfFaults(request),
  };
}

/** Weighted majority: more than half of all votes, for reads and writes alike. */
function modelOfVotes(request: QuorumRequest, listed: NonNullable<QuorumRequest['nodes']>): QuorumModel {
  if (request.fault_model !== 'crash') {
    fail('input/conflict', {
      message: 'weighted votes are analysed for crash failures only',
      path: 'fault_model',
      received: renderReceived(request.fault_model),
      expected: '"crash", or nodes with one vote each',
      nextStep: 'Remove votes, or state the quorums with reads and writes.',
    });
  }
  const nodes = nodesOfRequest(request) ?? [];
  const voters = listed.flatMap(({ votes = 1 }, index) => (votes > 0 ? [{ index, votes }] : []));
  const total = voters.reduce((sum, { votes }) => sum + votes, 0);
  if (total === 0) return failOnNoVotes();
  const needed = Math.floor(total / 2) + 1;
  const quorums = weighted(
    needed,
    voters.map(({ index }) => node(index)),
    voters.map((voter) => voter.votes),
  );
  return {
    ...BARE,
    system: systemOf(request, nodes, quorums, quorums),
    formula: `${total} votes: a quorum has more than half, ${needed}`,
    toleranceWanted: request.failure_tolerance,
    assumptions: witnessAssumptions(nodes),
    references: ['gifford1979', 'garciamolina1985'],
  };
}

function failOnNoVotes(): never {
  return fail('quorum/infeasible', {
    message: 'no node has a vote',
    path: 'nodes',
    expected: 'at least one node with votes above 0',
    nextStep: 'Give a node votes, or leave votes out: each node then has one.',
  });
}

function modelOfExpressions(request: QuorumRequest): QuorumModel {
  const listed = nodesOfRequest(request);
  const names = listed === undefined ? collectedNames() : knownNames(listed.map(({ id }) => id));
  const parse = (path: 'reads' | 'writes'): Expression | undefined => {
    const text = request[path];
    return text === undefined ? undefined : parseExpression(text, { path, names });
  };
  const readsGiven = parse('reads');
  const writes = parse('writes');
  const reads = readsGiven ?? (writes === undefined ? undefined : dual(writes));
  invariant(reads !== undefined, 'reads or writes were given');
  const nodes = listed ?? namedNodes(names.names, request);
  const faults = faultsOf(request);
  return {
    ...BARE,
    system: systemOf(request, nodes, reads, writes),
    formula:
      request.reads === undefined
        ? 'reads are the dual of writes: the smallest sets that meet every write quorum'
        : writes === undefined
          ? 'writes are the dual of reads: the smallest sets that meet every read quorum'
          : 'reads and writes as given',
    toleranceWanted: request.failure_tolerance,
    ...faults,
    assumptions: [...faults.assumptions, ...witnessAssumptions(nodes)],
    references: ['whittaker2021', 'naor1998', ...(request.fault_model === 'crash' ? [] : (['malkhi1998'] as const))],
  };
}

function modelOfConstruction(
  request: QuorumRequest,
  construction: NonNullable<QuorumRequest['construction']>,
): QuorumModel {
  const listed = nodesOfRequest(request);
  const built = construct({
    construction,
    nodeCount: listed?.length,
    shape: request.shape,
    votes: listed?.map(({ votes }) => votes ?? 1),
  });
  if (listed !== undefined) requireNodeCount(listed, built.nodeCount, construction);
  const nodes = listed ?? countedNodes(built.nodeCount, request);
  const faults = faultsOf(request);
  return {
    ...BARE,
    system: systemOf(request, nodes, built.reads, built.writes),
    formula: built.formula,
    toleranceWanted: request.failure_tolerance,
    ...faults,
    assumptions: [...built.assumptions, ...faults.assumptions, ...witnessAssumptions(nodes)],
    references: [built.reference, 'naor1998'],
  };
}

/** During the change a decision needs a majority of the old members and one of the new. */
function modelOfMembershipChange(
  request: QuorumRequest,
  change: NonNullable<QuorumRequest['membership_change']>,
): QuorumModel {
  const { joint, members, oneStepIsSafe, disjointMajorities, rule, jointQuorum } = analyzeMembershipChange(change);
  const known = new Map((request.nodes ?? []).map((spec) => [spec.id, spec]));
  rejectStrangers([...known.keys()], members);
  const details = nodesOfRequest({ ...request, nodes: members.map((id) => known.get(id) ?? { id }) }) ?? [];
  const faults = faultsOf(request);
  return {
    ...BARE,
    system: systemOf(request, details, joint, joint),
    formula: 'during the change: a majority of the old members and a majority of the new',
    toleranceWanted: request.failure_tolerance,
    ...faults,
    assumptions: [...faults.assumptions, ...witnessAssumptions(details)],
    membership: {
      one_step_is_safe: oneStepIsSafe,
      ...(disjointMajorities === undefined
        ? {}
        : { disjoint_majorities: { old: [...disjointMajorities.old], new: [...disjointMajorities.new] } }),
      joint_quorum: jointQuorum,
      rule,
    },
    references: ['ongaro2014dissertation'],
  };
}

function rejectStrangers(listed: readonly string[], members: readonly string[]): void {
  const stranger = listed.find((id) => !members.includes(id));
  if (stranger === undefined) return;
  fail('input/conflict', {
    message: 'a listed node is a member neither before nor after the change',
    path: 'nodes',
    received: renderReceived(stranger),
    expected: `only ${members.slice(0, 20).join(', ')}`,
    nextStep: 'Remove the node, or add it to membership_change.from or .to.',
  });
}

/** What most sources of a system leave open. */
const BARE = {
  byzantineFaults: 0,
  requiredIntersection: 1,
  toleranceOf: () => Number.POSITIVE_INFINITY,
  membership: undefined,
  assumptions: [] as readonly string[],
};

function systemOf(
  { zones }: QuorumRequest,
  nodes: readonly QuorumNodeSpec[],
  reads: Expression,
  writes: Expression = dual(reads),
): QuorumSystem {
  return createQuorumSystem({ nodes, zones, reads: withData(reads, nodes), writes: withData(writes, nodes) });
}

/** A quorum of votes can decide only with a copy of the data in it: witnesses alone hold none. */
function withData(votes: Expression, nodes: readonly QuorumNodeSpec[]): Expression {
  const holders = nodes.flatMap(({ witness }, index) => (witness === true ? [] : [index]));
  if (holders.length > 0) return withDataHolder(votes, holders);
  return fail('quorum/infeasible', {
    message: 'every node is a witness, so none holds data',
    path: 'nodes',
    expected: 'at least one node that is no witness',
    nextStep: 'Remove "witness" from the nodes that hold data.',
  });
}

function witnessAssumptions(nodes: readonly QuorumNodeSpec[]): string[] {
  return nodes.some(({ witness }) => witness === true)
    ? [
        'A witness votes but holds no data; each quorum also needs a node that does, and its copy is taken to be current.',
      ]
    : [];
}

function referencesOfFaults({ fault_model: model, nodes }: QuorumRequest): ReferenceId[] {
  const witnesses = nodes?.some(({ witness }) => witness === true) === true ? (['paris1986'] as const) : [];
  const faults = { crash: 'lamport1998', byzantine: 'malkhi1998', hybrid: 'clement2009' } as const;
  return [faults[model], 'naor1998', ...witnesses];
}
