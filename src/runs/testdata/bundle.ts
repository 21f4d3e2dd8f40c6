/**
 * Puts a TypeScript entry and all it imports into one file, as the product is shipped: a test that starts many processes or threads
 * then does not pay for the compiler each time, and shows that one file is enough.
 */
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The path of the bundle of `entry` in `directory`. */
export async function bundle(entry: URL, directory: string): Promise<string> {
  const outfile = join(directory, `${basename(entry.pathname, '.ts')}.mjs`);
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    // What is CommonJS inside the bundle asks for `require`.
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
  });
  return outfile;
}
