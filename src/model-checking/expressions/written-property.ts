/**
 * A property that a user wrote, as one that an explorer judges: it sees states as they are described to people.
 */
import type { SystemProperty, TransitionSystem } from '../transition-system.ts';
import { compileProperty } from './compile-invariant.ts';

/** Fails where the text says nothing that can be judged in the states of this system. */
export function writtenProperty(
  system: TransitionSystem,
  text: string,
  path: string,
  names: readonly string[],
): SystemProperty {
  const compiled = compileProperty(text, { path, names });
  const described = (words: Int32Array, at: number): ReturnType<TransitionSystem['describeState']> =>
    system.describeState(words, at);
  const base = {
    name: compiled.text,
    statement: `Written by you: ${text.trim()}`,
    looksAtEverything: /\bmessages\b/.test(text),
  };
  if (compiled.kind === 'leads_to') {
    const { from, to } = compiled;
    return {
      ...base,
      kind: 'leads_to',
      from: (words, at) => from.evaluate(described(words, at)),
      to: (words, at) => to.evaluate(described(words, at)),
    };
  }
  const { kind, body } = compiled;
  const isTrue = (words: Int32Array, at: number): boolean => body.evaluate(described(words, at));
  if (kind === 'sometimes') return { ...base, kind, reached: isTrue };
  if (kind === 'eventually') return { ...base, kind, holds: isTrue };
  return { ...base, kind, holds: isTrue, complaint: (words, at) => body.explainFalse(described(words, at)) };
}
