/**
 * The runner of the checks, and the registry's rules on documents that break them.
 */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import serverJson from '../../../server.json' with { type: 'json' };
import { runChecks } from './check.ts';
import { startModelStub } from './model-stub.ts';
import { runProgram, runToSuccess } from './run-program.ts';

test('failed checks are counted and shown, and the others still run', async () => {
  const lines: string[] = [];
  const checks = [
    { name: 'first', run: () => Promise.reject(new Error('two\nlines')) },
    { name: 'second', run: () => Promise.resolve('seen') },
  ];
  expect(await runChecks(checks, (line) => lines.push(line))).toBe(1);
  expect(lines.map((line) => line.replace(/\d+\.\d s/, 'N s'))).toEqual([
    'FAIL  first (N s)\n      two\n      lines',
    'pass  second (N s): seen',
  ]);
});

test('a program that fails, hangs or is not there is an error with its output', async () => {
  const options = { cwd: tmpdir(), env: { ONLY: 'this' } };
  const script = 'process.stderr.write(JSON.stringify(process.env)); process.exitCode = 3';
  await expect(runToSuccess(process.execPath, ['-e', script], options)).rejects.toThrow(/3, not 0:\n\{"ONLY":"this"\}/);
  expect(await runToSuccess(process.execPath, ['-e', script], options, 3)).toMatchObject({ exitCode: 3 });
  const hanging = runProgram(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { ...options, timeoutMs: 200 });
  expect(await hanging).toMatchObject({ exitCode: null });
  await expect(runProgram('/no/such/program', [], options)).rejects.toThrow('ENOENT');
});

const npmPackage = serverJson.packages[0];

test.each<[string, object]>([
  ['a name without namespace', { name: 'quorate' }],
  ['a long description', { description: 'x'.repeat(101) }],
  ['a version range', { version: '^0.1.0' }],
  ['the version latest', { version: 'latest' }],
  ['no package', { packages: [] }],
  ['an unknown key', { remote: [] }],
  ['a package without transport', { packages: [{ ...npmPackage, transport: undefined }] }],
  ['an unknown registry', { packages: [{ ...npmPackage, registryType: 'jsr' }] }],
  ['HTTP without a URL', { packages: [{ ...npmPackage, transport: { type: 'streamable-http' } }] }],
  ['a bundle without its hash', { packages: [{ ...npmPackage, registryType: 'mcpb' }] }],
  ['a named argument without name', { packages: [{ ...npmPackage, packageArguments: [{ type: 'named' }] }] }],
])('server.json with %s breaks the rules', (_, change) => {
  const schema = JSON.parse(readFileSync(new URL('../../../e2e/server.schema.json', import.meta.url), 'utf8'));
  const valid = new Ajv({ strict: false, formats: { uri: () => true } }).compile(schema);
  expect(valid(serverJson)).toBe(true);
  expect(valid(JSON.parse(JSON.stringify({ ...serverJson, ...change })))).toBe(false);
});

test('the stub of the model calls the tool once and ends when the result comes back', async () => {
  const stub = await startModelStub('tool_of_a_plugin', { n: 1 });
  const ask = async (body: object): Promise<string> =>
    (await fetch(`${stub.url}/v1/messages?beta=true`, { method: 'POST', body: JSON.stringify(body) })).text();
  const question = { role: 'user', content: 'go' };
  const result = { role: 'user', content: [{ type: 'tool_result', content: 'the result' }] };
  expect(await ask({ messages: [question] })).toContain('"stop_reason":"end_turn"');
  expect(await ask({ messages: [question], tools: [{}] })).toContain('"name":"tool_of_a_plugin"');
  expect(await ask({ messages: [question, result], tools: [{}] })).toContain('"stop_reason":"end_turn"');
  expect(stub.toolResults()).toEqual(['"the result"']);
  expect((await fetch(stub.url)).status).toBe(404);
  stub.close();
});
