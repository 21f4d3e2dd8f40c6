/**
 * Which branches of a quorum system's expressions can be swapped without changing the system.
 *
 * Branches are alike if they have the same shape and the same capacities on every side at once. Some optimum of a strategy uses
 * alike branches equally (average any optimum over the swaps), so they can be taken together: a majority of 1,000 equal nodes
 * has one class. Only swaps of siblings are found. Linear in the tree.
 */
import { invariant } from '../../kernel/invariant.ts';
import { type Expression, isDuplicateFree, nodesOf } from '../expressions/expression.ts';
import type { QuorumSystem } from '../quorum-system.ts';
import type { Side } from './strategy-figures.ts';

/** Alike branches of one side, taken together. */
export type Branches = LeafBranches | ThresholdBranches;

interface LeafBranches {
  readonly kind: 'node';
  readonly nodes: readonly number[];
}

export interface ThresholdBranches {
  readonly kind: 'threshold';
  readonly needed: number;
  /** Children of one branch. */
  readonly count: number;
  readonly classes: readonly BranchClass[];
}

interface BranchClass {
  /** What makes branches alike. */
  readonly likeness: number;
  /** How many of these one parent has. */
  readonly multiplicity: number;
  readonly branches: Branches;
}

export interface Tree {
  readonly side: Side;
  readonly expression: Expression;
  readonly likeness: ReadonlyMap<Expression, number>;
  readonly root: Branches;
}

/** The trees of the sides given, with the symmetry they have in common if wanted; undefined when one is no plain tree. */
export function treesOf(
  sides: readonly { readonly side: Side; readonly expression: Expression }[],
  system: QuorumSystem,
  withSymmetry: boolean,
): readonly Tree[] | undefined {
  if (!sides.every(({ expression }) => isPlainTree(expression))) return undefined;
  const sorted = sides.map(({ side, expression }) => ({ side, expression: sortedByNode(expression) }));
  const likeness = new Map<Expression, number>();
  markAlike(
    sorted.map(({ expression }) => expression),
    system,
    withSymmetry,
    likeness,
  );
  return sorted.map(({ side, expression }) => ({
    side,
    expression,
    likeness,
    root: gather([expression], likeness),
  }));
}

/** The groups of nodes that are alike: those of the first tree, then nodes that only others mention. */
export function groupsOf(trees: readonly Tree[]): readonly (readonly number[])[] {
  const groups: (readonly number[])[] = [];
  const seen = new Set<number>();
  const visit = (branches: Branches): void => {
    if (branches.kind === 'threshold') {
      for (const part of branches.classes) visit(part.branches);
    } else if (!seen.has(branches.nodes[0] ?? -1)) {
      for (const node of branches.nodes) seen.add(node);
      groups.push(branches.nodes);
    }
  };
  for (const { root } of trees) visit(root);
  return groups;
}

/** No repeated nodes and no votes. */
export function isPlainTree(expression: Expression): boolean {
  return isDuplicateFree(expression) && !hasVotes(expression);
}

function hasVotes(expression: Expression): boolean {
  if (expression.kind === 'node') return false;
  return expression.votes !== undefined || expression.children.some(hasVotes);
}

/** Children in the order of their first node, so that two sides over the same nodes can be laid side by side. */
function sortedByNode(expression: Expression): Expression {
  if (expression.kind === 'node') return { ...expression };
  const keyed = expression.children.map((child) => ({ child: sortedByNode(child), first: nodesOf(child)[0] ?? 0 }));
  return { ...expression, children: keyed.sort((a, b) => a.first - b.first).map(({ child }) => child) };
}

/**
 * Numbers the branches so that equal numbers mean alike on every side at once. Sides that do not have the same shape get
 * no symmetry: what is alike on one side alone need not be interchangeable.
 */
function markAlike(
  sides: readonly Expression[],
  system: QuorumSystem,
  withSymmetry: boolean,
  likeness: Map<Expression, number>,
): void {
  const isAligned = withSymmetry && sides.every((side) => haveSameShape(side, sides[0] ?? side));
  const numbers = new Map<string, number>();
  const numberOf = (key: string): number => {
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
  const mark = (position: readonly Expression[]): number => {
    const [first] = position;
    invariant(first !== undefined, 'a position exists on some side');
    const number = numberOf(isAligned ? keyOf(position, first) : `unlike ${numbers.size}`);
    for (const branch of position) likeness.set(branch, number);
    return number;
  };
  const keyOf = (position: readonly Expression[], first: Expression): string => {
    if (first.kind === 'node') {
      const { readCapacity, writeCapacity } = system.nodes[first.node] ?? { readCapacity: 0, writeCapacity: 0 };
      return `node ${readCapacity} ${writeCapacity}`;
    }
    const needed = position.map((branch) => (branch.kind === 'threshold' ? branch.needed : 1));
    const children = first.children.map((_, index) => mark(position.map((branch) => childOf(branch, index))));
    return `needs ${needed.join(' ')} of ${children.sort((a, b) => a - b).join(' ')}`;
  };
  if (isAligned) mark(sides);
  else for (const side of sides) forEachBranch(side, (branch) => mark([branch]));
}

function haveSameShape(a: Expression, b: Expression): boolean {
  if (a.kind === 'node' || b.kind === 'node') return a.kind === 'node' && b.kind === 'node' && a.node === b.node;
  const { children } = b;
  return (
    a.children.length === children.length && a.children.every((child, i) => haveSameShape(child, children[i] ?? child))
  );
}

function forEachBranch(expression: Expression, visit: (branch: Expression) => void): void {
  visit(expression);
  if (expression.kind === 'threshold') for (const child of expression.children) forEachBranch(child, visit);
}

function childOf(branch: Expression, index: number): Expression {
  const child = branch.kind === 'threshold' ? branch.children[index] : undefined;
  invariant(child !== undefined, 'sides of the same shape have the same children');
  return child;
}

/** Children of all these alike branches, class by class. */
function gather(alike: readonly Expression[], likeness: ReadonlyMap<Expression, number>): Branches {
  const [first] = alike;
  invariant(first !== undefined, 'a class has a member');
  if (first.kind === 'node') {
    return { kind: 'node', nodes: alike.flatMap((branch) => (branch.kind === 'node' ? [branch.node] : [])) };
  }
  const classes = new Map<number, Expression[]>();
  for (const branch of alike) {
    for (const child of branch.kind === 'threshold' ? branch.children : []) {
      const number = likeness.get(child) ?? -1;
      const members = classes.get(number);
      if (members === undefined) classes.set(number, [child]);
      else members.push(child);
    }
  }
  return {
    kind: 'threshold',
    needed: first.needed,
    count: first.children.length,
    classes: [...classes].map(([number, members]) => ({
      likeness: number,
      multiplicity: members.length / alike.length,
      branches: gather(members, likeness),
    })),
  };
}
