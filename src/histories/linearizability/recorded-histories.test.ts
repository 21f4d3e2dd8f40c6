import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { minimiseViolation } from '../explanation/minimise-history.ts';
import type { History, Operation, Value } from '../history.ts';
import type { ModelSpec } from '../models/catalogue.ts';
import { checkLinearizability } from './linearizability.ts';

interface Line {
  readonly process: number;
  readonly type: string;
  readonly f: string;
  readonly key?: Value;
  readonly value: Value;
}

function linesOf(name: string): string[] {
  return readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8').split('\n');
}

/** `INFO  jepsen.util - 0	:invoke	:cas	[1 2]` */
function jepsenLog(name: string): History {
  return historyOf(
    linesOf(name).map((text) => {
      const [, process, type = '', f = '', value = ''] = /- (\d+)\t:(\w+)\t:(\w+)\t(.*)$/.exec(text) ?? [];
      const numbers = value.match(/\d+/g)?.map(Number) ?? [];
      return process === undefined
        ? undefined
        : { process: Number(process), type, f, value: value.startsWith('[') ? numbers : (numbers[0] ?? null) };
    }),
  );
}

/** `{:process 0, :type :ok, :f :get, :key "9", :value "x 0 2 y"}` */
function porcupineKv(name: string): History {
  return historyOf(
    linesOf(name).map((text) => {
      const [, process, type = '', f = '', key = '', value] =
        /:process (\d+), :type :(\w+), :f :(\w+), :key "(.*?)", :value (?:nil|"(.*)")}/.exec(text) ?? [];
      return process === undefined ? undefined : { process: Number(process), type, f, key, value: value ?? null };
    }),
  );
}

function historyOf(lines: readonly (Line | undefined)[]): History {
  const operations: Operation[] = [];
  const running = new Map<number, number>();
  for (const [index, line] of lines.entries()) {
    if (line === undefined) continue;
    const { process, type, f, key, value } = line;
    if (type === 'invoke') {
      running.set(process, operations.length);
      const times = { invoked: index, completed: Infinity, invokedLine: index + 1 };
      operations.push({
        id: operations.length,
        process,
        f,
        key,
        input: value,
        output: null,
        outcome: 'open',
        ...times,
      });
    } else if (type !== 'info') {
      const id = running.get(process)!;
      const outcome = type === 'ok' ? 'ok' : 'failed';
      const completion = { completed: index, completedLine: index + 1, outcome, output: value } as const;
      operations[id] = { ...operations[id]!, ...completion };
    }
  }
  return { operations, processes: operations.map((_, process) => `${process}`), remarks: [] };
}

const ETCD: ModelSpec = { name: 'cas-register', failedCasObserves: true };
const KV: ModelSpec = { name: 'kv', initial: '' };

const check = (history: History, spec: ModelSpec) => checkLinearizability(history, spec, {}, stepBudget(1e7));

/** Kinds and values of operations in words, the culprit last. */
const inWords = (operations: readonly Operation[]): string[] =>
  operations.map(({ process, f, input, output, outcome }) => {
    const what = outcome === 'ok' && f === 'read' ? output : input;
    return `${process} ${f} ${JSON.stringify(what)}${outcome === 'ok' ? '' : ` ${outcome}`}`;
  });

describe('histories recorded by others', () => {
  it.each([
    ['etcd_000.log', 'violated'],
    ['etcd_002.log', 'holds'],
    ['etcd_018.log', 'holds'],
    ['etcd_050.log', 'violated'],
    ['etcd_080.log', 'holds'],
  ])('%s: %s, as Porcupine says', (name, verdict) => {
    expect(check(jepsenLog(name), ETCD).verdict).toBe(verdict);
  });

  it.each([
    ['c01-ok.txt', 'holds'],
    ['c10-bad.txt', 'violated'],
  ])('%s: %s, as Porcupine says', (name, verdict) => {
    expect(check(porcupineKv(name), KV).verdict).toBe(verdict);
  });

  it('says why etcd was not linearizable, with few operations', () => {
    const { violation } = check(jepsenLog('etcd_000.log'), ETCD);
    expect(violation!.sentence).toMatchInlineSnapshot(
      `"process 11 read 2 (line 86), but when that completed it could only be 1 (left so by process 0 or process 4 or process 1) or 3 (left so by process 4 or process 3 or process 9) or 4 (left so by process 2 or process 14) or 0 (left so by process 2 or process 3)"`,
    );
    const minimal = minimiseViolation(violation!, ETCD, stepBudget(1e6));
    expect(minimal.isMinimal).toBe(true);
    expect(inWords(minimal.operations)).toMatchInlineSnapshot(`
      [
        "1 write 2",
        "0 write 2",
        "4 write 2",
        "2 write 2",
        "2 write 2",
        "0 write 1",
        "11 read 2",
      ]
    `);
  });

  it('says which stale read of the key-value store has no place', () => {
    const { violation } = check(porcupineKv('c10-bad.txt'), KV);
    expect(violation!.sentence).toMatchInlineSnapshot(
      `"process 8 read "" (line 157), but when that completed 7 could only be "x 5 2 yx 9 2 yx 9 7 yx 0 7 y" (left so by process 0)"`,
    );
    expect(inWords(minimiseViolation(violation!, KV, stepBudget(1e6)).operations)).toMatchInlineSnapshot(`
      [
        "0 append "x 0 7 y"",
        "8 get null",
      ]
    `);
  });
});
