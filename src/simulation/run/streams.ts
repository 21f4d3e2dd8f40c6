/**
 * One random stream per purpose: a node's timers, its disk, a link, a client, the faults. A draw more for one purpose never
 * shifts the draws of another, so that leaving out one fault or operation leaves the rest of a run as it was.
 *
 * Streams are made by the dozen for runs that last a millisecond, so they are derived by integer mixing (the finaliser of MurmurHash3, A. Appleby)
 * and not by name.
 */
import { type Prng, prngFromState } from '../../kernel/prng.ts';
import type { Seed } from '../../kernel/units.ts';

export const PURPOSES = {
  node: 1,
  disk: 2,
  link: 3,
  client: 4,
  faults: 5,
  workload: 6,
  clientLink: 7,
  loss: 8,
} as const;

export type Purpose = keyof typeof PURPOSES;

/** The stream of one purpose; `index` tells nodes, links and clients apart. */
export function streamOf(seed: Seed, purpose: Purpose, index = 0): Prng {
  const low = seed >>> 0;
  const high = Math.floor(seed / 0x100000000) >>> 0;
  const base = mix(
    mix(low ^ 0x9e3779b9) ^ mix(high + Math.imul(PURPOSES[purpose], 0x85ebca6b)) ^ mix(index + 0x27d4eb2f),
  );
  const second = mix(base ^ low ^ Math.imul(index + 1, 0xc2b2ae35));
  return prngFromState([base, second, mix(base + second), mix(second ^ 0x165667b1) | 1]);
}

function mix(word: number): number {
  let mixed = word >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
