/**
 * Which folder may import which: kernel ← engines ← solutions ← tools ← adapters ← bin.
 *
 * Only imports that survive compilation count against another engine or tool; a package or `node:` module counts in any
 * form. Tests may import what they like.
 */
import { importsOf, type ModuleImport, resolveImport } from './imports.ts';
import { type Complaint, isTest, type SourceFile } from './source-file.ts';

interface Layer {
  /** Folders of ours whose values may be imported, besides the layer's own. */
  readonly values: readonly string[];
  /** Folders of ours of which only types may be imported. */
  readonly types?: readonly string[];
  /** Packages that may be imported; `node:` stands for all of Node's. Undefined: any. */
  readonly packages?: readonly string[];
}

const ENGINES = [
  'src/quorum',
  'src/availability',
  'src/histories',
  'src/protocols',
  'src/simulation',
  'src/model-checking',
] as const;

/** Every folder that holds source, and what it may import. A folder that is not here may not hold source. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  'src/kernel': { values: [], packages: [] },
  'src/quorum': { values: ['src/kernel'], packages: [] },
  'src/availability': { values: ['src/kernel', 'src/quorum'], packages: [] },
  'src/histories': { values: ['src/kernel'], packages: [] },
  'src/protocols': { values: ['src/kernel', 'src/quorum'], packages: [] },
  'src/simulation': { values: ['src/kernel', 'src/protocols', 'src/histories'], packages: [] },
  'src/model-checking': { values: ['src/kernel', 'src/protocols', 'src/histories'], packages: [] },
  'src/diagrams': { values: ['src/kernel'], packages: [] },
  'src/knowledge': { values: ['src/kernel'], packages: [] },
  'src/schemas': { values: ['src/kernel'], types: ENGINES, packages: ['zod'] },
  'src/solutions': {
    values: ['src/kernel', ...ENGINES, 'src/diagrams', 'src/knowledge'],
    types: ['src/schemas'],
    packages: [],
  },
  'src/registry': { values: ['src/kernel'], packages: ['zod'] },
  tools: {
    values: ['src/kernel', 'src/registry', 'src/schemas', 'src/solutions', 'src/diagrams', 'src/knowledge', ...ENGINES],
    packages: ['zod'],
  },
  'src/runs': { values: ['src/kernel', 'src/registry'], packages: ['node:', 'workerpool'] },
  'src/mcp': { values: ['src/kernel', 'src/registry', 'src/runs', 'src/knowledge', 'src/schemas'] },
  'src/cli': { values: ['src/kernel', 'src/registry', 'src/runs', 'src/schemas'] },
  'src/bin': { values: ['src', 'tools', 'package.json'] },
  'src/scripts': { values: ['src', 'tools', 'package.json'] },
  bench: { values: ['src', 'tools'] },
};

export function layerComplaints(file: SourceFile): Complaint[] {
  if (!/\.[cm]?ts$/.test(file.path) || isTest(file.path) || !file.path.includes('/')) return [];
  if (file.path.includes('/testdata/')) return [];
  const layer = layerOf(file.path);
  if (layer === undefined) return [{ path: file.path, complaint: 'stands in no known folder; see LAYERS' }];
  const imports = importsOf(file.text);
  const wrong = imports.flatMap((each) => importComplaint(file.path, layer, each));
  return [...wrong, ...engineCountComplaints(file.path, imports)].map((complaint) => ({ path: file.path, complaint }));
}

function importComplaint(importer: string, layerName: string, { specifier, typeOnly }: ModuleImport): string[] {
  const layer = LAYERS[layerName];
  const imported = resolveImport(importer, specifier);
  if (layer === undefined) return [];
  if (imported === undefined) {
    return isAllowedPackage(layer, specifier) ? [] : [`${layerName} may not import the package ${specifier}`];
  }
  if (isSibling(importer, imported)) return [];
  if (layer.values.some((folder) => isInside(imported, folder))) return [];
  if (typeOnly && (layer.types ?? []).some((folder) => isInside(imported, folder))) return [];
  return [`${layerName} may not import ${imported}`];
}

/** Files of one layer may import each other, but a tool imports no other tool: only `tools/index.ts` does. */
function isSibling(importer: string, imported: string): boolean {
  const layer = layerOf(importer);
  if (layer === undefined || !isInside(imported, layer)) return false;
  return layer !== 'tools' || importer === 'tools/index.ts';
}

/** A tool that needs two engines wants a function in `src/solutions`. */
function engineCountComplaints(importer: string, imports: readonly ModuleImport[]): string[] {
  if (layerOf(importer) !== 'tools') return [];
  const used = ENGINES.filter((engine) =>
    imports.some(({ specifier, typeOnly }) => {
      const imported = resolveImport(importer, specifier);
      return !typeOnly && imported !== undefined && isInside(imported, engine);
    }),
  );
  return used.length > 1 ? [`a tool imports one engine, not ${used.join(' and ')}`] : [];
}

function isAllowedPackage({ packages }: Layer, specifier: string): boolean {
  if (packages === undefined) return true;
  const name = specifier.startsWith('node:') ? 'node:' : (specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? specifier);
  return packages.includes(name);
}

function layerOf(path: string): string | undefined {
  return Object.keys(LAYERS).find((folder) => isInside(path, folder));
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
