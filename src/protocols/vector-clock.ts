/**
 * Vector clocks: for each of those who count, how much of it is known (Parker et al., 1983; Mattern, 1989). Absent entries are zero.
 */

export type Clock = readonly number[];

export const NO_CLOCK: Clock = [];

/** The larger entry of each; `mine` itself when it holds all of `theirs`. */
export function joinClocks(mine: Clock, theirs: Clock): Clock {
  if (holdsClock(mine, theirs)) return mine;
  return Array.from({ length: Math.max(mine.length, theirs.length) }, (_, index) =>
    Math.max(mine[index] ?? 0, theirs[index] ?? 0),
  );
}

/** Whether each entry of `theirs` is in `mine`, or a larger one. */
export function holdsClock(mine: Clock, theirs: Clock): boolean {
  for (let index = 0; index < theirs.length; index++) if ((theirs[index] ?? 0) > (mine[index] ?? 0)) return false;
  return true;
}

/** The clock with one entry set. */
export function withEntry(clock: Clock, index: number, count: number): Clock {
  const next = clock.slice();
  while (next.length <= index) next.push(0);
  next[index] = count;
  return next;
}
