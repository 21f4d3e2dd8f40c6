/**
 * `npm run generate`: writes every file that is made from another one. `-- --check` writes nothing, names the files that
 * are stale, and exits with 1.
 *
 * The tools are imported only after the knowledge was written, because they contain it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GeneratedFile, ReadSource } from './generate/generated-file.ts';
import { generateKnowledge } from './generate/knowledge.ts';
import { generateLayerTable } from './generate/layer-table.ts';
import { generatePrompts } from './generate/prompts.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const check = process.argv.includes('--check');
const read: ReadSource = (path) => readFileSync(ROOT + path, 'utf8');
const promptFiles = readdirSync(`${ROOT}prompts`)
  .filter((name) => name.endsWith('.md'))
  .sort()
  .map((name) => `prompts/${name}`);

let stale = 0;

/** Writes the file, or complains about it, unless it is as it should be. */
function emit({ path, content }: GeneratedFile): void {
  if (existsSync(ROOT + path) && read(path) === content) return;
  stale += 1;
  if (check) {
    process.stderr.write(`stale: ${path}\n`);
    return;
  }
  mkdirSync(dirname(ROOT + path), { recursive: true });
  writeFileSync(ROOT + path, content);
}

emit(generateKnowledge(read));
emit(generatePrompts(promptFiles, read));
emit(generateLayerTable(read));

const { registry } = await import('../../tools/index.ts');
const { generateAgent } = await import('./generate/agent.ts');
const { generateModelReference } = await import('./generate/model-reference.ts');
const { createInProcessExecutor } = await import('../runs/in-process-executor.ts');
const { createMemoryRunStore } = await import('../runs/memory-run-store.ts');
const { generateAgentTools, generateReadme } = await import('./generate/tool-mentions.ts');
const { generateToolReference } = await import('./generate/tool-reference.ts');
// The clock stands still, so that no text depends on the speed of the machine.
const executor = createInProcessExecutor({ registry, runs: createMemoryRunStore(), nowMs: () => 0 });
emit(generateModelReference());
emit(generateAgentTools(registry, read));
emit(generateAgent(registry, read));
emit(await generateReadme(executor, registry, read));
emit(await generateToolReference(executor, registry, read));

if (check) process.exitCode = stale === 0 ? 0 : 1;
else process.stdout.write(`${stale} generated files written\n`);
