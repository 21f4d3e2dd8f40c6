/**
 * A strategy's linear program over the branches of a duplicate-free expression instead of over its quorums.
 *
 * Let q be the probability that a branch is used. For a threshold "k of n branches", the probabilities q_i of the branches
 * are exactly those with q_1 + ... + q_n = k q and 0 <= q_i <= q: these inequalities describe the convex hull of the k-subsets
 * (the hypersimplex; the uniform case of J. Edmonds' matroid polytope theorem, 1970). Going down the tree gives a program with
 * one variable per branch, where listing quorums would take exponentially many; `strategy-spread.ts` turns the branches'
 * probabilities back into quorums.
 *
 * Branches that are alike (same shape, same capacities) can be swapped without changing the system, so some optimum uses
 * them equally: they share one variable and one load row. A majority of 1,000 equal nodes becomes a program with one choice.
 * Linear in the tree. Does not handle votes or latency, which are not linear in the probabilities of branches.
 */
import { invariant } from '../kernel/invariant.ts';
import { type Expression, isDuplicateFree, nodesOf } from './expression.ts';
import type { Column, Entry, Row } from './linear-program.ts';
import type { QuorumSystem } from './quorum-system.ts';
import type { Figures, Side } from './strategy-figures.ts';
import { type Contacts, contactColumn, type ProgramLayout } from './strategy-program.ts';

/** Alike branches of one side, taken together. */
export type Branches = LeafBranches | ThresholdBranches;

interface LeafBranches {
  readonly kind: 'node';
  readonly nodes: readonly number[];
}

interface ThresholdBranches {
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
      classes.set(number, [...(classes.get(number) ?? []), child]);
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

/** The probability of a branch: this many times the value of a variable. */
export interface Activation {
  readonly variable: number;
  readonly factor: number;
}

interface TreeProgram<T> {
  readonly rows: readonly Row<T>[];
  readonly columns: readonly Column<T>[];
  readonly activations: ReadonlyMap<Branches, Activation>;
}

interface Draft<T> {
  readonly side: Side;
  readonly groups: Map<number, T>;
  size: T;
  readonly extra: Entry<T>[];
}

/** Columns and extra rows for the trees; rows and variables are numbered from the ones that exist already. */
export function treeProgram<T>(
  trees: readonly Tree[],
  layout: ProgramLayout,
  figures: Figures<T>,
  firstVariable: number,
): TreeProgram<T> {
  const { field } = figures;
  const drafts: Draft<T>[] = [];
  const rows: Row<T>[] = [];
  const activations = new Map<Branches, Activation>();
  const groupOf = new Map(layout.groups.flatMap((nodes, group) => nodes.map((node) => [node, group] as const)));

  const newVariable = (side: Side): number =>
    drafts.push({ side, groups: new Map(), size: field.of(0), extra: [] }) - 1;
  const newRow = (sense: '<=' | '='): number => layout.rowCount + rows.push({ sense, bound: field.of(0) }) - 1;
  const tie = (variable: number, row: number, value: T): void => {
    drafts[variable]?.extra.push({ row, value });
  };
  const use = (branches: Branches, variable: number, factor: T): void => {
    activations.set(branches, { variable: firstVariable + variable, factor: field.toNumber(factor) });
    if (branches.kind === 'node') contact(branches.nodes, variable, factor);
    else if (branches.needed === branches.count || branches.classes.length === 1) useAlike(branches, variable, factor);
    else share(branches, variable, factor);
  };
  /** All branches are needed, or all are alike: they need no variables of their own. */
  const useAlike = ({ needed, count, classes }: ThresholdBranches, variable: number, factor: T): void => {
    const each = field.divide(field.multiply(factor, field.of(needed)), field.of(count));
    for (const { branches } of classes) use(branches, variable, each);
  };
  const contact = (nodes: readonly number[], variable: number, factor: T): void => {
    const draft = drafts[variable];
    const group = groupOf.get(nodes[0] ?? -1);
    invariant(draft !== undefined && group !== undefined, 'a contacted node belongs to a group');
    draft.groups.set(group, field.add(draft.groups.get(group) ?? field.of(0), factor));
    draft.size = field.add(draft.size, field.multiply(factor, field.of(nodes.length)));
  };
  /** q_1 + ... + q_n = k q, and q_i <= q where the sum does not imply it. */
  const share = ({ needed, classes }: ThresholdBranches, parent: number, factor: T): void => {
    const minus = (value: T): T => field.multiply(field.of(-1), value);
    const sum = newRow('=');
    tie(parent, sum, minus(field.multiply(factor, field.of(needed))));
    for (const { multiplicity, branches } of classes) {
      const variable = newVariable(drafts[parent]?.side ?? 'reads');
      tie(variable, sum, field.of(multiplicity));
      if (multiplicity < needed) {
        const atMost = newRow('<=');
        tie(variable, atMost, field.of(1));
        tie(parent, atMost, minus(factor));
      }
      use(branches, variable, field.of(1));
    }
  };

  for (const { side, root } of trees) {
    const variable = newVariable(side);
    tie(variable, layout.sideRow[side] ?? 0, field.of(1));
    use(root, variable, field.of(1));
  }
  const columns = drafts.map(({ extra, ...contacts }) =>
    contactColumn<T>(layout, figures, contacts satisfies Contacts<T>, extra),
  );
  return { rows, columns, activations };
}
