/**
 * The structural half of a quorum report: minimal quorums, intersections, resilience. Each part has its own share of the
 * budget, so that a family too large to list still gets its intersections and its resilience.
 */

import { type Budget, shareOf } from '../../kernel/budget.ts';
import { defined } from '../../kernel/defined.ts';
import type { Expression, NodeSet } from '../../quorum/expressions/expression.ts';
import { renderExpression } from '../../quorum/expressions/render-expression.ts';
import { type Intersection, intersections } from '../../quorum/intersections/intersection.ts';
import type { QuorumSystem } from '../../quorum/quorum-system.ts';
import { countMinimalQuorums, minimalQuorums } from '../../quorum/quorums/minimal-quorums.ts';
import { smallestQuorum } from '../../quorum/quorums/smallest-quorum.ts';
import { type Resilience, resilience, zoneResilience } from '../../quorum/resilience.ts';
import type { QuorumReport } from '../../schemas/quorum.ts';
import type { QuorumModel } from './quorum-model.ts';

const STEPS_PER_PART = 2_000_000;
const EXPRESSION_CHARACTERS_MAX = 2_000;

export type QuorumStructure = Pick<
  QuorumReport,
  'quorum_size' | 'failure_tolerance' | 'read_quorums' | 'write_quorums' | 'intersection' | 'resilience'
>;

export function describeStructure(model: QuorumModel, listLimit: number, budget: Budget): QuorumStructure {
  const { system } = model;
  const list = (side: Expression): QuorumReport['read_quorums'] => describeQuorums(system, side, listLimit, budget);
  const writes = list(system.writes);
  const survived = describeResilience(system, budget);
  const intersection = describeIntersections(model, budget);
  return {
    quorum_size: writes.smallest,
    ...defined({ failure_tolerance: failureTolerance(model, survived.overall, intersection.byzantine.smallest) }),
    read_quorums: list(system.reads),
    write_quorums: writes,
    intersection,
    resilience: survived,
  };
}

/** Losing a node that stopped is one thing, outvoting one that lies another: the smaller number counts. */
function failureTolerance(
  { toleranceOf, byzantineFaults }: QuorumModel,
  survived: number | undefined,
  shared: number | undefined,
): number | undefined {
  if (byzantineFaults === 0) return survived;
  return survived === undefined || shared === undefined ? undefined : Math.min(survived, toleranceOf(shared));
}

function describeQuorums(
  system: QuorumSystem,
  side: Expression,
  limit: number,
  budget: Budget,
): QuorumReport['read_quorums'] {
  const listed = minimalQuorums(side, { limit, budget: shareOf(budget, STEPS_PER_PART) });
  const count = listed.complete ? BigInt(listed.quorums.length) : countMinimalQuorums(side);
  const smallest = listed.quorums[0]?.length ?? smallestQuorum(side, () => 1, budget)?.nodes.length ?? 0;
  const exact = count !== undefined && count > BigInt(Number.MAX_SAFE_INTEGER);
  return {
    expression: shorten(renderExpression(side, idsOf(system))),
    ...defined({ count: count === undefined ? undefined : Number(count) }),
    ...(exact ? { count_exact: String(count) } : {}),
    smallest,
    minimal: listed.quorums.map((quorum) => nameNodes(system, quorum)),
    complete: listed.complete,
  };
}

function describeIntersections(
  { system, requiredIntersection, byzantineFaults }: QuorumModel,
  budget: Budget,
): QuorumReport['intersection'] {
  const { readWrite, writeWrite, byzantine } = intersections(system, {
    byzantineFaults,
    requiredByzantine: requiredIntersection,
    budget: shareOf(budget, STEPS_PER_PART),
  });
  const describe = (intersection: Intersection): QuorumReport['intersection']['read_write'] =>
    describeIntersection(system, intersection);
  return { read_write: describe(readWrite), write_write: describe(writeWrite), byzantine: describe(byzantine) };
}

function describeIntersection(
  system: QuorumSystem,
  { required, holds, smallest, counterexample }: Intersection,
): QuorumReport['intersection']['read_write'] {
  const names = (nodes: NodeSet): string[] => nameNodes(system, nodes);
  return {
    ...defined({ holds, smallest }),
    required,
    ...(counterexample === undefined
      ? {}
      : {
          counterexample: {
            left: names(counterexample.left),
            right: names(counterexample.right),
            common: names(counterexample.common),
          },
        }),
  };
}

function describeResilience(system: QuorumSystem, budget: Budget): QuorumReport['resilience'] {
  const read = resilience(system.reads, { budget: shareOf(budget, STEPS_PER_PART) });
  const write = resilience(system.writes, { budget: shareOf(budget, STEPS_PER_PART) });
  const zones =
    system.zones.length > 0 ? zoneResilience(system, { budget: shareOf(budget, STEPS_PER_PART) }) : undefined;
  return {
    ...defined({ read: read.failures, write: write.failures, zones: zones?.failures }),
    ...weakerSide(system, read, write),
    ...defined({ fatal_zones: zones?.fatal.map((zone) => system.zones[zone]?.id ?? '') }),
  };
}

/** The side that fewer failures stop; unknown as long as one side is. */
function weakerSide(
  system: QuorumSystem,
  read: Resilience,
  write: Resilience,
): Pick<QuorumReport['resilience'], 'overall' | 'fatal'> {
  if (read.failures === undefined || write.failures === undefined) return { fatal: [] };
  const weaker = read.failures < write.failures ? read : write;
  return { ...defined({ overall: weaker.failures }), fatal: nameNodes(system, weaker.fatal) };
}

export function nameNodes({ nodes }: QuorumSystem, set: NodeSet): string[] {
  return set.map((index) => nodes[index]?.id ?? '');
}

export function idsOf({ nodes }: QuorumSystem): string[] {
  return nodes.map(({ id }) => id);
}

/** A long expression says less than its beginning. */
function shorten(text: string): string {
  return text.length <= EXPRESSION_CHARACTERS_MAX
    ? text
    : `${text.slice(0, EXPRESSION_CHARACTERS_MAX)}… (${text.length} characters)`;
}
