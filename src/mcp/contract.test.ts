/**
 * The contract over standard input and output, through real child processes: the program itself, bundled as it is shipped, and
 * a server with tools that misbehave.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { registry } from '../../tools/index.ts';
import { bibliography } from '../knowledge/bibliography.ts';
import { bundle } from '../runs/testdata/bundle.ts';
import { type ContractServer, describeContract, describeLongCalls } from './contract-suite.ts';
import { PROMPTS } from './prompts.generated.ts';
import { type ChildServer, connectToChild, startChild } from './testdata/child-server.ts';

const state = mkdtempSync(join(tmpdir(), 'quorate-contract-'));
afterAll(() => rmSync(state, { recursive: true }));

const subject = { registry, prompts: PROMPTS, referenceIds: bibliography().map((entry) => entry.id) };
describeContract('standard input and output', subject, childServer('../bin/quorate.ts', 'serve'));
describeLongCalls('long calls over standard input and output', childServer('testdata/pool-server.ts'));

function childServer(entry: string, ...args: readonly string[]): ContractServer {
  const children: ChildServer[] = [];
  let script: Promise<string> | undefined;
  return {
    connect: async (generation) => {
      script ??= bundle(new URL(entry, import.meta.url), state);
      const child = startChild([await script, ...args], { QUORATE_STATE_DIR: state });
      children.push(child);
      return connectToChild(child, generation);
    },
    problems: () =>
      children.flatMap((child) => [...child.strayLines, ...child.stderr().split('\n').filter(isUnexpected)]),
  };
}

/** Warnings are what the server may say about input that is wrong. */
function isUnexpected(line: string): boolean {
  return line !== '' && !line.startsWith('{"level":40,');
}
