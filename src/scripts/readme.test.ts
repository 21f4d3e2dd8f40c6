/**
 * The examples in the README are executed. A `console` block holds commands after `$ ` with the output they print; a line with
 * only `…` stands for any text. Line breaks and indentation do not matter.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { registry } from '../../tools/index.ts';
import { FAILURE_CODES } from '../kernel/failure.ts';
import { inputSchemaOf, outputSchemaOf } from '../registry/json-schema.ts';
import { schemaRows } from '../registry/schema-rows.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(ROOT + path, 'utf8');
const state = mkdtempSync(join(tmpdir(), 'quorate-readme-'));

afterAll(() => rmSync(state, { recursive: true, force: true }));

interface Example {
  readonly command: string;
  readonly output: readonly string[];
}

function examplesOf(markdown: string): Example[] {
  return [...markdown.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block]) =>
    (block ?? '')
      .split(/^\$ /m)
      .slice(1)
      .map((session) => {
        const [command = '', ...output] = session.trimEnd().split('\n');
        return { command, output };
      }),
  );
}

/** What the command prints on both outputs, whatever its exit code. */
function runInShell(command: string): string {
  const script = `quorate() { ${process.execPath} --import tsx ${ROOT}src/bin/quorate.ts "$@"; }; { ${command}; } 2>&1; true`;
  const env = { ...process.env, NO_COLOR: '1', COLUMNS: undefined, QUORATE_STATE_DIR: state };
  return execFileSync('bash', ['-c', script], { cwd: ROOT, env, encoding: 'utf8' });
}

/** Whether `printed` is what `expected` shows; where lines are broken depends on the terminal and does not matter. */
function fits(expected: readonly string[], printed: string): boolean {
  const pieces = expected.join('\n').split(/^…$/m).map(withoutLayout);
  const text = withoutLayout(printed);
  let end = 0;
  for (const [index, piece] of pieces.entries()) {
    const isLast = index === pieces.length - 1;
    const start = isLast && piece !== '' ? text.lastIndexOf(piece) : text.indexOf(piece, end);
    if (start < end || (index === 0 && start > 0)) return false;
    end = start + piece.length;
    if (isLast && piece !== '' && end < text.length) return false;
  }
  return true;
}

function withoutLayout(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

describe('examples in the README', () => {
  const examples = examplesOf(read('README.md'));

  test('there are some', () => {
    expect(examples.length).toBeGreaterThan(1);
  });

  test.each(examples.map((example) => [example.command, example] as const))('%s', (command, { output }) => {
    const printed = runInShell(command);
    if (!fits(output, printed)) expect(printed).toBe(output.join('\n'));
  });
});

test('the matcher accepts what it should and nothing else', () => {
  expect(fits(['a', '…', 'z'], 'a\nb\nz\n')).toBe(true);
  expect(fits(['a', '…'], 'a')).toBe(true);
  expect(fits(['a b'], 'a\n  b')).toBe(true);
  expect(fits(['a', '…', 'b', '…', 'c'], 'a b x b c')).toBe(true);
  expect(fits(['a', '…', 'z'], 'a b')).toBe(false);
  expect(fits(['a'], 'a b')).toBe(false);
  expect(fits(['a', 'b'], 'a')).toBe(false);
  expect(fits(['b', '…'], 'a b')).toBe(false);
  expect(fits(['a', '…', 'c', '…', 'b', '…'], 'a b c')).toBe(false);
});

test('the README lists every environment variable of ours, and no other', () => {
  const sources = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(?<!\.test)\.ts$/.test(path),
  );
  const variablesOf = (text: string): string[] => text.match(/\bQUORATE_[A-Z_]+/g) ?? [];
  const inCode = sources
    .filter((path) => !path.startsWith('scripts/'))
    .flatMap((path) => variablesOf(read(`src/${path}`)));
  expect(new Set(variablesOf(read('README.md')))).toEqual(new Set(inCode));
});

describe('documents name only what exists', () => {
  const tools = registry.tools.map(({ name }) => name);
  const fields = registry.tools.flatMap((tool) =>
    [...schemaRows(inputSchemaOf(tool)), ...schemaRows(outputSchemaOf(tool))].flatMap(({ path }) =>
      path.split(/[.[\]]+/),
    ),
  );
  const known = new Set([...tools, ...fields, ...Object.keys(FAILURE_CODES)]);
  const documents = ['agent.md', 'skills/distributed-systems/SKILL.md', 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
  const prompts = ['design-a-system', 'review-a-design', 'choose-a-quorum'].map((name) => `prompts/${name}.md`);

  test.each([...documents, ...prompts])('%s', (path) => {
    const named = [...read(path).matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !known.has(name) && name !== 'verb_noun')).toEqual([]);
  });

  test('every tool has a line in the README', () => {
    for (const name of tools) expect(read('README.md')).toContain(`tools/README.md#${name}`);
  });
});
