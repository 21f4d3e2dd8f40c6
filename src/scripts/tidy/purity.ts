/**
 * Engines see no clock, no randomness, no input and no output: same input, same bytes out.
 */
import { type Complaint, isTest, type SourceFile } from './source-file.ts';

const PURE_FOLDERS = [
  'src/kernel/',
  'src/quorum/',
  'src/availability/',
  'src/histories/',
  'src/protocols/',
  'src/simulation/',
  'src/model-checking/',
  'src/diagrams/',
  'src/knowledge/',
  'src/solutions/',
];

const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\bnew Date\b|\bDate\s*[.(]/, 'reads the clock'],
  [/\bperformance\.(?:now|timeOrigin|mark)\b/, 'reads the clock'],
  [/\bMath\.random\b/, 'uses unseeded randomness'],
  [/\bcrypto\s*\./, 'uses unseeded randomness'],
  [/\bset(?:Timeout|Interval|Immediate)\b/, 'waits'],
  [/\bprocess\s*\./, 'touches the process'],
  [/\bconsole\s*\./, 'writes to the console'],
  [/\bfetch\s*\(/, 'reaches the network'],
  [/\b(?:toLocale\w+|localeCompare|Intl)\b/, 'depends on the locale'],
];

export function purityComplaints({ path, text }: SourceFile): Complaint[] {
  if (!PURE_FOLDERS.some((folder) => path.startsWith(folder)) || !path.endsWith('.ts') || isTest(path)) return [];
  if (path.endsWith('.generated.ts')) return [];
  const source = withoutComments(text);
  return IMPURE.filter(([pattern]) => pattern.test(source)).map(([, complaint]) => ({ path, complaint }));
}

/** Comments may talk about clocks. A `//` inside a string goes too, which only hides what follows it on that line. */
export function withoutComments(source: string): string {
  return source.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/\/\/.*$/gm, '');
}
