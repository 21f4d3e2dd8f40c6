/**
 * Names of nodes, and their numbers in a system: known beforehand, or collected from expressions as they are read.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';

const COLLECTED_NAMES_MAX = 1_000;

export interface NodeNames {
  /** The node's index; undefined when there is none of that name. */
  readonly indexOf: (name: string) => number | undefined;
  readonly names: readonly string[];
}

export function knownNames(ids: readonly string[]): NodeNames {
  const indices = new Map(ids.map((id, index) => [id, index]));
  return { indexOf: (name) => indices.get(name), names: ids };
}

/** Gives every new name the next number: for input that lists no nodes. */
export function collectedNames(): NodeNames {
  const indices = new Map<string, number>();
  const names: string[] = [];
  const add = (name: string): number => {
    if (names.length === COLLECTED_NAMES_MAX) failOnTooManyNames(name);
    indices.set(name, names.length);
    return names.push(name) - 1;
  };
  return { indexOf: (name) => indices.get(name) ?? add(name), names };
}

/** The name nearest to `name` by edit distance, if it is near enough to be a slip. */
export function closestName(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.floor(name.length / 3) + 2;
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance, row by row. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line++) {
    const next = [line];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

function failOnTooManyNames(name: string): never {
  return fail('input/too_large', {
    message: `the expressions name more than ${COLLECTED_NAMES_MAX} nodes`,
    received: renderReceived(name),
    expected: `at most ${COLLECTED_NAMES_MAX} nodes`,
    nextStep: 'Use fewer nodes.',
  });
}
