/**
 * The modules that a TypeScript file names.
 *
 * TypeScript 7 has no JavaScript interface to its parser yet, so this reads text: `import … from '…'`, `export … from '…'`,
 * `import '…'` and `import('…')`, with either quote. Statements may span lines. It is fooled by such text inside a string or a
 * comment, which the formatter's layout (statements begin a line) makes rare; then it reports too much, never too little.
 */

export interface ModuleImport {
  readonly specifier: string;
  /** `import type …`: gone after compilation. */
  readonly typeOnly: boolean;
}

const STATIC = /^(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"\n]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;

export function importsOf(source: string): ModuleImport[] {
  const fixed = [...source.matchAll(STATIC)].map(([, type, specifier]) => ({
    specifier: specifier ?? '',
    typeOnly: type !== undefined,
  }));
  const dynamic = [...source.matchAll(DYNAMIC)].map(([, specifier]) => ({
    specifier: specifier ?? '',
    typeOnly: false,
  }));
  return [...fixed, ...dynamic];
}

/** The path of a relative `specifier` as seen from `importer`, both from the root; undefined for a package. */
export function resolveImport(importer: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const parts = importer.split('/').slice(0, -1);
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}
