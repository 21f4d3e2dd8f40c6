/**
 * The linear program of a strategy, whatever its variables are.
 *
 * Rows: each side's probabilities sum to one; the limits; and for every read fraction k and group of nodes,
 * load of a node of the group - l_k <= 0. Columns: first one load variable l_k per read fraction, not bounded above (a load
 * may exceed 1: three nodes of capacity 1/2 in a majority have 4/3), then whatever stands for contacting nodes: single
 * quorums (`strategy-model.ts`) or the branches of the expression (`strategy-tree.ts`).
 * M. Naor, A. Wool, "The Load, Capacity, and Availability of Quorum Systems", SIAM J. Comput. 27(2), 1998, section 3.
 */
import type { Column, Entry, Row } from './linear-program.ts';
import type { Figures, Side } from './strategy-figures.ts';
import type { Objective } from './strategy-problem.ts';

export interface ProgramLayout {
  readonly objective: Objective;
  readonly fractions: number;
  /** Nodes that are alike share one load row, that of their first. */
  readonly groups: readonly (readonly number[])[];
  readonly sideRow: Readonly<Partial<Record<Side, number>>>;
  readonly loadLimitRow: number | undefined;
  readonly networkLimitRow: number | undefined;
  readonly latencyLimitRow: number | undefined;
  /** First of the load rows; undefined when load is neither minimised nor limited. */
  readonly loadRows: number | undefined;
  readonly rowCount: number;
}

export interface LayoutNeeds {
  readonly objective: Objective;
  readonly sides: readonly Side[];
  readonly limits: Readonly<Record<Objective, boolean>>;
  readonly fractions: number;
  readonly groups: readonly (readonly number[])[];
}

/** What a variable of the program stands for: contacts of one side, per unit of its value. */
export interface Contacts<T> {
  readonly side: Side;
  readonly groups: readonly number[];
  /** By entry of `groups`: how often each node of the group is contacted. */
  readonly amounts: readonly T[];
  /** Nodes contacted. */
  readonly size: T;
  readonly latency?: T;
}

export function layoutOf({ objective, sides, limits, fractions, groups }: LayoutNeeds): ProgramLayout {
  let rows = 0;
  const next = (isNeeded: boolean, count = 1): number | undefined => {
    if (!isNeeded) return undefined;
    rows += count;
    return rows - count;
  };
  const reads = next(sides.includes('reads'));
  const writes = next(sides.includes('writes'));
  const layout = {
    objective,
    fractions,
    groups,
    sideRow: { ...(reads === undefined ? {} : { reads }), ...(writes === undefined ? {} : { writes }) },
    loadLimitRow: next(limits.load),
    networkLimitRow: next(limits.network),
    latencyLimitRow: next(limits.latency),
    loadRows: next(limits.load || objective === 'load', fractions * groups.length),
  };
  return { ...layout, rowCount: rows };
}

export function rowsOf<T>(layout: ProgramLayout, figures: Figures<T>): Row<T>[] {
  const zero = figures.field.of(0);
  const rows: Row<T>[] = Array.from({ length: layout.rowCount }, () => ({ sense: '<=', bound: zero }));
  for (const row of Object.values(layout.sideRow)) rows[row] = { sense: '=', bound: figures.field.of(1) };
  const limit = (row: number | undefined, bound: T | undefined): void => {
    if (row !== undefined && bound !== undefined) rows[row] = { sense: '<=', bound };
  };
  limit(layout.loadLimitRow, figures.loadLimit);
  limit(layout.networkLimitRow, figures.networkLimit);
  limit(layout.latencyLimitRow, figures.latencyLimit);
  return rows;
}

/** The variables l_k. */
export function loadColumns<T>(layout: ProgramLayout, figures: Figures<T>): Column<T>[] {
  const { loadRows, loadLimitRow, groups } = layout;
  if (loadRows === undefined) return [];
  const minusOne = figures.field.of(-1);
  return figures.shares.map((share, k) => ({
    cost: layout.objective === 'load' ? share : figures.field.of(0),
    entries: [
      ...(loadLimitRow === undefined ? [] : [{ row: loadLimitRow, value: share }]),
      ...groups.map((_, group) => ({ row: loadRows + k * groups.length + group, value: minusOne })),
    ],
  }));
}

/** A variable that contacts nodes; `extra` entries tie it to others. */
export function contactColumn<T>(
  layout: ProgramLayout,
  figures: Figures<T>,
  { side, groups, amounts, size, latency }: Contacts<T>,
  extra: readonly Entry<T>[] = [],
): Column<T> {
  const { field } = figures;
  const share = figures.sideShare[side];
  const network = field.multiply(share, size);
  const mean = latency === undefined ? field.of(0) : field.multiply(share, latency);
  const entries = [...extra];
  const put = (row: number | undefined, value: T): void => {
    if (row !== undefined && !field.isZero(value)) entries.push({ row, value });
  };
  put(layout.networkLimitRow, network);
  put(layout.latencyLimitRow, mean);
  if (layout.loadRows !== undefined) {
    for (let k = 0; k < layout.fractions; k++) {
      const first = layout.loadRows + k * layout.groups.length;
      groups.forEach((group, at) => {
        const load = figures.contactLoad(side, k, layout.groups[group]?.[0] ?? 0);
        put(first + group, field.multiply(load, amounts[at] ?? field.of(0)));
      });
    }
  }
  const cost = layout.objective === 'network' ? network : layout.objective === 'latency' ? mean : field.of(0);
  return { cost, entries };
}
