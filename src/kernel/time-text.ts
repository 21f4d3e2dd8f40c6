/**
 * Virtual times as text: milliseconds with as many decimals as still say something.
 */

/** `0.035 ms`, `4.25 ms`, `812.4 ms`, `12,400 ms`. */
export function timeText(us: number): string {
  return `${millisecondsText(us)} ms`;
}

export function millisecondsText(us: number): string {
  const ms = us / 1000;
  const scale = ms >= 100 ? 10 : ms >= 1 ? 100 : 1000;
  return grouped(Math.round(ms * scale) / scale);
}

/** Thousands apart by commas, whatever the locale. */
export function grouped(value: number): string {
  const [whole = '0', fraction] = String(value).split('.');
  const digits = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}
