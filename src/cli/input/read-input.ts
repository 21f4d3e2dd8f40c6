/**
 * Texts from files and standard input, within a limit, as UTF-8.
 */
import { open } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { FailureError, fail } from '../../kernel/failure.ts';

/** Per document, and per line of JSON lines. */
export const INPUT_BYTES_MAX = 16 * 1024 * 1024;

export const STANDARD_INPUT = '-';

type Chunks = AsyncIterable<Uint8Array>;

/** The whole text of the file, or of standard input for `-`. */
export async function readText(source: string, stdin: Chunks): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  let text = '';
  for await (const chunk of chunksOf(source, stdin)) {
    bytes += chunk.length;
    if (bytes > INPUT_BYTES_MAX) failOnSize(nameOf(source));
    text += decode(decoder, source, chunk);
  }
  return text + decode(decoder, source);
}

/** The lines of the file, or of standard input for `-`, as they arrive; without their ends. */
export async function* readLines(source: string, stdin: Chunks): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of chunksOf(source, stdin)) {
    const [first = '', ...others] = decode(decoder, source, chunk).split('\n');
    rest += first;
    for (const next of others) {
      yield withoutReturn(rest);
      rest = next;
    }
    if (rest.length > INPUT_BYTES_MAX) failOnSize(`a line of ${nameOf(source)}`);
  }
  rest += decode(decoder, source);
  if (rest !== '') yield withoutReturn(rest);
}

/** What messages call the source. */
export function nameOf(source: string): string {
  return source === STANDARD_INPUT ? 'standard input' : source;
}

async function* chunksOf(source: string, stdin: Chunks): AsyncGenerator<Uint8Array> {
  if (source === STANDARD_INPUT) {
    yield* stdin;
    return;
  }
  try {
    const file = await open(source);
    yield* file.createReadStream() as Chunks;
  } catch (error) {
    if (error instanceof FailureError) throw error;
    failOnFile(source, error);
  }
}

function decode(decoder: TextDecoder, source: string, chunk?: Uint8Array): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    return fail('input/unparsable', {
      message: `${nameOf(source)} is not UTF-8 text`,
      expected: 'JSON in UTF-8',
      nextStep: 'Convert the text to UTF-8, for example with iconv.',
    });
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a directory',
  EACCES: 'may not be read',
};

function failOnFile(path: string, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) throw error;
  return fail('input/invalid', {
    message: `the input file ${REASONS[code] ?? `cannot be read (${code})`}`,
    path: '--input',
    received: JSON.stringify(path),
    expected: 'a file that can be read, or - for standard input',
    nextStep: 'Check the path, or pipe the input: quorate call TOOL --input - < FILE',
  });
}

function failOnSize(what: string): never {
  return fail('input/too_large', {
    message: `${what} is too large`,
    expected: `at most ${INPUT_BYTES_MAX} bytes`,
    nextStep: 'Send less in one call; with --jsonl each line is a call of its own.',
  });
}
