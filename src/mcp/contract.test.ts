/**
 * The contract over standard input and output, through real child processes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { registry } from '../../tools/index.ts';
import { bibliography } from '../knowledge/bibliography.ts';
import { type ContractServer, describeContract, describeLongCalls } from './contract-suite.ts';
import { PROMPTS } from './prompts.generated.ts';
import { type ChildServer, connectToChild, startChild } from './testdata/child-server.ts';

const state = mkdtempSync(join(tmpdir(), 'quorate-contract-'));
afterAll(() => rmSync(state, { recursive: true }));

function childServer(args: readonly string[]): ContractServer {
  const children: ChildServer[] = [];
  return {
    connect: (generation) => {
      const child = startChild(args, { QUORATE_STATE_DIR: state });
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

const script = fileURLToPath(new URL('testdata/stdio-server.ts', import.meta.url));
const subject = { registry, prompts: PROMPTS, referenceIds: bibliography().map((entry) => entry.id) };
describeContract('standard input and output', subject, childServer([script, 'real']));
describeLongCalls('long calls over standard input and output', childServer([script, 'pool']));
