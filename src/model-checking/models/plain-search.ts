/**
 * The simplest explorer there is, for tests to compare with: a breadth-first search in which a state is the JSON that describes it. It
 * knows nothing of words, hashes or codes of actions beyond what a system tells people. A description that leaves out part of the state therefore shows as
 * a count that is too low.
 */
import { invariant } from '../../kernel/invariant.ts';
import { Successors } from '../successors.ts';
import type { StateDescription, SystemProperty, TransitionSystem } from '../transition-system.ts';

export interface PlainFindings {
  readonly unique: number;
  readonly generated: number;
  /** States on the longest of the shortest paths; the initial state counts. */
  readonly depth: number;
  /** Of each `always` property that is broken, the steps of a shortest path that breaks it. */
  readonly violations: Readonly<Record<string, number>>;
  readonly reached: ReadonlySet<string>;
}

export interface PlainOptions {
  /** What stands for a state: two states with the same key are one. Standard is the description as it is. */
  readonly keyOf?: (state: StateDescription) => unknown;
  readonly stopsAtViolation?: boolean;
}

export function searchPlainly(system: TransitionSystem, options: PlainOptions = {}): PlainFindings {
  const { keyOf = (state) => state, stopsAtViolation = false } = options;
  const seen = new Set<string>();
  const violations: Record<string, number> = {};
  const reached = new Set<string>();
  let generated = 0;
  let depth = 0;
  let level = rowsOf(system, undefined);
  while (level.length > 0 && !(stopsAtViolation && Object.keys(violations).length > 0)) {
    generated += level.length;
    const news: Int32Array[] = [];
    for (const words of level) {
      if (system.isWithinBoundary?.(words, 0) === false) continue;
      system.canonicalise?.(words, 0);
      const key = JSON.stringify(keyOf(system.describeState(words, 0)));
      if (seen.has(key)) continue;
      seen.add(key);
      news.push(words);
      for (const property of system.properties) {
        if (property.kind === 'sometimes' && property.reached(words, 0)) reached.add(property.name);
        if (isBroken(property, words)) violations[property.name] ??= depth;
      }
    }
    if (news.length > 0) depth += 1;
    level = news.flatMap((words) => rowsOf(system, words));
  }
  return { unique: seen.size, generated, depth, violations, reached };
}

/** The state after actions that are told by their texts, from the first initial state of which `startsIn` is true. */
export function stateAfter(
  system: TransitionSystem,
  texts: readonly string[],
  startsIn: (state: StateDescription) => boolean = () => true,
): Int32Array {
  let words = rowsOf(system, undefined).find((row) => startsIn(system.describeState(row, 0)));
  for (const text of texts) {
    invariant(words !== undefined, 'there is a state to act in');
    words = successorBy(system, words, text);
  }
  invariant(words !== undefined, 'there is such an initial state');
  return words;
}

function successorBy(system: TransitionSystem, words: Int32Array, text: string): Int32Array {
  const into = new Successors(system.width);
  system.expand(words, 0, into);
  const actions = [...into.actions.subarray(0, into.count)];
  const told = actions.map((action) => system.describeAction(words, 0, action).text);
  const row = told.indexOf(text);
  invariant(row !== -1, `${text} is one of: ${told.join('; ')}`);
  return into.words.slice(row * system.width, (row + 1) * system.width);
}

function isBroken(property: SystemProperty, words: Int32Array): boolean {
  return property.kind === 'always' && !property.holds(words, 0);
}

function rowsOf(system: TransitionSystem, words: Int32Array | undefined): Int32Array[] {
  const into = new Successors(system.width);
  if (words === undefined) system.initial(into);
  else system.expand(words, 0, into);
  return Array.from({ length: into.count }, (_, row) => into.words.slice(row * system.width, (row + 1) * system.width));
}
