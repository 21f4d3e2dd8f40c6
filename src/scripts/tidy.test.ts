/**
 * The house rules, run over every file that git knows; and each rule on a small sample that breaks it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FAILURE_CODES } from '../kernel/failure.ts';
import { documentComplaints } from './tidy/documents.ts';
import { importsOf, resolveImport } from './tidy/imports.ts';
import { LAYERS, layerComplaints } from './tidy/layers.ts';
import { leftoverComplaints } from './tidy/leftovers.ts';
import { nameComplaints } from './tidy/names.ts';
import { purityComplaints } from './tidy/purity.ts';
import { runtimeComplaints } from './tidy/runtime.ts';
import { functionLengths, sizeComplaints } from './tidy/sizes.ts';
import type { Complaint, SourceFile } from './tidy/source-file.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const RULES: Readonly<Record<string, (file: SourceFile) => Complaint[]>> = {
  layers: layerComplaints,
  purity: purityComplaints,
  runtime: runtimeComplaints,
  sizes: sizeComplaints,
  leftovers: leftoverComplaints,
  names: nameComplaints,
  documents: documentComplaints,
};

/** Tracked files, and new ones that are not ignored: a fault is found before it is committed. */
function repositoryFiles(): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
  const paths = listed.toString('utf8').split('\0');
  return paths
    .filter((path) => path !== '' && existsSync(ROOT + path))
    .map((path) => ({ path, text: readFileSync(ROOT + path, 'utf8'), bytes: statSync(ROOT + path).size }));
}

describe('the repository keeps the house rules', () => {
  const files = repositoryFiles();

  test('there are files to look at', () => {
    expect(files.map(({ path }) => path)).toContain('src/scripts/tidy.test.ts');
  });

  test.each(Object.entries(RULES))('%s', (_, rule) => {
    expect(files.flatMap(rule).map(({ path, complaint }) => `${path}: ${complaint}`)).toEqual([]);
  });
});

test('every failure code is used by the product', () => {
  const sources = repositoryFiles().filter(
    ({ path }) => /^(?:src|tools)\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'),
  );
  const product = sources.filter(({ path }) => path !== 'src/kernel/failure.ts').map(({ text }) => text);
  const unused = Object.keys(FAILURE_CODES).filter((code) => !product.some((text) => text.includes(`'${code}'`)));
  expect(unused).toEqual([]);
});

const file = (path: string, text = ''): SourceFile => ({ path, text, bytes: text.length });
const complaintsOf = (rule: string, path: string, text = ''): string[] =>
  RULES[rule]!(file(path, text)).map(({ complaint }) => complaint);

test('imports are found in every form', () => {
  const source = [
    `import { a } from './a.ts';`,
    `import type { B } from "./b.ts";`,
    `import * as c from 'c';`,
    'import {',
    '  d,',
    '  type E,',
    `} from '../d/e.ts';`,
    `import './side-effect.ts';`,
    `export { f } from './f.ts';`,
    `export type { G } from './g.ts';`,
    `const h = await import('./h.ts');`,
    `const text = "from './not-an-import.ts'";`,
  ].join('\n');
  expect(importsOf(source).map(({ specifier, typeOnly }) => (typeOnly ? `type ${specifier}` : specifier))).toEqual([
    './a.ts',
    'type ./b.ts',
    'c',
    '../d/e.ts',
    './side-effect.ts',
    './f.ts',
    'type ./g.ts',
    './h.ts',
  ]);
  expect(resolveImport('src/quorum/deep/a.ts', '../../kernel/b.ts')).toBe('src/kernel/b.ts');
  expect(resolveImport('src/quorum/a.ts', './b.ts')).toBe('src/quorum/b.ts');
  expect(resolveImport('src/quorum/a.ts', 'zod')).toBeUndefined();
});

describe('layers', () => {
  test.each([
    ['src/kernel/a.ts', `import { x } from '../quorum/b.ts';`, 'src/kernel may not import src/quorum/b.ts'],
    ['src/kernel/a.ts', `import type { X } from '../quorum/b.ts';`, 'src/kernel may not import src/quorum/b.ts'],
    ['src/quorum/a.ts', `import * as z from 'zod';`, 'src/quorum may not import the package zod'],
    ['src/quorum/a.ts', `import type * as z from 'zod';`, 'src/quorum may not import the package zod'],
    ['src/quorum/a.ts', `import { readFileSync } from 'node:fs';`, 'src/quorum may not import the package node:fs'],
    ['src/quorum/a.ts', `import { x } from '../availability/b.ts';`, 'src/quorum may not import src/availability/b.ts'],
    ['src/solutions/a.ts', `import { x } from '../schemas/b.ts';`, 'src/solutions may not import src/schemas/b.ts'],
    ['src/solutions/a.ts', `import { x } from '../registry/b.ts';`, 'src/solutions may not import src/registry/b.ts'],
    ['tools/a.ts', `import { x } from './b.ts';`, 'tools may not import tools/b.ts'],
    [
      'tools/a.ts',
      `import { McpServer } from '@modelcontextprotocol/server';`,
      'tools may not import the package @modelcontextprotocol/server',
    ],
    [
      'tools/a.ts',
      `import { a } from '../src/quorum/a.ts';\nimport { b } from '../src/availability/b.ts';`,
      'a tool imports one engine, not src/quorum and src/availability',
    ],
    ['src/mcp/a.ts', `import { x } from '../quorum/b.ts';`, 'src/mcp may not import src/quorum/b.ts'],
    ['src/mcp/a.ts', `import { registry } from '../../tools/index.ts';`, 'src/mcp may not import tools/index.ts'],
    [
      'src/cli/a.ts',
      `const { registry } = await import('../../tools/index.ts');`,
      'src/cli may not import tools/index.ts',
    ],
    ['src/runs/a.ts', `import { registry } from '../../tools/index.ts';`, 'src/runs may not import tools/index.ts'],
    ['src/elsewhere/a.ts', '', 'stands in no known folder; see LAYERS'],
  ])('%s: %s', (path, text, complaint) => {
    expect(complaintsOf('layers', path, text)).toEqual([complaint]);
  });

  test.each([
    ['src/quorum/a.ts', `import { x } from '../kernel/b.ts';\nimport { y } from './sub/c.ts';`],
    ['src/solutions/a.ts', `import type { X } from '../schemas/b.ts';`],
    ['tools/index.ts', `import { x } from './b.ts';`],
    ['tools/a.ts', `import type { A } from '../src/quorum/a.ts';\nimport { b } from '../src/availability/b.ts';`],
    ['src/bin/a.ts', `import { registry } from '../../tools/index.ts';`],
    ['src/kernel/a.test.ts', `import fc from 'fast-check';`],
  ])('%s may', (path, text) => {
    expect(complaintsOf('layers', path, text)).toEqual([]);
  });

  test('every layer that is named by another exists', () => {
    const named = Object.values(LAYERS).flatMap(({ values, types }) => [...values, ...(types ?? [])]);
    for (const folder of named) expect(['src', 'package.json'].includes(folder) || folder in LAYERS, folder).toBe(true);
  });
});

describe('purity', () => {
  test.each([
    ['const now = Date.now();', 'reads the clock'],
    ['const now = new Date();', 'reads the clock'],
    ['performance.now();', 'reads the clock'],
    ['Math.random();', 'uses unseeded randomness'],
    ['setTimeout(f, 1);', 'waits'],
    ['process.exit(1);', 'touches the process'],
    [`${'console'}.log('x');`, 'writes to the console'],
    ['a.localeCompare(b);', 'depends on the locale'],
  ])('%s', (text, complaint) => {
    expect(complaintsOf('purity', 'src/quorum/a.ts', text)).toEqual([complaint]);
    expect(complaintsOf('purity', 'src/bin/a.ts', text)).toEqual([]);
  });

  test('comments and longer words are no offence', () => {
    expect(
      complaintsOf('purity', 'src/quorum/a.ts', '/* Date.now() */ const updateDate = preprocess.x; // setTimeout'),
    ).toEqual([]);
  });
});

describe('runtime', () => {
  const grouped = `${'Map'}.groupBy(a, f);`;
  const helped = `new Map().${'values'}().map(f);`;

  test.each([
    [grouped, 'Node 20 does not have groupBy'],
    [`${'Promise'}.withResolvers();`, 'Node 20 does not have Promise.withResolvers and Promise.try'],
    [`a.${'isSubsetOf'}(b);`, 'Node 20 does not have the algebra of Set'],
    [helped, 'Node 20 does not have iterator helpers'],
  ])('%s', (text, complaint) => {
    expect(complaintsOf('runtime', 'src/quorum/a.ts', text)).toEqual([complaint]);
  });

  test('what Node 20 has is fine', () => {
    expect(
      complaintsOf('runtime', 'src/quorum/a.ts', 'Object.values(a).map(f); [...a.values()].map(f); z.union([a, b]);'),
    ).toEqual([]);
  });
});

describe('sizes', () => {
  const functionOf = (lines: number): string =>
    ['export function long(): void {', ...new Array<string>(lines - 2).fill('  f();'), '}', ''].join('\n');

  test('a long file', () => {
    expect(complaintsOf('sizes', 'src/quorum/a.ts', 'x;\n'.repeat(601))).toEqual(['has 601 lines, more than 600']);
    expect(complaintsOf('sizes', 'src/quorum/a.ts', 'x;\n'.repeat(600))).toEqual([]);
    expect(complaintsOf('sizes', 'src/quorum/a.generated.ts', 'x;\n'.repeat(601))).toEqual([]);
  });

  test('a long function', () => {
    expect(complaintsOf('sizes', 'src/quorum/a.ts', functionOf(71))).toEqual(['long has 71 lines, more than 70']);
    expect(complaintsOf('sizes', 'src/quorum/a.ts', functionOf(70))).toEqual([]);
  });

  test('functions are measured from head to closing brace', () => {
    const source = [
      'function outer() {',
      '  const inner = (a: number) => {',
      '    f();',
      '  };',
      '  g();',
      '}',
      'async function next() {',
      '}',
    ].join('\n');
    expect(functionLengths(source)).toEqual([
      { name: 'outer', lines: 6 },
      { name: 'inner', lines: 3 },
      { name: 'next', lines: 2 },
    ]);
  });

  test('a blob', () => {
    expect(complaintsOf('sizes', 'docs/a.png', 'x'.repeat(300_001))).toEqual(['takes 300001 bytes, more than 300000']);
  });
});

describe('leftovers', () => {
  test.each([
    ['src/quorum/a.ts', `// ${'TO'}DO: later`, 'a note to do something'],
    ['README.md', `${'FIX'}ME`, 'a note to do something'],
    ['README.md', `${'<'.repeat(7)} HEAD`, 'a merge conflict'],
    ['README.md', `see ${'/work'}/main`, 'a path of the workshop'],
    ['README.md', `as ${'iss'}ue #12 says`, 'the number of a ticket'],
    ['README.md', `made in an ${'assistant'} session`, 'talk about how it was made'],
    ['src/quorum/a.ts', `${'debug'}ger;`, 'a breakpoint'],
    ['src/mcp/a.ts', `${'console'}.log('x');`, 'console output'],
    ['src/mcp/a.test.ts', `test.${'only'}('x', f);`, 'a test that silences the others'],
    ['src/mcp/a.test.ts', `describe.each(x).${'skip'}('x', f);`, 'a test that does not run'],
    ['src/mcp/a.test.ts', `test.${'skip'}('x', f);`, 'a test that does not run'],
  ])('%s: %s', (path, text, complaint) => {
    expect(complaintsOf('leftovers', path, text)).toEqual([complaint]);
  });
});

describe('names', () => {
  test.each([
    ['src/quorum/QuorumSystem.ts', 'the name is not kebab-case'],
    ['src/Quorum/a.ts', 'the folder Quorum is not kebab-case'],
    ['src/quorum/utils/a.ts', 'the folder utils says nothing about what is in it'],
    ['src/quorum/types.ts', 'the name says nothing about what is in it'],
    ['src/quorum/helpers.test.ts', 'the name says nothing about what is in it'],
    ['src/quorum/a.exe', 'an unknown kind of file'],
  ])('%s', (path, complaint) => {
    expect(complaintsOf('names', path)).toEqual([complaint]);
  });

  test.each([
    'README.md',
    'LICENSE',
    '.ci/run',
    '.gitignore',
    'src/a.generated.ts',
    'docs/adr/0001-sdk.md',
    'skills/x/SKILL.md',
    'bench/run_peer.py',
  ])('%s is fine', (path) => {
    expect(complaintsOf('names', path)).toEqual([]);
  });
});

describe('documents', () => {
  test.each([
    ['CHANGELOG.md', '# Changes\n\n## 0.1.0 — unreleased\n', 'does not begin with "# Changelog"'],
    ['CHANGELOG.md', '# Changelog\n', 'names no version'],
    ['CHANGELOG.md', '# Changelog\n\n## v1\n', 'the heading "v1" is not "VERSION — DATE"'],
    [
      'CHANGELOG.md',
      '# Changelog\n\n## 0.1.0 — unreleased\n\n### News\n',
      'the section "News" is not one of Added, Changed, Fixed, Removed, Security',
    ],
    [
      'CHANGELOG.md',
      '# Changelog\n\n## 0.9.0 — 2026-12-01\n\n## 0.10.0 — 2026-12-02\n',
      'versions are not in descending order',
    ],
    ['docs/adr/0007-x.md', `# 0007 x\n${'a\n'.repeat(40)}`, 'has 41 lines, more than 40'],
    ['docs/adr/0007-x.md', '# x\n', 'its heading does not begin with 0007'],
  ])('%s: %j', (path, text, complaint) => {
    expect(complaintsOf('documents', path, text)).toEqual([complaint]);
  });

  test('a good change log', () => {
    const text = '# Changelog\n\n## 0.10.0 — unreleased\n\n### Added\n\n- a\n\n## 0.9.0 — 2026-12-01\n';
    expect(complaintsOf('documents', 'CHANGELOG.md', text)).toEqual([]);
  });
});
