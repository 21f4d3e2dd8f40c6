/**
 * What a numeral of EDN or JSON is as a value. An integer beyond 2^53 stays its digits, since rounding would make different values equal; so does what no
 * finite number is.
 */
import type { Value } from '../history.ts';

const INTEGER = /^[+-]?\d+N?$/;
const DECIMAL = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?M?$/;
const RATIO = /^([+-]?\d+)\/(\d+)$/;
const JSON_NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

export function numberOf(token: string, isEdn: boolean): Value | undefined {
  if (!isEdn && !JSON_NUMBER.test(token)) return undefined;
  if (INTEGER.test(token)) {
    const digits = token.replace(/^\+|N$/g, '');
    const integer = Number(digits);
    return Number.isSafeInteger(integer) ? integer + 0 : digits;
  }
  const ratio = RATIO.exec(token);
  const number = ratio === null ? decimalOf(token) : Number(ratio[1]) / Number(ratio[2]);
  return number === undefined || Number.isFinite(number) ? number : token;
}

function decimalOf(token: string): number | undefined {
  return DECIMAL.test(token) ? Number(token.replace('M', '')) : undefined;
}
