/**
 * The name that was probably meant: the one with the smallest edit distance (insertions, deletions, replacements and swaps of
 * neighbours; optimal string alignment), if that is small for names of this length. O(names · length²).
 */

/** One slip in every three characters is still a slip. */
const CHARACTERS_PER_SLIP = 3;
const NAME_LENGTH_MAX = 64;

export function closestName(given: string, known: readonly string[]): string | undefined {
  if (given.length > NAME_LENGTH_MAX) return undefined;
  const slipsMax = Math.ceil(given.length / CHARACTERS_PER_SLIP);
  const [closest] = known
    .map((name) => ({ name, slips: editDistance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ slips }) => slips <= slipsMax)
    .sort((a, b) => a.slips - b.slips);
  return closest?.name;
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = isSwap(a, b, row, column) ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

function isSwap(a: string, b: string, row: number, column: number): boolean {
  return row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
}
