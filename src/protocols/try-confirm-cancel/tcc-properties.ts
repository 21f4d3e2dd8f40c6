/**
 * What try-confirm-cancel promises.
 */
import type { AlwaysProperty, ClusterView, Complaint, Property } from '../property.ts';
import { stockOf } from './branch.ts';
import {
  type BranchState,
  type FenceRow,
  isOver,
  nameOf,
  OPENING_STOCK,
  type TccConfig,
  type TccState,
  type TccTransaction,
} from './tcc-types.ts';

export const ALL_OR_NONE = 'all branches confirm or all cancel';
export const OUTSIDE_CANCELLED = 'side effects of a failed Try are cancelled';
export const STOCK_ADDS_UP = 'stock adds up';
export const EVERY_TRANSACTION_ENDS = 'every transaction ends';

export function tccProperties(_config: TccConfig): readonly Property<TccState>[] {
  return [allOrNone, outsideCancelled, stockAddsUp, ended('confirmed'), ended('cancelled'), everyTransactionEnds];
}

function transactionsIn({ states }: ClusterView<TccState>): readonly TccTransaction[] {
  const last = states.at(-1);
  return last?.role === 'coordinator' ? last.transactions : [];
}

const allOrNone = aboutTransactions(
  ALL_OR_NONE,
  'When a transaction is over, every branch has confirmed it or none keeps a reservation; no two branches differ.',
  differs,
);

const outsideCancelled = aboutTransactions(
  OUTSIDE_CANCELLED,
  'When a transaction is cancelled, no branch has left an order for it outside.',
  isLeftOutside,
);

/** A property of each transaction by itself; its monitor looks only at those that a step has touched. */
function aboutTransactions(
  name: string,
  statement: string,
  judge: (transaction: TccTransaction, states: readonly TccState[]) => Complaint,
): AlwaysProperty<TccState> {
  return {
    kind: 'always',
    name,
    statement,
    source: 'helland2007',
    holds: (view) => firstOf(transactionsIn(view), (each) => judge(each, view.states)),
    monitor: () => ({
      changed: (_node, before, after, view) =>
        firstOf(transactionsIn(view), (each) =>
          isTouched(each, before, after) ? judge(each, view.states) : undefined,
        ),
    }),
  };
}

function firstOf<T>(list: readonly T[], judge: (each: T) => Complaint): Complaint {
  for (const each of list) {
    const complaint = judge(each);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function isTouched(transaction: TccTransaction, before: TccState | undefined, after: TccState): boolean {
  if (after.role === 'coordinator') return before?.role !== 'coordinator' || !before.transactions.includes(transaction);
  const { client } = transaction;
  return before?.role !== 'branch' || rowOf(before, client) !== rowOf(after, client) || before.orders !== after.orders;
}

function rowOf({ rows }: BranchState, client: number): FenceRow | undefined {
  return rows.find((each) => each.client === client);
}

/** A branch that has heard of the client's next transaction no longer tells. */
function differs(transaction: TccTransaction, states: readonly TccState[]): Complaint {
  const name = nameOf(transaction);
  let confirmedAt: number | undefined;
  let cancelledAt: number | undefined;
  for (const state of states) {
    const row = state.role === 'branch' ? rowOf(state, transaction.client) : undefined;
    if (row?.number !== transaction.number) continue;
    if (row.status === 'confirmed') confirmedAt = state.self;
    if (row.status === 'cancelled') cancelledAt = state.self;
    if (isOver(transaction) && isUnsettled(row, transaction))
      return `${name} is ${transaction.phase}, but n${state.self + 1} has it as ${row.status}`;
  }
  if (confirmedAt === undefined || cancelledAt === undefined) return undefined;
  return `${name} is confirmed at n${confirmedAt + 1} and cancelled at n${cancelledAt + 1}`;
}

function isUnsettled({ status }: FenceRow, { phase }: TccTransaction): boolean {
  return phase === 'confirmed' ? status !== 'confirmed' : status === 'tried' || status === 'confirmed';
}

function isLeftOutside(transaction: TccTransaction, states: readonly TccState[]): Complaint {
  const { phase, client, number } = transaction;
  if (phase !== 'cancelled') return undefined;
  for (const state of states) {
    if (state.role !== 'branch') continue;
    if (state.orders.some((order) => order.client === client && order.number === number))
      return `${nameOf(transaction)} is cancelled, but n${state.self + 1} has it ordered outside`;
  }
  return undefined;
}

const stockAddsUp: AlwaysProperty<TccState> = {
  kind: 'always',
  name: STOCK_ADDS_UP,
  statement:
    'Free, reserved and used units of an article stay as many as there were, and as many are reserved as Tries stand.',
  holds: ({ states }) => firstOf(states, (state) => (state.role === 'branch' ? miscounts(state) : undefined)),
  monitor: () => ({
    changed: (_node, _before, after) => (after.role === 'branch' ? miscounts(after) : undefined),
  }),
};

function miscounts(branch: BranchState): Complaint {
  for (let key = 0; key < branch.stocks.length; key++) {
    const { free, reserved, used } = stockOf(branch, key);
    let standing = 0;
    for (const row of branch.rows) if (row.key === key && row.status === 'tried') standing += 1;
    if (free + reserved + used !== OPENING_STOCK || reserved !== standing)
      return `n${branch.self + 1} has ${free} free, ${reserved} reserved and ${used} used of article ${key}, for ${standing} Tries`;
  }
  return undefined;
}

function ended(phase: 'confirmed' | 'cancelled'): Property<TccState> {
  return {
    kind: 'sometimes',
    name: `a transaction is ${phase}`,
    statement: `A transaction is ${phase}.`,
    reached: (view) => transactionsIn(view).some((transaction) => transaction.phase === phase),
  };
}

const everyTransactionEnds: Property<TccState> = {
  kind: 'eventually',
  name: EVERY_TRANSACTION_ENDS,
  statement: 'Once failures are repaired, every transaction that began is confirmed or cancelled.',
  holds: (view) => {
    const open = transactionsIn(view).filter((transaction) => !isOver(transaction));
    if (open.length === 0) return undefined;
    return open.map((each) => `${nameOf(each)} is still ${each.phase} after ${each.rounds} rounds`).join('; ');
  },
};
