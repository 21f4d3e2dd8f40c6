/**
 * Numbers as they stand in sentences.
 */

/** At most six significant digits, without trailing zeros. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Enough digits that the distance from one is visible: 0.99999, not 1.0. */
export function formatProbability(value: number): string {
  const nines = value >= 1 || value <= 0 ? 0 : Math.max(0, Math.floor(-Math.log10(1 - value)));
  return String(Number(value.toFixed(Math.min(15, nines + 4))));
}

const VISIBLE_UNAVAILABILITY = 1e-12;

/** An availability, or how little is missing where the digits would only be nines. */
export function formatAvailability(value: number, unavailability: number): string {
  const hidden = unavailability > 0 && unavailability < VISIBLE_UNAVAILABILITY;
  return hidden ? `1 - ${unavailability.toExponential(1)}` : formatProbability(value);
}

/** A probability in percent. */
export function formatPercent(value: number): string {
  return `${Number((100 * Number(formatProbability(value))).toPrecision(15))}%`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
