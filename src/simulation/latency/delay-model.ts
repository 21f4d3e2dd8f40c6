/**
 * One-way delays of messages, in whole microseconds, drawn from a link's own stream. At most two draws a message and no allocation:
 * this is called for every message.
 */
import type { Prng } from '../../kernel/prng.ts';
import type { Milliseconds } from '../../kernel/units.ts';

export interface DelayModel {
  /** The delay of one message on the link, in whole microseconds. */
  sampleUs(from: number, to: number, draw: Prng): number;
}

const US_PER_MS = 1000;
/** Draws further out than this from the centre are cut off, so that a delay stays a delay. */
const DEVIATIONS_MAX = 6;

export function constantDelay(ms: Milliseconds): DelayModel {
  const us = Math.round(ms * US_PER_MS);
  return { sampleUs: () => us };
}

export function uniformDelay(minMs: Milliseconds, maxMs: Milliseconds): DelayModel {
  const minUs = Math.round(minMs * US_PER_MS);
  const scale = ((maxMs - minMs) * US_PER_MS) / 0x100000000;
  return { sampleUs: (_from, _to, draw) => minUs + Math.round(draw.nextUint32() * scale) };
}

/** `minMs` and, on top of it, an exponential of that mean. */
export function exponentialDelay(minMs: Milliseconds, meanAboveMs: Milliseconds): DelayModel {
  const minUs = minMs * US_PER_MS;
  const meanUs = meanAboveMs * US_PER_MS;
  return { sampleUs: (_from, _to, draw) => Math.round(minUs - meanUs * Math.log(1 - draw.nextFloat())) };
}

/** Never below `floorMs`. */
export function normalDelay(meanMs: Milliseconds, deviationMs: Milliseconds, floorMs: Milliseconds = 0): DelayModel {
  return {
    sampleUs: (_from, _to, draw) =>
      Math.round(Math.max(floorMs, meanMs + deviationMs * standardNormal(draw)) * US_PER_MS),
  };
}

export function lognormalDelay(medianMs: Milliseconds, sigma: number): DelayModel {
  return { sampleUs: (_from, _to, draw) => Math.round(medianMs * Math.exp(sigma * standardNormal(draw)) * US_PER_MS) };
}

/** Half a round-trip time for each pair: `oneWayMs[from][to]`, constant. */
export function matrixDelay(oneWayMs: readonly (readonly Milliseconds[])[]): DelayModel {
  const us = oneWayMs.map((row) => row.map((ms) => Math.round(ms * US_PER_MS)));
  return { sampleUs: (from, to) => us[from]?.[to] ?? 0 };
}

/** G. Box, M. Muller, "A Note on the Generation of Random Normal Deviates", Ann. Math. Statist. 29(2), 1958. */
function standardNormal(draw: Prng): number {
  const radius = Math.sqrt(-2 * Math.log(1 - draw.nextFloat()));
  return Math.max(-DEVIATIONS_MAX, Math.min(DEVIATIONS_MAX, radius * Math.cos(2 * Math.PI * draw.nextFloat())));
}
