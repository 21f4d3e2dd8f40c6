/**
 * A branch: tries, confirms and cancels, guarded by a fence table, since orders are lost, repeated and overtake each other.
 *
 * - Each order that was carried out already is only answered again (idempotence).
 * - A cancel that finds no row has nothing to undo and succeeds (empty rollback), but leaves a row, so that the Try that comes after it is
 *   refused (suspension).
 * - The row is on disk before Try begins. Were it part of Try's local transaction, a failing Try would roll it back, and the cancel would
 *   take what Try did outside for an empty rollback.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import {
  type BranchState,
  coordinatorOf,
  type FenceRow,
  OPENING_STOCK,
  type OutsideOrder,
  type Stock,
  type TccConfig,
  type TccDurable,
  type TccMessage,
  type TccOutput,
  type TccStep,
  type TransactionRef,
} from './tcc-types.ts';

export const UNTOUCHED: Stock = { free: OPENING_STOCK, reserved: 0, used: 0 };

export function startBranch(config: TccConfig, self: NodeIndex, durable: TccDurable | undefined): TccStep {
  const { stocks, rows, orders } = durable?.role === 'branch' ? durable : { stocks: [], rows: [], orders: [] };
  return { state: { config, self, role: 'branch', stocks, rows, orders }, outputs: NO_OUTPUTS };
}

export function branchMessage(state: BranchState, message: TccMessage): TccStep {
  if (!('transaction' in message)) return { state, outputs: NO_OUTPUTS };
  const { kind, transaction } = message;
  const newest = state.rows.find(({ client }) => client === transaction.client);
  // Of a transaction that was over before the client's newest began.
  if (newest !== undefined && newest.number > transaction.number) return { state, outputs: NO_OUTPUTS };
  const row = newest?.number === transaction.number ? newest : undefined;
  switch (kind) {
    case 'try':
      return onTry(state, transaction, row);
    case 'fenced':
      return row?.status === 'trying' ? act(state, transaction) : { state, outputs: NO_OUTPUTS };
    case 'confirm':
      return onConfirm(state, transaction, row);
    case 'cancel':
      return onCancel(state, transaction, row);
  }
}

function onTry(state: BranchState, transaction: TransactionRef, row: FenceRow | undefined): TccStep {
  const { config, self } = state;
  if (row?.status === 'tried' || row?.status === 'confirmed')
    return { state, outputs: [reply(config, transaction, 'tried')] };
  if (row !== undefined && row.status !== 'trying') return { state, outputs: [reply(config, transaction, 'failed')] };
  if (!config.fencesFirst) return act(state, transaction);
  const next = withRow(state, transaction, 'trying');
  return {
    state: next,
    outputs: [persisted(next), { kind: 'send', to: self, message: { kind: 'fenced', transaction } }],
  };
}

/** Orders outside, then reserves in a local transaction, or fails and rolls that back. */
function act(state: BranchState, transaction: TransactionRef): TccStep {
  const { config, self } = state;
  const ordered = withOrder(state, transaction);
  if (transaction.failsAt === self + 1) {
    const failed = config.fencesFirst ? withRow(ordered, transaction, 'failed') : ordered;
    return { state: failed, outputs: [persisted(failed), reply(config, transaction, 'failed')] };
  }
  const { free, reserved, used } = stockOf(state, transaction.key);
  const moved = withStock(ordered, transaction.key, { free: free - 1, reserved: reserved + 1, used });
  const tried = withRow(moved, transaction, 'tried');
  return { state: tried, outputs: [persisted(tried), reply(config, transaction, 'tried')] };
}

function onConfirm(state: BranchState, transaction: TransactionRef, row: FenceRow | undefined): TccStep {
  const { config } = state;
  if (row?.status === 'confirmed') return { state, outputs: [reply(config, transaction, 'confirmed')] };
  if (row?.status !== 'tried') return { state, outputs: NO_OUTPUTS };
  const { free, reserved, used } = stockOf(state, transaction.key);
  const moved = withStock(state, transaction.key, { free, reserved: reserved - 1, used: used + 1 });
  const next = withRow(moved, transaction, 'confirmed');
  return { state: next, outputs: [persisted(next), reply(config, transaction, 'confirmed')] };
}

function onCancel(state: BranchState, transaction: TransactionRef, row: FenceRow | undefined): TccStep {
  const { config } = state;
  if (row === undefined) return emptyRollback(state, transaction);
  if (row.status === 'cancelled' || row.status === 'suspended')
    return { state, outputs: [reply(config, transaction, 'cancelled')] };
  if (row.status === 'confirmed') return { state, outputs: NO_OUTPUTS };
  const { free, reserved, used } = stockOf(state, transaction.key);
  const isReserved = row.status === 'tried';
  const freed = isReserved
    ? withStock(state, transaction.key, { free: free + 1, reserved: reserved - 1, used })
    : state;
  const next = withRow(withoutOrder(freed, transaction), transaction, 'cancelled');
  return { state: next, outputs: [persisted(next), reply(config, transaction, 'cancelled')] };
}

function emptyRollback(state: BranchState, transaction: TransactionRef): TccStep {
  const { config } = state;
  if (!config.allowsEmptyRollback) return { state, outputs: NO_OUTPUTS };
  if (!config.suspends) return { state, outputs: [reply(config, transaction, 'cancelled')] };
  const next = withRow(state, transaction, 'suspended');
  return { state: next, outputs: [persisted(next), reply(config, transaction, 'cancelled')] };
}

export function stockOf({ stocks }: BranchState, key: number): Stock {
  return stocks[key] ?? UNTOUCHED;
}

function withStock(state: BranchState, key: number, stock: Stock): BranchState {
  const stocks = state.stocks.slice();
  while (stocks.length <= key) stocks.push(UNTOUCHED);
  stocks[key] = stock;
  return { ...state, stocks };
}

function withRow(
  state: BranchState,
  { client, number, key, failsAt }: TransactionRef,
  status: FenceRow['status'],
): BranchState {
  const rows = state.rows.filter((each) => each.client !== client);
  // What was ordered for a confirmed transaction is delivered by the time that the client's next one is here.
  const orders = state.orders.filter((each) => each.client !== client || each.number >= number || isOpen(state, each));
  return { ...state, rows: [...rows, { client, number, key, failsAt, status }], orders };
}

/** Ordered for a transaction that was not confirmed. */
function isOpen({ rows }: BranchState, { client, number }: OutsideOrder): boolean {
  return !rows.some((row) => row.client === client && row.number === number && row.status === 'confirmed');
}

function withOrder(state: BranchState, transaction: TransactionRef): BranchState {
  const { client, number } = transaction;
  return { ...state, orders: [...withoutOrder(state, transaction).orders, { client, number }] };
}

function withoutOrder(state: BranchState, { client, number }: TransactionRef): BranchState {
  return { ...state, orders: state.orders.filter((each) => each.client !== client || each.number !== number) };
}

function reply(
  config: TccConfig,
  { client, number }: TransactionRef,
  kind: 'tried' | 'failed' | 'confirmed' | 'cancelled',
): TccOutput {
  return { kind: 'send', to: coordinatorOf(config), message: { kind, client, number } };
}

function persisted({ stocks, rows, orders }: BranchState): TccOutput {
  return { kind: 'persist', durable: { role: 'branch', stocks, rows, orders } };
}
