import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSettings } from '../settings.ts';
import { fabPaxosDefinition } from './fab-paxos-definition.ts';
import type { CommitProof, FabConfig, Report } from './fab-paxos-state.ts';
import { isCertificate, verdictOf, vouchesFor } from './vouching.ts';

function configOf(nodes = 4, fastFaults = 0, variant?: string): FabConfig {
  const settings = readSettings('fab-paxos', fabPaxosDefinition.settings, { fast_faults: `${fastFaults}` });
  return fabPaxosDefinition.configure({ nodes, settings, ...(variant === undefined ? {} : { variant }) });
}

const VIEW = 6;

/** `accepted` in `acceptedView`, with a proof of `[view, value]`. */
function report(
  node: number,
  acceptedView: number,
  accepted: number | null,
  proof?: readonly [number, number],
): Report {
  const signers = [0, 1, 2, 3, 4, 5, 6].slice(0, 5);
  const given: CommitProof | null = proof === undefined ? null : { view: proof[0], value: proof[1], signers };
  return { node, view: VIEW, acceptedView, accepted, proof: given };
}

/** arXiv:1712.01367: of four nodes, n1 lies; n2 accepted 1 and has its proof, n3 accepted 2, and n1 says that it did too. */
const STUCK = [report(0, 0, 2), report(1, 0, 1, [0, 1]), report(2, 0, 2)];

describe('the certificate of arXiv:1712.01367', () => {
  test('vouches for no value at all by the rule as published', () => {
    const config = configOf(4, 0, 'vouches-by-paper-rule');
    expect(verdictOf(STUCK, config)).toEqual({ kind: 'none' });
    expect([1, 2, 3].map((value) => vouchesFor(STUCK, value, config))).toEqual([false, false, false]);
  });

  test('vouches for the proven value where views are compared', () => {
    expect(verdictOf(STUCK, configOf())).toEqual({ kind: 'only', value: 1 });
    expect([1, 2, 3].map((value) => vouchesFor(STUCK, value, configOf()))).toEqual([true, false, false]);
  });

  test('vouches for the value that was not proven where proofs do not count', () => {
    const config = configOf(4, 0, 'vouches-without-commit-proofs');
    expect(verdictOf(STUCK, config)).toEqual({ kind: 'only', value: 2 });
  });

  test('is needed for that: without the proof, or with one report of 2 fewer, the rule as published vouches for one', () => {
    const config = configOf(4, 0, 'vouches-by-paper-rule');
    const [first, , third] = STUCK as [Report, Report, Report];
    expect(verdictOf([first, report(1, 0, 1), third], config)).toEqual({ kind: 'only', value: 2 });
    expect(verdictOf([report(0, -1, null), report(1, 0, 1, [0, 1]), third], config)).toEqual({
      kind: 'only',
      value: 1,
    });
  });
});

describe('a certificate', () => {
  test('without a trace vouches for any value', () => {
    const certificate = [report(0, 0, 1), report(1, 0, 2), report(2, -1, null)];
    expect(verdictOf(certificate, configOf())).toEqual({ kind: 'any' });
  });

  test('vouches for what enough reports name, in whatever views, when no proof is younger', () => {
    const certificate = [report(0, 3, 1), report(1, 5, 1), report(2, 1, 2, [2, 2])];
    expect(verdictOf(certificate, configOf())).toEqual({ kind: 'only', value: 1 });
  });

  test('counts reports as old as the oldest that is needed, so that a liar makes none younger', () => {
    const certificate = [report(0, 5, 1), report(1, 0, 1), report(2, 1, 2, [1, 2])];
    expect(verdictOf(certificate, configOf())).toEqual({ kind: 'only', value: 2 });
  });

  test('is n - f sound reports of distinct nodes for one view', () => {
    const config = configOf();
    expect(isCertificate(STUCK, VIEW, config)).toBe(true);
    const [first, second, third] = STUCK as [Report, Report, Report];
    for (const wrong of [
      [first, second],
      [...STUCK, report(3, 0, 1)],
      [first, second, second],
      [first, second, { ...third, view: VIEW - 1 }],
      [first, second, { ...third, acceptedView: VIEW }],
      [first, second, { ...third, proof: { view: VIEW, value: 1, signers: [0, 1, 2] } }],
      [first, second, { ...third, proof: { view: 0, value: 2, signers: [0, 1, 1] } }],
    ])
      expect(isCertificate(wrong, VIEW, config)).toBe(false);
  });
});

interface Trace {
  readonly value: number;
  readonly view: number;
}

/** The same by exclusion: every value that one view leaves possible. At most one is. */
function possiblyChosen(certificate: readonly Report[], { vouchingReports }: FabConfig): number[] {
  const proofs: Trace[] = certificate.flatMap(({ proof }) => (proof === null ? [] : [proof]));
  const counted: Trace[] = [];
  for (let view = 0; view < VIEW; view++)
    for (let value = 0; value < 3; value++)
      if (certificate.filter((each) => each.accepted === value && each.acceptedView >= view).length >= vouchingReports)
        counted.push({ value, view });
  const atOnce = counted.filter(
    ({ value, view }) => !proofs.some((proof) => proof.value !== value && proof.view >= view),
  );
  const byProof = proofs.filter(
    ({ value, view }) => ![...proofs, ...counted].some((other) => other.value !== value && other.view > view),
  );
  return [...new Set([...atOnce, ...byProof].map(({ value }) => value))];
}

/** Of one view there are proofs of one value alone. */
const anyReport = fc.record({
  acceptedView: fc.integer({ min: 0, max: VIEW - 1 }),
  accepted: fc.option(fc.integer({ min: 0, max: 2 })),
  provenView: fc.option(fc.integer({ min: 0, max: VIEW - 1 }), { freq: 3 }),
});

describe.each([
  [4, 0],
  [6, 1],
  [7, 0],
  [9, 1],
  [11, 2],
])('with n = %i and t = %i', (nodes, fastFaults) => {
  const config = configOf(nodes, fastFaults);
  const anyCertificate = fc
    .array(anyReport, { minLength: config.certificateSize, maxLength: config.certificateSize })
    .map((reports) =>
      reports.map(({ acceptedView, accepted, provenView }, node) =>
        report(
          node,
          accepted === null ? -1 : acceptedView,
          accepted,
          provenView === null ? undefined : [provenView, (provenView * 2) % 3],
        ),
      ),
    );

  test('every certificate vouches for some value, and for the one that may have been chosen where one may', () => {
    fc.assert(
      fc.property(anyCertificate, (certificate) => {
        const possible = possiblyChosen(certificate, config);
        const [value] = possible;
        expect(possible.length).toBeLessThanOrEqual(1);
        expect(verdictOf(certificate, config)).toEqual(value === undefined ? { kind: 'any' } : { kind: 'only', value });
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  test('the rule as published vouches for no other value than that, and sometimes for none', () => {
    const published = configOf(nodes, fastFaults, 'vouches-by-paper-rule');
    let stuck = 0;
    fc.assert(
      fc.property(anyCertificate, (certificate) => {
        const verdict = verdictOf(certificate, published);
        if (verdict.kind === 'none') stuck += 1;
        else expect(verdict).toEqual(verdictOf(certificate, config));
      }),
      { seed: 42, numRuns: 500 },
    );
    expect(stuck).toBeGreaterThan(0);
  });
});
