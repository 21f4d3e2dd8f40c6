import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { attempt, FAILURE_CODES, FailureError, fail, renderFailure, renderReceived } from './failure.ts';
import { InvariantError, invariant, unreachable } from './invariant.ts';

describe('failure codes', () => {
  test.each(Object.entries(FAILURE_CODES))('%s is domain/reason with one line that explains it', (code, line) => {
    expect(code).toMatch(/^[a-z]+\/[a-z][a-z_]*[a-z]$/);
    expect(line).toMatch(/^[A-Z][^\n]{10,120}\.$/);
  });

  test('are listed by domain, in alphabetical order of domains', () => {
    const domains = Object.keys(FAILURE_CODES).map((code) => code.split('/')[0] ?? '');
    expect(domains).toEqual(domains.toSorted());
  });
});

describe('messages', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const messages = ['src', 'tools'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testdata'))
      .flatMap((file) => messagesIn(readFileSync(`${root}${folder}/${file}`, 'utf8'))),
  );

  /** Literals after `message:`, and both of a condition. */
  function messagesIn(source: string): string[] {
    const literal = String.raw`(?:'((?:[^'\\]|\\.)*)'|\`((?:[^\`\\]|\\.)*)\`)`;
    const pattern = new RegExp(String.raw`\bmessage:\s*(?:[^,;'\`]*\?\s*${literal}\s*:\s*)?${literal}`, 'g');
    return [...source.matchAll(pattern)].flatMap((match) => match.slice(1).filter((text) => text !== undefined));
  }

  test('are found in the sources', () => {
    expect(messages.length).toBeGreaterThan(80);
    expect(messages).toContain('a bearer token is required');
    expect(messages).toContain('the bearer token is not valid here');
  });

  test('are clauses: they begin in lower case and end without a full stop', () => {
    // A word in capitals, or with a capital inside, is a name.
    const wrong = messages.filter((message) => /^[A-Z][a-z]*\b/.test(message) || message.endsWith('.'));
    expect(wrong).toEqual([]);
  });
});

describe('attempt', () => {
  const details = { message: 'no such node', nextStep: 'Name another.' };

  test('turns a failure into a value', () => {
    expect(attempt(() => fail('quorum/unknown_node', details))).toEqual({
      ok: false,
      failure: { code: 'quorum/unknown_node', ...details },
    });
  });

  test('returns what the action returned', () => {
    expect(attempt(() => 7)).toEqual({ ok: true, value: 7 });
  });

  test('lets bugs of ours through', () => {
    expect(() => attempt(() => invariant(false, 'two is three'))).toThrow(InvariantError);
    expect(() =>
      attempt(() => {
        throw new RangeError('bug');
      }),
    ).toThrow(RangeError);
  });

  test('a failure that nobody catches names its code', () => {
    expect(() => fail('quorum/unknown_node', details)).toThrow(FailureError);
    expect(() => fail('quorum/unknown_node', details)).toThrow('quorum/unknown_node: no such node');
  });
});

describe('rendering', () => {
  test('a failure takes three lines: what, got and expected, what next', () => {
    const text = renderFailure({
      code: 'input/invalid',
      message: 'an argument is not valid',
      path: 'nodes[2].capacity',
      received: '-1',
      expected: 'more than 0',
      nextStep: 'Set it to 1000.',
    });
    expect(text).toBe(
      'input/invalid: an argument is not valid (at nodes[2].capacity)\ngot -1; expected more than 0\nNext: Set it to 1000.',
    );
  });

  test('the second line is left out when there is nothing to say', () => {
    expect(renderFailure({ code: 'call/cancelled', message: 'cancelled', nextStep: 'Call again.' })).toBe(
      'call/cancelled: cancelled\nNext: Call again.',
    );
  });

  test.each([
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    ['5', '"5"'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ a: [1] }, '{"a":[1]}'],
  ])('what was received is shown as it was: %s', (value, text) => {
    expect(renderReceived(value)).toBe(text);
  });

  test('long values are cut, and their length is told', () => {
    const text = renderReceived('x'.repeat(1_000_000));
    expect(text).toHaveLength(120 + '… (1000002 characters)'.length);
    expect(text.endsWith('… (1000002 characters)')).toBe(true);
  });
});

describe('invariants', () => {
  test('say what was believed', () => {
    expect(() => invariant(0, 'the sum is positive')).toThrow('invariant broken: the sum is positive');
    expect(() => invariant(1, 'the sum is positive')).not.toThrow();
  });

  test('an unhandled case names itself', () => {
    expect(() => unreachable({ kind: 'new' } as never)).toThrow('unhandled case {"kind":"new"}');
  });
});
