/**
 * What try-confirm-cancel promises.
 */
import type { AlwaysProperty, ClusterView, Property } from '../property.ts';
import { stockOf } from './branch.ts';
import {
  type BranchState,
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

function branchesIn({ states }: ClusterView<TccState>): BranchState[] {
  return states.filter((state) => state.role === 'branch');
}

const allOrNone: AlwaysProperty<TccState> = {
  kind: 'always',
  name: ALL_OR_NONE,
  statement:
    'When a transaction is over, every branch has confirmed it or none keeps a reservation; no two branches differ.',
  source: 'helland2007',
  holds: (view) => {
    const branches = branchesIn(view);
    for (const transaction of transactionsIn(view)) {
      const told = branches.flatMap((branch) => statusAt(branch, transaction));
      const [confirmed, other] = [told.find(isConfirmed), told.find(({ status }) => status === 'cancelled')];
      if (confirmed !== undefined && other !== undefined)
        return `${nameOf(transaction)} is confirmed at n${confirmed.node + 1} and cancelled at n${other.node + 1}`;
      const wrong = isOver(transaction) ? told.find((each) => isUnsettled(each, transaction)) : undefined;
      if (wrong !== undefined)
        return `${nameOf(transaction)} is ${transaction.phase}, but n${wrong.node + 1} has it as ${wrong.status}`;
    }
    return undefined;
  },
};

interface Told {
  readonly node: number;
  readonly status: string;
}

/** A branch that has heard of the client's next transaction no longer tells. */
function statusAt({ rows, self }: BranchState, { client, number }: TccTransaction): Told[] {
  const row = rows.find((each) => each.client === client);
  return row?.number === number ? [{ node: self, status: row.status }] : [];
}

function isConfirmed({ status }: Told): boolean {
  return status === 'confirmed';
}

function isUnsettled(told: Told, { phase }: TccTransaction): boolean {
  return phase === 'confirmed' ? !isConfirmed(told) : told.status === 'tried' || isConfirmed(told);
}

const outsideCancelled: AlwaysProperty<TccState> = {
  kind: 'always',
  name: OUTSIDE_CANCELLED,
  statement: 'When a transaction is cancelled, no branch has left an order for it outside.',
  holds: (view) => {
    const branches = branchesIn(view);
    for (const transaction of transactionsIn(view)) {
      if (transaction.phase !== 'cancelled') continue;
      const { client, number } = transaction;
      const left = branches.find(({ orders }) =>
        orders.some((order) => order.client === client && order.number === number),
      );
      if (left !== undefined)
        return `${nameOf(transaction)} is cancelled, but n${left.self + 1} has it ordered outside`;
    }
    return undefined;
  },
};

const stockAddsUp: AlwaysProperty<TccState> = {
  kind: 'always',
  name: STOCK_ADDS_UP,
  statement:
    'Free, reserved and used units of an article stay as many as there were, and as many are reserved as Tries stand.',
  holds: (view) => {
    for (const branch of branchesIn(view)) {
      for (let key = 0; key < branch.stocks.length; key++) {
        const { free, reserved, used } = stockOf(branch, key);
        const standing = branch.rows.filter((row) => row.key === key && row.status === 'tried').length;
        if (free + reserved + used !== OPENING_STOCK || reserved !== standing)
          return `n${branch.self + 1} has ${free} free, ${reserved} reserved and ${used} used of article ${key}, for ${standing} Tries`;
      }
    }
    return undefined;
  },
};

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
