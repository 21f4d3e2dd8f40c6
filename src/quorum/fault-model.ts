/**
 * Sizes of symmetric quorum systems: how many nodes tolerate f failures, and how many of them make a quorum.
 *
 * Given the number of nodes, the tolerance is the largest that they allow; given the tolerance, the nodes are the fewest
 * that do. A quorum must leave f nodes out (liveness: q <= n - f) and share enough nodes with any other (safety:
 * 2q - n >= required intersection); every formula below is the smallest q that does both.
 *
 * | model                   | nodes         | quorum              | two quorums share    | source                        |
 * |-------------------------|---------------|---------------------|----------------------|-------------------------------|
 * | crash                   | 2f + 1        | floor(n/2) + 1      | 1                    | Thomas 1979                   |
 * | Byzantine dissemination | 3f + 1        | ceil((n+f+1)/2)     | f + 1                | Malkhi, Reiter 1998, sect. 4  |
 * | Byzantine masking       | 4f + 1        | ceil((n+2f+1)/2)    | 2f + 1               | Malkhi, Reiter 1998, sect. 3  |
 * | Byzantine opaque        | 5f + 1        | floor((2n+2f)/3)+1  | floor((q+2f)/2) + 1  | Malkhi, Reiter 1998, sect. 5  |
 * | hybrid (u, r)           | 2u + r + 1    | ceil((n+r+1)/2)     | r + 1                | Clement et al. (UpRight) 2009 |
 *
 * Opaque is the strict variant: correct, current replies outnumber faulty and stale ones. With "not fewer" instead of
 * "more", n = 5f would do; the strict variant is safe under both readings.
 * In the hybrid model at most u nodes fail for liveness, and at most r <= u of them are Byzantine.
 *
 * Not decided here: anything about nodes that differ.
 */
import { fail, renderReceived } from '../kernel/failure.ts';

const COUNT_MAX = 1_000_000;

export type FaultModel = 'crash' | 'byzantine' | 'hybrid';
export type ByzantineQuorums = 'dissemination' | 'masking' | 'opaque';

export interface QuorumSizesRequest {
  readonly faultModel: FaultModel;
  readonly nodeCount?: number | undefined;
  /** Failures of any kind to survive. */
  readonly failureTolerance?: number | undefined;
  /** Hybrid only: how many of the failures may be Byzantine. */
  readonly byzantineFailures?: number | undefined;
  /** Byzantine only; dissemination by default. */
  readonly byzantineQuorums?: ByzantineQuorums | undefined;
}

export interface QuorumSizes {
  readonly nodeCount: number;
  readonly quorumSize: number;
  /** Failures of any kind that are survived. */
  readonly failureTolerance: number;
  /** How many of those may be Byzantine. */
  readonly byzantineFaults: number;
  /** Nodes that any two quorums share. */
  readonly requiredIntersection: number;
  /** The formulas with the numbers put in. */
  readonly formula: string;
}

export function quorumSizes(request: QuorumSizesRequest): QuorumSizes {
  checkCount(request.nodeCount, 1, 'node_count');
  checkCount(request.failureTolerance, 0, 'failure_tolerance');
  checkCount(request.byzantineFailures, 0, 'byzantine_failures');
  const model = modelOf(request);
  const { nodeCount, failureTolerance } = resolveCounts(request, model);
  const { quorumSize, quorumFormula } = model.quorum(nodeCount, failureTolerance);
  return {
    nodeCount,
    quorumSize,
    failureTolerance,
    byzantineFaults: model.byzantineFaults(failureTolerance),
    requiredIntersection: model.intersection(quorumSize, failureTolerance),
    formula: `${model.name}: n = ${nodeCount} >= ${model.nodesFormula}; ${quorumFormula} = ${quorumSize}`,
  };
}

interface SizeModel {
  readonly name: string;
  readonly nodesFormula: string;
  /** Fewest nodes that tolerate `failures`. */
  readonly nodes: (failures: number) => number;
  /** Most failures that `nodes` tolerate; negative when not even none. */
  readonly failures: (nodes: number) => number;
  readonly quorum: (nodes: number, failures: number) => { quorumSize: number; quorumFormula: string };
  readonly intersection: (quorum: number, failures: number) => number;
  readonly byzantineFaults: (failures: number) => number;
  /** Whether a quorum depends on how many failures were asked for, and not on the nodes alone. */
  readonly quorumDependsOnFailures: boolean;
}

function modelOf(request: QuorumSizesRequest): SizeModel {
  const { faultModel, byzantineQuorums = 'dissemination' } = request;
  if (faultModel === 'crash') return CRASH;
  return faultModel === 'hybrid' ? hybrid(request) : BYZANTINE[byzantineQuorums];
}

const CRASH: SizeModel = {
  name: 'crash failures',
  nodesFormula: '2f+1',
  nodes: (failures) => 2 * failures + 1,
  failures: (nodes) => Math.floor((nodes - 1) / 2),
  quorum: (nodes) => ({ quorumSize: Math.floor(nodes / 2) + 1, quorumFormula: 'quorum floor(n/2)+1' }),
  intersection: () => 1,
  byzantineFaults: () => 0,
  quorumDependsOnFailures: false,
};

const BYZANTINE: Readonly<Record<ByzantineQuorums, SizeModel>> = {
  dissemination: {
    name: 'Byzantine failures, dissemination quorums (signed data)',
    nodesFormula: '3f+1',
    nodes: (failures) => 3 * failures + 1,
    failures: (nodes) => Math.floor((nodes - 1) / 3),
    quorum: (nodes, failures) => ({
      quorumSize: Math.ceil((nodes + failures + 1) / 2),
      quorumFormula: `f = ${failures}, quorum ceil((n+f+1)/2)`,
    }),
    intersection: (_quorum, failures) => failures + 1,
    byzantineFaults: (failures) => failures,
    quorumDependsOnFailures: true,
  },
  masking: {
    name: 'Byzantine failures, masking quorums (unsigned data)',
    nodesFormula: '4f+1',
    nodes: (failures) => 4 * failures + 1,
    failures: (nodes) => Math.floor((nodes - 1) / 4),
    quorum: (nodes, failures) => ({
      quorumSize: Math.ceil((nodes + 2 * failures + 1) / 2),
      quorumFormula: `f = ${failures}, quorum ceil((n+2f+1)/2)`,
    }),
    intersection: (_quorum, failures) => 2 * failures + 1,
    byzantineFaults: (failures) => failures,
    quorumDependsOnFailures: true,
  },
  opaque: {
    name: 'Byzantine failures, opaque quorums (f unknown to readers, strict)',
    nodesFormula: '5f+1',
    nodes: (failures) => 5 * failures + 1,
    failures: (nodes) => Math.floor((nodes - 1) / 5),
    quorum: (nodes, failures) => ({
      quorumSize: Math.floor((2 * nodes + 2 * failures) / 3) + 1,
      quorumFormula: `f = ${failures}, quorum floor((2n+2f)/3)+1`,
    }),
    intersection: (quorum, failures) => Math.floor((quorum + 2 * failures) / 2) + 1,
    byzantineFaults: (failures) => failures,
    quorumDependsOnFailures: true,
  },
};

function hybrid({ byzantineFailures: byzantine, failureTolerance }: QuorumSizesRequest): SizeModel {
  if (byzantine === undefined) {
    return fail('input/missing', {
      message: 'the hybrid fault model needs the number of failures that may be Byzantine',
      path: 'byzantine_failures',
      expected: 'an integer from 0 to the failure tolerance',
      nextStep: 'A call that works: {"fault_model":"hybrid","failure_tolerance":2,"byzantine_failures":1}',
    });
  }
  if (failureTolerance !== undefined && byzantine > failureTolerance) {
    return fail('input/conflict', {
      message: 'more Byzantine failures than failures of any kind',
      path: 'byzantine_failures',
      received: renderReceived(byzantine),
      expected: `at most failure_tolerance, ${failureTolerance}`,
      nextStep: `Raise failure_tolerance to ${byzantine}: it counts failures of any kind.`,
    });
  }
  return {
    name: `hybrid failures (u of any kind, r = ${byzantine} of them Byzantine)`,
    nodesFormula: '2u+r+1',
    nodes: (failures) => 2 * failures + byzantine + 1,
    failures: (nodes) => hybridTolerance(nodes, byzantine),
    quorum: (nodes) => ({
      quorumSize: Math.ceil((nodes + byzantine + 1) / 2),
      quorumFormula: `r = ${byzantine}, quorum ceil((n+r+1)/2)`,
    }),
    intersection: () => byzantine + 1,
    byzantineFaults: () => byzantine,
    quorumDependsOnFailures: false,
  };
}

/** Byzantine failures count as failures too, so that fewer than 3r + 1 nodes tolerate none of this kind. */
function hybridTolerance(nodes: number, byzantine: number): number {
  const failures = Math.floor((nodes - byzantine - 1) / 2);
  return failures >= byzantine ? failures : -1;
}

function resolveCounts(
  { nodeCount, failureTolerance }: QuorumSizesRequest,
  model: SizeModel,
): { nodeCount: number; failureTolerance: number } {
  if (nodeCount === undefined) {
    if (failureTolerance === undefined) return failOnNothingGiven();
    return { nodeCount: model.nodes(failureTolerance), failureTolerance };
  }
  const most = model.failures(nodeCount);
  if (most < (failureTolerance ?? 0)) return failOnTooFew(nodeCount, failureTolerance, most, model);
  // When the quorum follows from the nodes alone, so does what it survives, even if less was asked for.
  return { nodeCount, failureTolerance: model.quorumDependsOnFailures ? (failureTolerance ?? most) : most };
}

function failOnNothingGiven(): never {
  return fail('input/missing', {
    message: 'neither the number of nodes nor the failures to tolerate are given',
    path: 'node_count',
    expected: 'node_count or failure_tolerance',
    nextStep: 'A call that works: {"node_count":5}',
  });
}

function failOnTooFew(nodes: number, asked: number | undefined, most: number, model: SizeModel): never {
  const failures = asked ?? model.byzantineFaults(0);
  const needed = model.nodes(failures);
  const offer = most >= 0 ? `; ${nodes} nodes tolerate ${most}` : '';
  return fail('quorum/infeasible', {
    message: `${model.name}: tolerating ${failures} takes ${model.nodesFormula} = ${needed} nodes${offer}`,
    path: 'node_count',
    received: renderReceived(nodes),
    expected: `at least ${needed}`,
    nextStep:
      most >= 0
        ? `Use ${needed} nodes, or lower failure_tolerance to ${most}.`
        : `Use ${needed} nodes, or lower byzantine_failures.`,
  });
}

function checkCount(value: number | undefined, least: number, path: string): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= COUNT_MAX)) return;
  fail('input/invalid', {
    message: `${path} is out of range`,
    path,
    received: renderReceived(value),
    expected: `an integer from ${least} to ${COUNT_MAX}`,
    nextStep: 'Correct the number.',
  });
}
