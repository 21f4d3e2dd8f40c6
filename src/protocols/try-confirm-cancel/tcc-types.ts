/**
 * What the coordinator and the branches of try-confirm-cancel know and say.
 *
 * Each transaction takes one unit of an article at every branch. Try moves it from the free to the reserved ones and orders it outside, which
 * no local rollback takes back; confirm uses it up; cancel frees it again and takes the order back. The coordinator runs one
 * transaction of a client at a time, so a branch need remember only the newest of each client.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Output, Step } from '../protocol.ts';

export interface TccConfig {
  readonly branches: number;
  readonly retryMs: number;
  /** Retry intervals after which a try that nobody answered counts as failed. */
  readonly tryRounds: number;
  readonly failureFraction: number;
  /** The fence row is written before Try begins, and not within its local transaction. */
  readonly fencesFirst: boolean;
  /** A cancel that finds no row writes one, so that a late Try is refused. */
  readonly suspends: boolean;
  readonly allowsEmptyRollback: boolean;
}

export const OPENING_STOCK = 100;

export interface TransactionRef {
  readonly client: number;
  readonly number: number;
  readonly key: number;
  /** 1-based branch whose Try fails after its outside effect; 0 for none. */
  readonly failsAt: number;
}

export interface TccTransaction extends TransactionRef {
  readonly phase: 'trying' | 'confirming' | 'cancelling' | 'confirmed' | 'cancelled';
  readonly rounds: number;
  /** Who answered in this phase, by branch. */
  readonly answered: readonly boolean[];
}

/** The row of the fence table, one for the newest transaction of each client. */
export interface FenceRow extends TransactionRef {
  readonly status:
    | 'trying'
    | 'tried'
    /** Try failed: nothing is reserved, but the outside may know of it. */
    | 'failed'
    | 'confirmed'
    | 'cancelled'
    /** Cancelled before it was tried. */
    | 'suspended';
}

export interface Stock {
  readonly free: number;
  readonly reserved: number;
  readonly used: number;
}

/** An order placed outside, by transaction. */
export interface OutsideOrder {
  readonly client: number;
  readonly number: number;
}

export interface CoordinatorState {
  readonly config: TccConfig;
  readonly self: NodeIndex;
  readonly role: 'coordinator';
  readonly isTicking: boolean;
  /** The newest of each client. */
  readonly transactions: readonly TccTransaction[];
}

export interface BranchState {
  readonly config: TccConfig;
  readonly self: NodeIndex;
  readonly role: 'branch';
  /** By key; those beyond the end are untouched. */
  readonly stocks: readonly Stock[];
  readonly rows: readonly FenceRow[];
  readonly orders: readonly OutsideOrder[];
}

export type TccState = CoordinatorState | BranchState;

export type TccMessage =
  | { readonly kind: 'try' | 'confirm' | 'cancel'; readonly transaction: TransactionRef }
  /** To itself: the fence row is on disk. */
  | { readonly kind: 'fenced'; readonly transaction: TransactionRef }
  | {
      readonly kind: 'tried' | 'failed' | 'confirmed' | 'cancelled';
      readonly client: number;
      readonly number: number;
    };

export type TccDurable =
  | { readonly role: 'coordinator'; readonly transactions: readonly TccTransaction[] }
  | {
      readonly role: 'branch';
      readonly stocks: readonly Stock[];
      readonly rows: readonly FenceRow[];
      readonly orders: readonly OutsideOrder[];
    };

export type TccOutput = Output<TccMessage, TccDurable>;
export type TccStep = Step<TccState, TccMessage, TccDurable>;

export function coordinatorOf({ branches }: TccConfig): NodeIndex {
  return branches;
}

export function isOver({ phase }: TccTransaction): boolean {
  return phase === 'confirmed' || phase === 'cancelled';
}

/** `T2.7`: the seventh of client 2. */
export function nameOf({ client, number }: OutsideOrder): string {
  return `T${client}.${number}`;
}
