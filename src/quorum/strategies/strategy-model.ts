/**
 * Decides what the variables of a strategy's linear program stand for, side by side, and writes the program down.
 *
 * A plain tree without latency is taken by its branches (`strategy-tree.ts`). Everything else (repeated nodes, votes,
 * latency, f-resilient sets) is taken set by set: all of them where they can be listed, otherwise generated as needed
 * (`strategy-generation.ts`).
 */

import { nodesOf } from '../expressions/expression.ts';
import type { Column, LinearProgram } from './linear-program.ts';
import { type ContactsOptions, listSets, type SideContacts } from './strategy-contacts.ts';
import type { Figures, Side, WorkloadShare } from './strategy-figures.ts';
import type { StrategyGoal } from './strategy-problem.ts';
import { type Contacts, contactColumn, layoutOf, loadColumns, type ProgramLayout, rowsOf } from './strategy-program.ts';
import type { ContactSet } from './strategy-resilient-sets.ts';
import { type Branches, groupsOf, type Tree, treesOf } from './strategy-symmetry.ts';
import { type Activation, treeProgram } from './strategy-tree.ts';

export type UsedSides = Readonly<Partial<Record<Side, SideContacts>>>;

export interface StrategyModel {
  readonly layout: ProgramLayout;
  readonly trees: readonly Tree[];
  /** Sides taken set by set, and whether those are all sets. */
  readonly listed: readonly ListedSide[];
  readonly byLatency: boolean;
}

export interface ListedSide {
  readonly side: Side;
  readonly contacts: SideContacts;
  readonly sets: readonly ContactSet[];
  readonly isComplete: boolean;
}

/** A program and which of its variables stand for what: load variables, then branches, then sets side by side. */
export interface WrittenProgram<T> {
  readonly program: LinearProgram<T>;
  readonly activations: ReadonlyMap<Branches, Activation>;
  readonly firstSetVariable: number;
}

export function modelOf(
  goal: StrategyGoal,
  sides: UsedSides,
  shares: readonly WorkloadShare[],
  options: ContactsOptions,
): StrategyModel {
  const used = (['reads', 'writes'] as const).flatMap((side) => {
    const contacts = sides[side];
    return contacts === undefined ? [] : [{ side, contacts }];
  });
  const trees = options.byLatency ? [] : plainTrees(used, options);
  const listed = used
    .filter(({ side }) => !trees.some((tree) => tree.side === side))
    .map(({ side, contacts }) => ({ side, contacts, ...setsOf(contacts, options) }));
  const mentioned = nodesOfSides(used);
  const layout = layoutOf({
    objective: goal.optimize,
    sides: used.map(({ side }) => side),
    limits: {
      load: goal.loadLimit !== undefined,
      network: goal.networkLimit !== undefined,
      latency: goal.latencyLimitMs !== undefined,
    },
    fractions: shares.length,
    // With sets on one side, swapping nodes that are alike in the other side's tree need not leave the system the same.
    groups: listed.length === 0 ? groupsOf(trees) : mentioned.map((node) => [node]),
  });
  return { layout, trees, listed, byLatency: options.byLatency };
}

type UsedSide = { readonly side: Side; readonly contacts: SideContacts };

/** The trees of both sides with their common symmetry, or of one side without any. */
function plainTrees(used: readonly UsedSide[], { system }: ContactsOptions): readonly Tree[] {
  const sides = used.flatMap(({ side, contacts: { expression } }) =>
    expression === undefined ? [] : [{ side, expression }],
  );
  const together = sides.length === used.length ? treesOf(sides, system, true) : undefined;
  return together ?? sides.flatMap((side) => treesOf([side], system, false) ?? []);
}

/** All sets, or a cheapest one to start generating from. */
function setsOf(contacts: SideContacts, options: ContactsOptions): Pick<ListedSide, 'sets' | 'isComplete'> {
  const sets = listSets(contacts, options);
  return sets === undefined ? { sets: [], isComplete: false } : { sets, isComplete: true };
}

function nodesOfSides(used: readonly UsedSide[]): readonly number[] {
  const nodes = used.flatMap(({ contacts: { quorums } }) => nodesOf(quorums));
  return [...new Set(nodes)].sort((a, b) => a - b);
}

export function writeProgram<T>(model: StrategyModel, figures: Figures<T>): WrittenProgram<T> {
  const { layout, trees, listed } = model;
  const loads = loadColumns(layout, figures);
  const branches = treeProgram(trees, layout, figures, loads.length);
  const toColumn = setColumnWriter(model, figures);
  const sets = listed.flatMap(({ side, sets: members }) => members.map((set) => toColumn(side, set)));
  return {
    program: {
      rows: [...rowsOf(layout, figures), ...branches.rows],
      columns: [...loads, ...branches.columns, ...sets],
    },
    activations: branches.activations,
    firstSetVariable: loads.length + branches.columns.length,
  };
}

/** Writes the column of a contact set. */
export function setColumnWriter<T>(
  { layout, byLatency }: StrategyModel,
  figures: Figures<T>,
): (side: Side, set: ContactSet) => Column<T> {
  const { field } = figures;
  const groupOf = new Map(layout.groups.flatMap((nodes, group) => nodes.map((node) => [node, group] as const)));
  return (side, { nodes, latencyMs }) => {
    const contacts: Contacts<T> = {
      side,
      groups: nodes.map((node) => groupOf.get(node) ?? 0),
      amounts: nodes.map(() => field.of(1)),
      size: field.of(nodes.length),
      ...(byLatency ? { latency: figures.latency(latencyMs) } : {}),
    };
    return contactColumn(layout, figures, contacts, [{ row: layout.sideRow[side] ?? 0, value: field.of(1) }]);
  };
}
