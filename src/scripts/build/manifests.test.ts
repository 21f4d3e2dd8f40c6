/**
 * What hosts and registries read about us says the same everywhere. Their own validators run in `npm run e2e`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { registry } from '../../../tools/index.ts';
import { parseFrontMatter } from '../generate/front-matter.ts';
import { mcpbManifest } from './mcpb-manifest.ts';
import { pluginFiles } from './plugin-files.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(ROOT + path, 'utf8');
const readJson = (path: string) => JSON.parse(read(path));

const packageJson = readJson('package.json');
const plugin = readJson('.claude-plugin/plugin.json');
const marketplace = readJson('.claude-plugin/marketplace.json');
const server = readJson('server.json');

test('one name, one version, one licence', () => {
  const { name, version, license } = packageJson;
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(plugin).toMatchObject({ name, version, license });
  expect(marketplace.plugins).toMatchObject([{ name, version, description: plugin.description }]);
  expect(server).toMatchObject({ name: packageJson.mcpName, version, packages: [{ identifier: name, version }] });
  expect(mcpbManifest(packageJson, registry)).toMatchObject({ name, version, license });
});

test('the registry entry keeps to the limits of its schema', () => {
  expect(server.$schema).toBe('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json');
  expect(server.name).toMatch(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/);
  expect(server.description.length).toBeLessThanOrEqual(100);
  expect(server.packages[0].transport).toEqual({ type: 'stdio' });
  expect(server.packages[0].packageArguments).toEqual([{ type: 'positional', value: 'serve' }]);
});

test('every file that a manifest names is there, or is made by the build', () => {
  const made = ['dist/quorate.mjs', 'dist/plugin'];
  const named = [
    ...packageJson.files,
    ...Object.values<string>(packageJson.bin),
    ...plugin.agents,
    ...marketplace.plugins.map(({ source }: { source: string }) => source),
    readJson('.mcp.json').mcpServers.quorate.args[0],
    plugin.mcpServers.quorate.args[0],
    plugin.icon,
  ].map((path: string) => path.replace(/^(?:\.|\$\{CLAUDE_PLUGIN_ROOT\})\//, ''));
  for (const path of named) expect(made.includes(path) || existsSync(ROOT + path), path).toBe(true);
});

describe('the Claude Code plugin', () => {
  const files = new Map(pluginFiles(registry, read).map(({ path, content }) => [path, content]));

  test('is complete, and starts the server that it brings', () => {
    expect([...files.keys()].sort()).toEqual([
      '.claude-plugin/plugin.json',
      '.mcp.json',
      'README.md',
      'agents/distributed-systems-engineer.md',
      'skills/distributed-systems/SKILL.md',
    ]);
    expect(JSON.parse(files.get('.mcp.json') ?? '')).toEqual({
      mcpServers: {
        quorate: { command: 'node', args: ['$'.concat('{CLAUDE_PLUGIN_ROOT}/server/quorate.mjs'), 'serve'] },
      },
    });
  });

  test('names agent and skill as their files are called', () => {
    for (const [path, name] of [
      ['agents/distributed-systems-engineer.md', 'distributed-systems-engineer'],
      ['skills/distributed-systems/SKILL.md', 'distributed-systems'],
    ] as const) {
      const { head } = parseFrontMatter(path, files.get(path) ?? '');
      expect(head).toMatchObject({ name, description: expect.stringMatching(/^.{40,1024}$/) });
    }
  });

  test('has a skill that names only tools that exist, all of them, with inputs that they take', () => {
    const skill = files.get('skills/distributed-systems/SKILL.md') ?? '';
    for (const { name } of registry.tools) expect(skill).toContain(name);
    const calls = [...skill.matchAll(/`([a-z]+_[a-z]+) (\{.*?\})`/g)];
    expect(calls.length).toBeGreaterThan(2);
    for (const [, name = '', input = ''] of calls) {
      expect(registry.find(name).input.safeParse(JSON.parse(input)).success, input).toBe(true);
    }
  });
});
