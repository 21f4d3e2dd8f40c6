/**
 * The program as one minified file. What it does not need at start is taken out, since hosts start a server for every session.
 */
import { join } from 'node:path';
import { build } from 'esbuild';
import type { ToolRegistry } from '../../registry/tool-registry.ts';
import { keepZod } from './keep-zod.ts';
import { lazyBuiltins } from './lazy-builtins.ts';
import { lightValidator } from './light-validator.ts';
import { readySchemas } from './ready-schemas.ts';

/** CommonJS packages inside the bundle load Node's modules with `require`, which an ES module has to make for itself. */
const BANNER = "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);";

/** The text of `dist/quorate.mjs`, executable. */
export async function bundleProgram(root: string, registry: ToolRegistry): Promise<Uint8Array> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'src/bin/quorate.ts')],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: BANNER },
    legalComments: 'none',
    plugins: [keepZod, lazyBuiltins, lightValidator, readySchemas(registry)],
    write: false,
    logLevel: 'warning',
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error('esbuild wrote nothing');
  return file.contents;
}
