/**
 * Constructions that arrange nodes in rows and columns, row by row: the grid protocol (Cheung, Ammar, Ahamad 1992),
 * Maekawa's grid (Maekawa 1985, section 4), crumbling walls (Peleg, Wool 1997) and the wheel (Holzman, Marcus, Peleg
 * 1997), which is the wall with rows 1 and n - 1.
 */

import { allOf, anyOf, type Expression, node } from '../expressions/expression.ts';
import {
  agreedNodeCount,
  type Construction,
  type ConstructionRequest,
  infeasible,
  leavesFrom,
  requiredNodeCount,
  shapeOf,
} from './construction.ts';

interface Grid {
  readonly nodeCount: number;
  readonly rows: readonly (readonly Expression[])[];
  readonly columns: readonly (readonly Expression[])[];
}

/** A read takes one node of every row; a write takes that and one full row, so that it meets reads and writes. */
export function gridQuorums(request: ConstructionRequest): Construction {
  const { nodeCount, rows, columns } = gridOf(request, 'grid');
  const cover = allOf(rows.map(anyOf));
  return {
    nodeCount,
    reads: cover,
    writes: allOf([anyOf(rows.map(allOf)), cover]),
    formula: `${rows.length} rows of ${columns.length}: a read has ${rows.length} nodes, a write ${rows.length + columns.length - 1}`,
    reference: 'cheung1992',
    assumptions: ['Nodes fill the grid row by row. The paper has columns where this has rows.'],
  };
}

/** One full row and one full column. */
export function maekawaGrid(request: ConstructionRequest): Construction {
  const { nodeCount, rows, columns } = gridOf(request, 'maekawa_grid');
  const quorums = allOf([anyOf(rows.map(allOf)), anyOf(columns.map(allOf))]);
  return {
    nodeCount,
    reads: quorums,
    writes: quorums,
    formula: `a row of ${columns.length} and a column of ${rows.length}: ${rows.length + columns.length - 1} nodes`,
    reference: 'maekawa1985',
    assumptions: ['Nodes fill the grid row by row.'],
  };
}

function gridOf({ nodeCount: asked, shape }: ConstructionRequest, name: string): Grid {
  const given = shapeOf(shape, 2, '[rows, columns]');
  const example = `{"construction":"${name}","shape":[3,3]}`;
  const [height = 0, width = 0] = given ?? squarest(requiredNodeCount(asked, name, example));
  const nodeCount = agreedNodeCount(asked, height * width, `a grid of ${height} x ${width}`);
  const cell = (row: number, column: number): Expression => node(row * width + column);
  const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  return {
    nodeCount,
    rows: range(height).map((row) => range(width).map((column) => cell(row, column))),
    columns: range(width).map((column) => range(height).map((row) => cell(row, column))),
  };
}

/** The sides that are closest to each other; a prime has none but 1 and itself. */
function squarest(nodeCount: number): readonly [number, number] {
  const height = largestDivisorUpToRoot(nodeCount);
  if (height > 1 || nodeCount <= 3) return [height, nodeCount / height];
  const around = [nodeCount - 1, nodeCount + 1].map((count) => {
    const divisor = largestDivisorUpToRoot(count);
    return `${count} nodes (${divisor} x ${count / divisor})`;
  });
  return infeasible(`${nodeCount} nodes do not fill a grid`, 'node_count', nodeCount, around.join(' or '));
}

function largestDivisorUpToRoot(value: number): number {
  for (let divisor = Math.floor(Math.sqrt(value)); divisor > 1; divisor--) if (value % divisor === 0) return divisor;
  return 1;
}

/** shape: row sizes from the top. A quorum is one full row and one node of every row below it. */
export function crumblingWall({ nodeCount: asked, shape }: ConstructionRequest): Construction {
  const example = '{"construction":"crumbling_wall","shape":[1,2,3]}';
  const sizes = shape ?? triangle(requiredNodeCount(asked, 'crumbling_wall', example));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const nodeCount = agreedNodeCount(asked, total, `a wall with rows ${sizes.join(', ')}`);
  const quorums = wall(sizes);
  return {
    nodeCount,
    reads: quorums,
    writes: quorums,
    formula: `rows ${sizes.join(', ')}: one full row and one node of every row below`,
    reference: 'peleg1997',
    assumptions: ['Nodes fill the rows from the top.'],
  };
}

/** The hub and a spoke, or all of the rim. */
export function wheelQuorums(request: ConstructionRequest): Construction {
  const nodeCount = requiredNodeCount(request.nodeCount, 'wheel', '{"construction":"wheel","node_count":6}');
  if (nodeCount < 3)
    infeasible('a wheel has a hub and at least two on the rim', 'node_count', nodeCount, '3 nodes or more');
  const quorums = wall([1, nodeCount - 1]);
  return {
    nodeCount,
    reads: quorums,
    writes: quorums,
    formula: `the hub and one of ${nodeCount - 1}, or all ${nodeCount - 1} of the rim`,
    reference: 'holzman1997',
    assumptions: ['The first node is the hub.'],
  };
}

/** From the top: the rows so far have a quorum and this row adds one node, or this row is full. */
function wall(sizes: readonly number[]): Expression {
  let start = 0;
  let quorums: Expression | undefined;
  for (const size of sizes) {
    const row = leavesFrom(start, size);
    start += size;
    quorums = quorums === undefined ? allOf(row) : anyOf([allOf([quorums, anyOf(row)]), allOf(row)]);
  }
  return quorums ?? infeasible('a wall needs rows', 'shape', sizes, 'at least one row');
}

/** Rows 1, 2, 3, …; what is left widens the last. */
function triangle(nodeCount: number): readonly number[] {
  const rows: number[] = [];
  let left = nodeCount;
  while (left > rows.length) {
    rows.push(rows.length + 1);
    left -= rows.length;
  }
  const last = rows.length - 1;
  return rows.map((size, index) => (index === last ? size + left : size));
}
