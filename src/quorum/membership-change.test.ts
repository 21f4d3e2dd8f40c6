import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attempt } from '../kernel/failure.ts';
import { isSatisfied } from './expressions/expression.ts';
import { knownNames } from './expressions/node-names.ts';
import { parseExpression } from './expressions/parse-expression.ts';
import { analyzeMembershipChange } from './membership-change.ts';
import { range } from './testdata/brute-force.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('membership changes', () => {
  it.each([
    ['adding one server', 'abc', 'abcd', true],
    ['removing one server', 'abcd', 'abc', true],
    ['no change', 'abc', 'cba', true],
    // Ongaro 2014, figure 4.1: from three servers to five in one step.
    ['adding two servers', 'abc', 'abcde', false],
    ['replacing two of three', 'abc', 'cde', false],
    ['replacing all', 'ab', 'cd', false],
    ['replacing one of three', 'abc', 'abd', false],
    ['replacing one of two', 'ab', 'ac', true],
  ])('%s: %s to %s', (_, from, to, oneStepIsSafe) => {
    expect(analyzeMembershipChange({ from: from.split(''), to: to.split('') }).oneStepIsSafe).toBe(oneStepIsSafe);
  });

  it('agree with all pairs of majorities, and show two that are disjoint', () => {
    const members = fc.subarray(IDS, { minLength: 1 });
    fc.assert(
      fc.property(members, members, (from, to) => {
        const { oneStepIsSafe, disjointMajorities } = analyzeMembershipChange({ from, to });
        const meets = majorities(from).every((old) =>
          majorities(to).every((next) => next.some((id) => old.includes(id))),
        );
        expect(oneStepIsSafe).toBe(meets);
        expect(disjointMajorities === undefined).toBe(meets);
        if (disjointMajorities === undefined) return;
        expect(majorities(from).map(sorted)).toContain(sorted(disjointMajorities.old));
        expect(majorities(to).map(sorted)).toContain(sorted(disjointMajorities.new));
        expect(disjointMajorities.old.some((id) => disjointMajorities.new.includes(id))).toBe(false);
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  it('decide jointly by a majority of the old and one of the new, never by one alone', () => {
    fc.assert(
      fc.property(
        fc.subarray(IDS, { minLength: 1 }),
        fc.subarray(IDS, { minLength: 1 }),
        fc.subarray(IDS),
        (from, to, up) => {
          const { joint, members } = analyzeMembershipChange({ from, to });
          const hasMajority = (ids: string[]): boolean => 2 * ids.filter((id) => up.includes(id)).length > ids.length;
          expect(isSatisfied(joint, (index) => up.includes(members[index] ?? ''))).toBe(
            hasMajority(from) && hasMajority(to),
          );
        },
      ),
      { seed: 43, numRuns: 300 },
    );
  });

  it('write the joint quorum in the language of expressions', () => {
    const { jointQuorum, joint, members } = analyzeMembershipChange({ from: ['a', 'b', 'c'], to: ['c', 'd', 'e'] });
    expect(jointQuorum).toBe('majority(a, b, c)*majority(c, d, e)');
    expect(parseExpression(jointQuorum, { path: 'reads', names: knownNames(members) })).toEqual(joint);
  });

  it('warn of the single-server error of 2015', () => {
    expect(analyzeMembershipChange({ from: ['a', 'b', 'c'], to: ['a', 'b', 'c', 'd'] }).rule).toContain(
      'entry of its own term',
    );
    expect(analyzeMembershipChange({ from: ['a', 'b', 'c'], to: ['c', 'd', 'e'] }).rule).toContain('joint consensus');
  });

  it.each([
    [{ from: [], to: ['a'] }, 'input/invalid'],
    [{ from: ['a', 'a'], to: ['a'] }, 'input/conflict'],
  ])('refuse %o', (request, code) => {
    expect(attempt(() => analyzeMembershipChange(request))).toMatchObject({ ok: false, failure: { code } });
  });
});

function majorities(members: readonly string[]): string[][] {
  return range(2 ** members.length)
    .map((set) => members.filter((_, index) => ((set >> index) & 1) === 1))
    .filter((ids) => ids.length === Math.floor(members.length / 2) + 1);
}

function sorted(ids: readonly string[]): string {
  return [...ids].sort().join();
}
