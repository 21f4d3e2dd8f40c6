/**
 * Which value a progress certificate vouches for: n - f reports of what acceptors did in earlier views, of which f may be false.
 *
 * A value that was chosen leaves one of two traces. Learned at once, it was accepted by so many that ⌈(n - f + 1)/2⌉ of any n - f reports say
 * so; only one value can have that many. Learned by commit proofs, at least one report has the proof.
 *
 * Parametrised FaB as published (TDSC 2006) lets a certificate vouch for a value only if no other has either trace. Liars forge traces of the
 * first kind: an equivocating leader has one value proven at a correct acceptor and accepted by some, another accepted by the rest, and its own
 * report makes up the number. Each trace then forbids the other value, and both forbid every third: the certificate
 * vouches for none, and nothing may ever be proposed on it (Abraham, Gueta, Malkhi, Alvisi, Kotla, Martin, arXiv:1712.01367, section 3).
 * More reports might undo that, but no leader can wait for more than n - f: the liar has answered, and the missing node may be slow for long.
 *
 * The rule that is live asks which trace is of the higher view (Abraham, Gueta, Malkhi, Martin, arXiv:1801.10022, section 2, Thelma).
 * In one view the proof wins: a proof of v and a learned acceptance of v' in the same view would have a correct acceptor accept both.
 * A count of reports is as old as its oldest report, so that f false views make no count younger than its true part.
 */
import type { CommitProof, FabConfig, Report } from './fab-paxos-state.ts';

export type Verdict =
  /** The leader may propose whatever it likes. */
  | { readonly kind: 'any' }
  | { readonly kind: 'only'; readonly value: number }
  /** A certificate that stops its leader. The live rule never says so. */
  | { readonly kind: 'none' };

const ANY: Verdict = { kind: 'any' };
const NONE: Verdict = { kind: 'none' };

export function verdictOf(certificate: readonly Report[], config: FabConfig): Verdict {
  const counted = mostReported(certificate, config.vouchingReports);
  if (config.vouching === 'reports_alone') return counted === undefined ? ANY : only(counted.value);
  const proof = highestProof(certificate);
  if (config.vouching === 'no_other_value') return onlyWithoutOthers(certificate, counted?.value);
  if (counted === undefined) return proof === null ? ANY : only(proof.value);
  return proof !== null && proof.view >= counted.view ? only(proof.value) : only(counted.value);
}

/** Whether the certificate allows the value in its view. */
export function vouchesFor(certificate: readonly Report[], value: number, config: FabConfig): boolean {
  const verdict = verdictOf(certificate, config);
  return verdict.kind === 'any' || (verdict.kind === 'only' && verdict.value === value);
}

/** n - f reports of distinct nodes, all for this view, with true proofs of views before. */
export function isCertificate(certificate: readonly Report[], view: number, config: FabConfig): boolean {
  const isFit = certificate.every((report) => report.view === view && isSound(report, config));
  const nodes = new Set(certificate.map(({ node }) => node));
  return isFit && certificate.length === config.certificateSize && nodes.size === certificate.length;
}

export function isSound({ view, acceptedView, proof }: Report, config: FabConfig): boolean {
  return acceptedView < view && (proof === null || (proof.view < view && isProof(proof, config)));
}

export function isProof({ signers }: CommitProof, { commitQuorum }: FabConfig): boolean {
  return new Set(signers).size >= commitQuorum;
}

function only(value: number): Verdict {
  return { kind: 'only', value };
}

interface Counted {
  readonly value: number;
  readonly view: number;
}

/** The value that `needed` reports name, of which at most one can be, with the highest view that as many of them reach. */
function mostReported(certificate: readonly Report[], needed: number): Counted | undefined {
  for (const { accepted } of certificate) {
    if (accepted === null) continue;
    const views = certificate.filter((each) => each.accepted === accepted).map((each) => each.acceptedView);
    const view = views.sort((a, b) => b - a)[needed - 1];
    if (view !== undefined) return { value: accepted, view };
  }
  return undefined;
}

function highestProof(certificate: readonly Report[]): CommitProof | null {
  let highest: CommitProof | null = null;
  for (const { proof } of certificate) if (proof !== null && proof.view > (highest?.view ?? -1)) highest = proof;
  return highest;
}

/** The rule as published. */
function onlyWithoutOthers(certificate: readonly Report[], counted: number | undefined): Verdict {
  const traced = certificate.flatMap(({ proof }) => proof?.value ?? []);
  if (counted !== undefined) traced.push(counted);
  const [first] = traced;
  if (first === undefined) return ANY;
  return traced.every((value) => value === first) ? only(first) : NONE;
}
