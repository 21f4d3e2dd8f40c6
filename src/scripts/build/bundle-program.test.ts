/**
 * The bundle behaves as the source does: the plugins that make it small and quick change nothing that can be seen.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registry } from '../../../tools/index.ts';
import { renderOutcome } from '../../registry/call-tool.ts';
import { inputOutlineOf, inputSchemaOf, outputOutlineOf, outputSchemaOf } from '../../registry/json-schema.ts';
import { createInProcessExecutor } from '../../runs/in-process-executor.ts';
import { createMemoryRunStore } from '../../runs/memory-run-store.ts';
import { bundleProgram } from './bundle-program.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'quorate-bundle-'));
const program = join(folder, 'quorate.mjs');
const environment = { PATH: process.env.PATH, HOME: folder, QUORATE_STATE_DIR: join(folder, 'state') };

beforeAll(async () => {
  // Outside the checkout, so that a dependency left out of the bundle is missed.
  writeFileSync(program, await bundleProgram(ROOT, registry));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const quorate = (args: string[], input = ''): string =>
  execFileSync(process.execPath, [program, ...args], { input, cwd: folder, env: environment, encoding: 'utf8' });

test('it lists the tools with the schemas of the source', () => {
  const listed = JSON.parse(quorate(['tools', '--json'])) as {
    name: string;
    inputSchema: object;
    outputSchema: object;
  }[];
  expect(listed.map(({ name, inputSchema, outputSchema }) => ({ name, inputSchema, outputSchema }))).toEqual(
    registry.tools.map((tool) => ({
      name: tool.name,
      inputSchema: inputSchemaOf(tool),
      outputSchema: outputSchemaOf(tool),
    })),
  );
});

test('it answers with the bytes of the source', async () => {
  const problem = { problem_type: 'consensus', nodes: 5, failure_tolerance: 2 };
  const executor = createInProcessExecutor({ registry, runs: createMemoryRunStore(), nowMs: () => 0 });
  const expected = renderOutcome(await executor.call('solve_problem', problem));
  expect(quorate(['call', 'solve_problem', '--input', '-', '--json'], JSON.stringify(problem))).toBe(`${expected}\n`);
});

test('it serves over standard input and output, and computes in a thread started from itself', async () => {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const env = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value ?? '']));
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [program, 'serve'], cwd: folder, env }),
  );
  try {
    const { tools } = await client.listTools();
    expect(tools.map(({ inputSchema }) => inputSchema)).toEqual(registry.tools.map(inputOutlineOf));
    expect(tools.map(({ outputSchema }) => outputSchema)).toEqual(registry.tools.map(outputOutlineOf));
    const { structuredContent } = await client.callTool({ name: 'analyze_quorum', arguments: { node_count: 5 } });
    expect(structuredContent).toMatchObject({ verdict: 'holds', quorum_size: 3 });
  } finally {
    await client.close();
  }
});

test('the packed package installs by itself, offline, and is the command quorate', () => {
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
  const source = join(folder, 'source');
  const target = join(folder, 'target');
  for (const path of ['package.json', ...files.filter((each) => !each.startsWith('dist/'))]) {
    cpSync(join(ROOT, path), join(source, path), { recursive: true });
  }
  cpSync(program, join(source, 'dist/quorate.mjs'));
  mkdirSync(target);
  const npm = (cwd: string, args: string[]): string =>
    execFileSync('npm', [...args, '--silent', '--no-audit', '--no-fund'], { cwd, env: environment, encoding: 'utf8' });

  const tarball = npm(source, ['pack', '--ignore-scripts', '--pack-destination', folder]).trim();
  npm(target, ['install', '--offline', join(folder, tarball)]);
  const listed = execFileSync(join(target, 'node_modules/.bin/quorate'), ['tools'], {
    env: environment,
    encoding: 'utf8',
  });
  for (const { name } of registry.tools) expect(listed).toContain(name);
});

test('it checks itself', () => {
  expect(quorate(['doctor'])).not.toMatch(/^problem/m);
});
