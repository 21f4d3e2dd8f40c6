/** Resilience and minimal quorums of quoracle's examples; the source is named in the file. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import { dual } from './expressions/dual.ts';
import { isDuplicateFree } from './expressions/expression.ts';
import { knownNames } from './expressions/node-names.ts';
import { parseExpression } from './expressions/parse-expression.ts';
import { countMinimalQuorums, minimalQuorums } from './quorums/minimal-quorums.ts';
import { resilience } from './resilience.ts';
import { allMinimalQuorums } from './testdata/brute-force.ts';

interface QuoracleCase {
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly { readonly id: string }[];
  readonly reads: string | null;
  readonly writes: string | null;
  readonly expected: {
    readonly read_resilience: number;
    readonly write_resilience: number;
    readonly resilience: number;
    readonly dup_free: boolean;
    readonly minimal_read_quorums: number;
    readonly minimal_write_quorums: number;
  };
}

const { cases } = JSON.parse(readFileSync(new URL('./testdata/quoracle-cases.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly QuoracleCase[];
};

describe('quoracle', () => {
  it.each(cases)('$id: $title', ({ nodes, reads: readText, writes: writeText, expected }) => {
    const names = knownNames(nodes.map(({ id }) => id));
    const parse = (text: string) => parseExpression(text, { path: 'reads', names });
    const reads = readText === null ? dual(parse(writeText ?? '')) : parse(readText);
    const writes = writeText === null ? dual(reads) : parse(writeText);
    const failures = [reads, writes].map(
      (side) => resilience(side, { budget: stepBudget(1_000_000) }).failures ?? Number.NaN,
    );
    expect({
      read_resilience: failures[0],
      write_resilience: failures[1],
      resilience: Math.min(...failures),
      dup_free: isDuplicateFree(reads) && isDuplicateFree(writes),
      minimal_read_quorums: Number(countMinimalQuorums(reads)),
      minimal_write_quorums: Number(countMinimalQuorums(writes)),
    }).toEqual({
      read_resilience: expected.read_resilience,
      write_resilience: expected.write_resilience,
      resilience: expected.resilience,
      dup_free: expected.dup_free,
      minimal_read_quorums: expected.minimal_read_quorums,
      minimal_write_quorums: expected.minimal_write_quorums,
    });
    const listed = minimalQuorums(writes, { limit: 1_000, budget: stepBudget(1_000_000) });
    expect(listed).toEqual({ quorums: allMinimalQuorums(writes, nodes.length), complete: true });
  });

  it('has 20 cases', () => {
    expect(cases).toHaveLength(20);
  });
});
