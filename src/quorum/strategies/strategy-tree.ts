/**
 * A strategy's linear program over the branches of a duplicate-free expression instead of over its quorums.
 *
 * Let q be the probability that a branch is used. For a threshold "k of n branches", the probabilities q_i of the branches
 * are exactly those with q_1 + ... + q_n = k q and 0 <= q_i <= q: these inequalities describe the convex hull of the k-subsets
 * (the hypersimplex; the uniform case of J. Edmonds' matroid polytope theorem, 1970). Going down the tree gives a program with
 * one variable per branch, where listing quorums would take exponentially many; `strategy-spread.ts` turns the branches'
 * probabilities back into quorums.
 *
 * Branches that are alike (`strategy-symmetry.ts`) share one variable and one load row. A majority of 1,000 equal nodes becomes a
 * program with one choice. Linear in the tree. Does not handle votes or latency, which are not linear in the probabilities of branches.
 */
import { invariant } from '../../kernel/invariant.ts';
import type { Column, Entry, Row } from './linear-program.ts';
import type { Figures, Side } from './strategy-figures.ts';
import { type Contacts, contactColumn, type ProgramLayout } from './strategy-program.ts';
import type { Branches, ThresholdBranches, Tree } from './strategy-symmetry.ts';

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
  const columns = drafts.map(({ side, groups, size, extra }) => {
    const contacts: Contacts<T> = { side, groups: [...groups.keys()], amounts: [...groups.values()], size };
    return contactColumn(layout, figures, contacts, extra);
  });
  return { rows, columns, activations };
}
