/**
 * Which failures a tool may answer with: every code that is named in the tool's file or in a module of ours it imports,
 * directly or not. Found by reading the source, so it errs on the side of one code too many.
 */
import { FAILURE_CODES, type FailureCode } from '../../kernel/failure.ts';
import { importsOf, resolveImport } from '../tidy/imports.ts';
import type { ReadSource } from './generated-file.ts';

/** Where the codes are declared, which names them all. */
const REGISTRY = 'src/kernel/failure.ts';

/** What every call goes through, whatever the tool. */
const EVERY_CALL = 'src/registry/call-tool.ts';

const CODES = Object.keys(FAILURE_CODES) as FailureCode[];

/** Codes that any tool may answer with. */
export function commonFailureCodes(read: ReadSource): FailureCode[] {
  return failureCodesOf(EVERY_CALL, read);
}

/** Codes named by the module at `entry` and by what it imports, in the order of the registry. */
export function failureCodesOf(entry: string, read: ReadSource): FailureCode[] {
  const sources = [...moduleClosure(entry, read).values()];
  return CODES.filter((code) => sources.some((source) => source.includes(`'${code}'`)));
}

function moduleClosure(entry: string, read: ReadSource): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  const visit = (path: string): void => {
    if (sources.has(path) || path === REGISTRY) return;
    const source = read(path);
    sources.set(path, source);
    for (const { specifier, typeOnly } of importsOf(source)) {
      const imported = resolveImport(path, specifier);
      if (imported !== undefined && !typeOnly) visit(imported);
    }
  };
  visit(entry);
  return sources;
}
