/**
 * Transactions as sources write them: a list of reads, writes and appends. The verbs `read` and `write` become `r` and `w`.
 */
import type { Value } from '../history.ts';

const VERBS: Readonly<Record<string, 'r' | 'w' | 'append'>> = {
  r: 'r',
  read: 'r',
  w: 'w',
  write: 'w',
  append: 'append',
};

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether the value is a list of micro-operations with at least one in it. */
export function isTransaction(value: Value): value is readonly Value[] {
  return isList(value) && value.length > 0 && value.every(isMicroOperation);
}

function isMicroOperation(value: Value): boolean {
  if (!isList(value) || value.length < 2 || value.length > 3) return false;
  const [verb] = value;
  return typeof verb === 'string' && Object.hasOwn(VERBS, verb);
}

/** The micro-operations in their one spelling, each with three members. */
export function normalTransaction(transaction: readonly Value[]): Value {
  return transaction.every(isNormal) ? transaction : transaction.map(normalMicroOperation);
}

function isNormal(micro: Value): boolean {
  return isList(micro) && micro.length === 3 && micro[0] !== 'read' && micro[0] !== 'write';
}

function normalMicroOperation(micro: Value): Value {
  if (!isList(micro)) return micro;
  const [verb, key = null, value = null] = micro;
  return [typeof verb === 'string' ? (VERBS[verb] ?? verb) : null, key, value];
}

/** Whether a completion may be that of the transaction: same verbs and keys, and same values except of reads. */
export function completesTransaction(invoked: readonly Value[], completed: readonly Value[]): boolean {
  return (
    invoked.length === completed.length &&
    invoked.every((micro, index) => {
      const other = completed[index];
      if (!isList(micro) || !isList(other)) return false;
      return sameText(micro.slice(0, 2), other.slice(0, 2)) && (micro[0] === 'r' || sameText(micro[2], other[2]));
    })
  );
}

export function sameText(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
