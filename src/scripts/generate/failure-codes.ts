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
const EVERY_CALL = ['src/registry/call-tool.ts', 'src/runs/call-failures.ts'];

/** Modules that a tool is given in its context rather than imports. */
const GIVEN: Readonly<Record<string, readonly string[]>> = { read_run: ['src/runs/run-store.ts'] };

const CODES = Object.keys(FAILURE_CODES) as FailureCode[];

/** Codes that any tool may answer with. */
export function commonFailureCodes(read: ReadSource): FailureCode[] {
  return failureCodesIn(EVERY_CALL, read);
}

/** Codes that the tool of this name may answer with. */
export function ownFailureCodes(toolName: string, read: ReadSource): FailureCode[] {
  return failureCodesIn([`tools/${toolName.replaceAll('_', '-')}.ts`, ...(GIVEN[toolName] ?? [])], read);
}

/** Codes named by the modules at `entries` and by what they import, in the order of the registry. */
export function failureCodesIn(entries: readonly string[], read: ReadSource): FailureCode[] {
  const sources = entries.flatMap((entry) => [...moduleClosure(entry, read).values()]);
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
