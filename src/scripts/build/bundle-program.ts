/**
 * The program as one minified file. What it does not need at start is taken out, since hosts start a server for every session.
 */
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import type { ToolRegistry } from '../../registry/tool-registry.ts';
import { keepZod } from './keep-zod.ts';
import { lazyBuiltins } from './lazy-builtins.ts';
import { lightValidator } from './light-validator.ts';
import { readySchemas } from './ready-schemas.ts';

/** CommonJS packages inside the bundle load Node's modules with `require`, which an ES module has to make for itself. */
const BANNER = "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);";

/** How every program for Node is bundled here. */
export const BUNDLING = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  banner: { js: BANNER },
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** The text of `dist/quorate.mjs`, executable. */
export async function bundleProgram(root: string, registry: ToolRegistry): Promise<Uint8Array> {
  const result = await build({
    ...BUNDLING,
    absWorkingDir: root,
    entryPoints: [join(root, 'src/bin/quorate.ts')],
    plugins: [keepZod, lazyBuiltins, lightValidator, readySchemas(registry)],
    write: false,
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error('esbuild wrote nothing');
  return file.contents;
}
