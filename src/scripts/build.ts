/**
 * `npm run build`: everything that is shipped, into `dist/`.
 *
 *   quorate.mjs   server, command line and worker in one file; what `npx quorate` runs
 *   plugin/       the Claude Code plugin
 *   mcpb/         the bundle for Claude Desktop, ready to be packed
 */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { registry } from '../../tools/index.ts';
import { bundleProgram } from './build/bundle-program.ts';
import { mcpbManifest } from './build/mcpb-manifest.ts';
import { pluginFiles } from './build/plugin-files.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = join(ROOT, 'dist');

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

function write(path: string, content: string | Uint8Array): void {
  const file = join(DIST, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

rmSync(DIST, { recursive: true, force: true });
const program = await bundleProgram(ROOT, registry);
for (const path of ['quorate.mjs', 'plugin/server/quorate.mjs', 'mcpb/server/quorate.mjs']) {
  write(path, program);
  chmodSync(join(DIST, path), 0o755);
}

for (const { path, content } of pluginFiles(registry, read)) write(`plugin/${path}`, content);
write('mcpb/manifest.json', `${JSON.stringify(mcpbManifest(packageJson, registry), null, 2)}\n`);
for (const [source, target] of [
  ['LICENSE', 'plugin/LICENSE'],
  ['LICENSE', 'mcpb/LICENSE'],
  ['.claude-plugin/icon.png', 'plugin/.claude-plugin/icon.png'],
  ['.claude-plugin/icon.png', 'mcpb/icon.png'],
] as const) {
  cpSync(join(ROOT, source), join(DIST, target));
}

process.stdout.write(`dist/quorate.mjs: ${Math.round(program.length / 1024)} KiB, quorate ${packageJson.version}\n`);
