/**
 * What is fine while working and wrong when done, and words that have no place in the product.
 */
import { withoutComments } from './purity.ts';
import { type Complaint, isTest, type SourceFile } from './source-file.ts';

/** Split, so that this file does not complain about itself. */
const word = (...parts: string[]): string => parts.join('');

const IN_ANY_TEXT: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`\\b(?:${word('TO', 'DO')}|${word('FIX', 'ME')}|${word('XX', 'X')})\\b`), 'a note to do something'],
  [/^(?:<{7}|>{7}) /m, 'a merge conflict'],
  [new RegExp(`(?<![\\w.])${word('/work', '/')}|\\b${word('sha', 'red/')}(?:facts|data)`), 'a path of the workshop'],
  [new RegExp(word('assistant ', 'session'), 'i'), 'talk about how it was made'],
  [new RegExp(`\\b(?:${word('iss', 'ue')}|${word('p', 'r')}) ?#\\d`, 'i'), 'the number of a ticket'],
];

const IN_CODE: readonly (readonly [RegExp, string])[] = [[/\bdebugger\b/, 'a breakpoint']];

const IN_PRODUCT: readonly (readonly [RegExp, string])[] = [
  [/\bconsole\.(?:log|debug|error|warn|info)\(/, 'console output'],
];

const IN_TESTS: readonly (readonly [RegExp, string])[] = [
  [/[\w)]\.only[.(]/, 'a test that silences the others'],
  [/[\w)]\.(?:skip|todo)[.(]/, 'a test that does not run'],
];

export function leftoverComplaints({ path, text }: SourceFile): Complaint[] {
  if (path.includes('testdata/') || path.endsWith('package-lock.json')) return [];
  const code = path.endsWith('.ts') ? withoutComments(text) : '';
  const found = [
    ...matching(IN_ANY_TEXT, text),
    ...matching(IN_CODE, code),
    ...matching(isTest(path) ? IN_TESTS : IN_PRODUCT, code),
  ];
  return found.map((complaint) => ({ path, complaint }));
}

function matching(rules: readonly (readonly [RegExp, string])[], text: string): string[] {
  return rules.filter(([pattern]) => pattern.test(text)).map(([, complaint]) => complaint);
}
