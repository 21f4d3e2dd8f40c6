/**
 * Sizes: files and functions that a reader can hold in the head, and no large blobs.
 *
 * The limits on functions are a ratchet: what is over the limit today stands in the list with its length and may only shrink.
 */
import { type Complaint, isTest, type SourceFile } from './source-file.ts';

const FILE_LINES_MAX = 600;
const FUNCTION_LINES_MAX = 70;
const BLOB_BYTES_MAX = 300_000;

/** Larger files that are wanted, with what they are. */
const LARGE_FILES: Readonly<Record<string, string>> = {
  'package-lock.json': 'locked versions',
  'e2e/package-lock.json': 'locked versions',
};

/** Functions over the limit that are known: `path#name` → lines. */
const LONG_FUNCTIONS: Readonly<Record<string, number>> = {};

export function sizeComplaints(file: SourceFile): Complaint[] {
  const { path, text, bytes } = file;
  const complaints: string[] = [];
  if (bytes > BLOB_BYTES_MAX && !(path in LARGE_FILES))
    complaints.push(`takes ${bytes} bytes, more than ${BLOB_BYTES_MAX}`);
  if (isHandWrittenSource(path)) {
    const lines = text.split('\n').length - 1;
    if (lines > FILE_LINES_MAX) complaints.push(`has ${lines} lines, more than ${FILE_LINES_MAX}`);
    complaints.push(...longFunctions(file));
  }
  return complaints.map((complaint) => ({ path, complaint }));
}

function isHandWrittenSource(path: string): boolean {
  return path.endsWith('.ts') && !path.endsWith('.generated.ts');
}

function longFunctions({ path, text }: SourceFile): string[] {
  if (isTest(path)) return [];
  return functionLengths(text)
    .filter(({ name, lines }) => lines > (LONG_FUNCTIONS[`${path}#${name}`] ?? FUNCTION_LINES_MAX))
    .map(({ name, lines }) => `${name} has ${lines} lines, more than ${FUNCTION_LINES_MAX}`);
}

export interface FunctionLength {
  readonly name: string;
  readonly lines: number;
}

const FUNCTION_HEAD =
  /^( *)(?:export )?(?:async )?function\*? (\w+)|^( *)(?:export )?const (\w+) = (?:async )?\([^)]*\).*=> \{$/;

/**
 * Lengths of named functions, from head to closing brace. The formatter puts the closing brace of a body at the
 * indentation of its head, which is all that this relies on.
 */
export function functionLengths(text: string): FunctionLength[] {
  const lines = text.split('\n');
  return lines.flatMap((line, start) => {
    const match = FUNCTION_HEAD.exec(line);
    if (match === null) return [];
    const indent = match[1] ?? match[3] ?? '';
    const length = lines.slice(start).findIndex((each) => each === `${indent}}` || each === `${indent}};`);
    return [{ name: match[2] ?? match[4] ?? '', lines: length + 1 }];
  });
}
