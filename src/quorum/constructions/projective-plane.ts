/**
 * Finite projective planes: n = q^2 + q + 1 points and as many lines of q + 1 points; any two lines meet in exactly one
 * point (Maekawa 1985, section 3; load (q+1)/n by Naor, Wool 1998). The plane is built over the field of q elements:
 * points and lines are the vectors of length 3 up to scaling, and a line holds the points orthogonal to it.
 *
 * Planes exist for every prime power q; whether any exist for other orders is open (none for 6 and 10).
 */

import { allOf, anyOf, node } from '../expressions/expression.ts';
import { agreedNodeCount, type Construction, type ConstructionRequest, infeasible, shapeOf } from './construction.ts';
import { FIELD_ORDERS, type FiniteField, finiteField } from './finite-field.ts';

/** shape [order q]; follows from the node count when absent. */
export function projectivePlane({ nodeCount: asked, shape }: ConstructionRequest): Construction {
  const [order = orderFor(asked)] = shapeOf(shape, 1, '[order]') ?? [];
  const field = finiteField(order);
  if (field === undefined) {
    return infeasible(
      `no projective plane of order ${order} is built in`,
      'shape',
      order,
      `an order of ${listOrders()}`,
    );
  }
  const nodeCount = agreedNodeCount(asked, pointsOf(order), `the projective plane of order ${order}`);
  const quorums = anyOf(linesOf(field).map((line) => allOf(line.map(node))));
  return {
    nodeCount,
    reads: quorums,
    writes: quorums,
    formula: `q = ${order}: n = q^2+q+1 = ${nodeCount} nodes, ${nodeCount} quorums of q+1 = ${order + 1} that pairwise share one`,
    reference: 'maekawa1985',
    assumptions: [],
  };
}

function pointsOf(order: number): number {
  return order * order + order + 1;
}

function orderFor(nodeCount: number | undefined): number {
  const order = FIELD_ORDERS.find((candidate) => pointsOf(candidate) === nodeCount);
  if (order !== undefined) return order;
  const sizes = FIELD_ORDERS.map(pointsOf).join(', ');
  return infeasible('a projective plane has q^2+q+1 nodes', 'node_count', nodeCount, `one of ${sizes} nodes`);
}

function listOrders(): string {
  return FIELD_ORDERS.join(', ');
}

type Vector = readonly [number, number, number];

/** Each line as the indices of its points. */
function linesOf(field: FiniteField): number[][] {
  const points = normalizedVectors(field.order);
  return points.map((line) => points.flatMap((point, index) => (isOrthogonal(field, line, point) ? [index] : [])));
}

/** One vector for every direction: the first coordinate that is not 0 is 1. */
function normalizedVectors(order: number): Vector[] {
  const elements = Array.from({ length: order }, (_, element) => element);
  return [
    [0, 0, 1],
    ...elements.map((z): Vector => [0, 1, z]),
    ...elements.flatMap((y) => elements.map((z): Vector => [1, y, z])),
  ];
}

function isOrthogonal({ add, multiply }: FiniteField, [a, b, c]: Vector, [x, y, z]: Vector): boolean {
  return add(add(multiply(a, x), multiply(b, y)), multiply(c, z)) === 0;
}
