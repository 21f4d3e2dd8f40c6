/**
 * What the oldest Node that we support, 20.19, does not have. The types that TypeScript is given know newer things, and a
 * test run on a newer Node would not notice.
 */
import { withoutComments } from './purity.ts';
import type { Complaint, SourceFile } from './source-file.ts';

const NEWER: readonly (readonly [RegExp, string])[] = [
  [/\b(?:Map|Object)\.groupBy\(/, 'groupBy'],
  [/\bPromise\.(?:withResolvers|try)\(/, 'Promise.withResolvers and Promise.try'],
  [/\bArray\.fromAsync\(/, 'Array.fromAsync'],
  [/\.(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(/, 'the algebra of Set'],
  [
    /\.(?:keys|values|entries)\(\)\s*\.(?:map|filter|toArray|some|every|find|take|drop|flatMap|reduce|forEach)\(/,
    'iterator helpers',
  ],
  [/\bRegExp\.escape\(/, 'RegExp.escape'],
];

export function runtimeComplaints({ path, text }: SourceFile): Complaint[] {
  if (!path.endsWith('.ts') || path.startsWith('e2e/')) return [];
  const source = withoutComments(text);
  return NEWER.filter(([pattern]) => pattern.test(source)).map(([, what]) => ({
    path,
    complaint: `Node 20 does not have ${what}`,
  }));
}
