/**
 * Keys of a workload: uniform, or by Zipf's law (key k with weight 1/(k+1)^s), by inverting the cumulative weights.
 */
import type { Prng } from '../../kernel/prng.ts';

export function keySampler(keys: number, zipf: number): (draw: Prng) => number {
  if (zipf === 0) return (draw) => draw.nextInt(keys);
  const cumulative: number[] = [];
  let total = 0;
  for (let key = 0; key < keys; key++) {
    total += (key + 1) ** -zipf;
    cumulative.push(total);
  }
  return (draw) => {
    const at = draw.nextFloat() * total;
    const key = cumulative.findIndex((each) => at < each);
    return key === -1 ? keys - 1 : key;
  };
}
