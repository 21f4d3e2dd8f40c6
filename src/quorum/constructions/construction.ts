/**
 * What every named construction takes and gives, and how it refuses sizes that do not fit.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { type Expression, node } from '../expressions/expression.ts';

/** Ids in the bibliography. */
export type ConstructionReference =
  | 'agrawal1991'
  | 'cheung1992'
  | 'gifford1979'
  | 'holzman1997'
  | 'howard2016'
  | 'kumar1991'
  | 'maekawa1985'
  | 'naor1998'
  | 'peleg1997'
  | 'thomas1979';

export interface ConstructionRequest {
  /** At least one of nodeCount, shape and votes says how many nodes there are. */
  readonly nodeCount: number | undefined;
  readonly shape: readonly number[] | undefined;
  readonly votes: readonly number[] | undefined;
}

export interface Construction {
  readonly nodeCount: number;
  readonly reads: Expression;
  readonly writes: Expression;
  /** How sizes follow, in one line. */
  readonly formula: string;
  readonly reference: ConstructionReference;
  readonly assumptions: readonly string[];
}

const NODES_MAX = 1_000;

export function leavesFrom(start: number, count: number): Expression[] {
  return Array.from({ length: count }, (_, index) => node(start + index));
}

/** The node count that a shape implies; fails when another one is asked for. */
export function agreedNodeCount(asked: number | undefined, implied: number, why: string): number {
  if (implied > NODES_MAX) infeasible(`${why} needs ${implied} nodes`, 'shape', implied, `at most ${NODES_MAX} nodes`);
  if (asked === undefined || asked === implied) return implied;
  return infeasible(`${why} has ${implied} nodes, not ${asked}`, 'node_count', asked, String(implied));
}

export function requiredNodeCount(nodeCount: number | undefined, construction: string, example: string): number {
  if (nodeCount !== undefined) return nodeCount;
  return fail('input/missing', {
    message: `the construction ${construction} needs to know how many nodes there are`,
    path: 'node_count',
    expected: 'node_count or nodes',
    nextStep: `A call that works: ${example}`,
  });
}

/** The one or two numbers of a shape; undefined when no shape is given. */
export function shapeOf(
  shape: readonly number[] | undefined,
  length: number,
  meaning: string,
): readonly number[] | undefined {
  if (shape === undefined || shape.length === length) return shape;
  return fail('input/invalid', {
    message: `the shape of this construction is ${meaning}`,
    path: 'shape',
    received: renderReceived(shape),
    expected: `${length} ${length === 1 ? 'number' : 'numbers'}`,
    nextStep: `Give shape as ${meaning}.`,
  });
}

export function infeasible(message: string, path: string, received: unknown, expected: string): never {
  return fail('quorum/infeasible', {
    message,
    path,
    received: renderReceived(received),
    expected,
    nextStep: `Use ${expected}.`,
  });
}
