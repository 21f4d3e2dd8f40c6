/**
 * `npm run generate`: writes every file that is made from another one. `-- --check` writes nothing, names the files that
 * are stale, and exits with 1.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { GeneratedFile, ReadSource } from './generate/generated-file.ts';
import { generateKnowledge } from './generate/knowledge.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const read: ReadSource = (path) => readFileSync(ROOT + path, 'utf8');

const files: GeneratedFile[] = [generateKnowledge(read)];
const stale = files.filter(({ path, content }) => !existsSync(ROOT + path) || read(path) !== content);

if (process.argv.includes('--check')) {
  for (const { path } of stale) process.stderr.write(`stale: ${path}\n`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const { path, content } of stale) writeFileSync(ROOT + path, content);
  process.stdout.write(`${stale.length} of ${files.length} generated files written\n`);
}
