/**
 * Sets of a few servers as the bits of a number.
 */

/** How many are in the set: pairs of bits are added side by side, then fours, then bytes, which a multiplication adds up. */
export function sizeOf(set: number): number {
  let sums = set - ((set >>> 1) & 0x55555555);
  sums = (sums & 0x33333333) + ((sums >>> 2) & 0x33333333);
  return Math.imul((sums + (sums >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The least server of a set that is not empty. */
export function firstOf(set: number): number {
  return 31 - Math.clz32(set & -set);
}

export function has(set: number, server: number): boolean {
  return (set & (1 << server)) !== 0;
}

/** All majorities within a set of members. */
export function majoritiesOf(members: number): readonly number[] {
  const majorities: number[] = [];
  for (let set = 1; set <= members; set++)
    if ((set & ~members) === 0 && 2 * sizeOf(set) > sizeOf(members)) majorities.push(set);
  return majorities;
}

/** `n1, n3` for the names that a server of each number has. */
export function namesOf(set: number, nameOf: (server: number) => string): readonly string[] {
  const names: string[] = [];
  for (let rest = set; rest !== 0; rest &= rest - 1) names.push(nameOf(firstOf(rest)));
  return names;
}
