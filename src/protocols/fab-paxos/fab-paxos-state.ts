/**
 * Parametrised FaB Paxos: what a node holds and what it sends. Every node is proposer, acceptor and learner.
 *
 * Signatures. A commit proof names those who signed, and a progress certificate holds reports of those who signed them. Honest nodes
 * put only there what they received, and the Byzantine steps in this folder lie about themselves alone. That is what unforgeable
 * signatures leave a liar to do. Clients sign what they propose: a liar proposes only what some client asked for.
 */
import type { Milliseconds, NodeIndex } from '../../kernel/units.ts';
import type { Output, Step } from '../protocol.ts';

export const BEHAVIORS = ['equivocate', 'lie', 'withhold'] as const;
export type ByzantineBehavior = (typeof BEHAVIORS)[number];

/** How a progress certificate is read (vouching.ts). */
export const VOUCHING_RULES = ['highest_view', 'no_other_value', 'reports_alone'] as const;
export type VouchingRule = (typeof VOUCHING_RULES)[number];

export interface FabConfig {
  readonly nodes: number;
  /** Faults despite which it is safe: f. */
  readonly faults: number;
  /** Acceptances that are learned at once: ⌈(n + 3f + 1)/2⌉. */
  readonly fastQuorum: number;
  /** Acceptances that make a commit proof, and commit proofs that are learned: ⌈(n + f + 1)/2⌉. */
  readonly commitQuorum: number;
  /** Reports in a progress certificate: n - f, no more and no fewer. */
  readonly certificateSize: number;
  /** Reports of a certificate that a chosen value has at least: ⌈(n - f + 1)/2⌉. */
  readonly vouchingReports: number;
  readonly vouching: VouchingRule;
  /** Nodes below this lie. */
  readonly byzantine: number;
  readonly behavior: ByzantineBehavior;
  readonly viewTimeoutMs: Milliseconds;
  readonly pullMs: Milliseconds;
}

/** That one value was accepted in one view by all these; enough of them that no other value has a proof in the view. */
export interface CommitProof {
  readonly view: number;
  readonly value: number;
  readonly signers: readonly NodeIndex[];
}

/** REP: what an acceptor has done before it entered `view`. */
export interface Report {
  readonly node: NodeIndex;
  readonly view: number;
  /** View of the last acceptance; -1 without one. */
  readonly acceptedView: number;
  readonly accepted: number | null;
  readonly proof: CommitProof | null;
}

/** PROPOSE; only the first view goes without a progress certificate. */
export interface Proposal {
  readonly view: number;
  readonly value: number;
  readonly certificate: readonly Report[];
}

export type FabMessage =
  | { readonly kind: 'propose'; readonly proposal: Proposal }
  | { readonly kind: 'accepted'; readonly view: number; readonly value: number }
  | { readonly kind: 'commit_proof'; readonly proof: CommitProof }
  | { readonly kind: 'report'; readonly report: Report }
  /** Who has not learned asks for all that others have to say, and passes on what there is to decide. */
  | { readonly kind: 'pull'; readonly wanted: number | null }
  | { readonly kind: 'learned'; readonly value: number };

/** What survives a crash. */
export interface FabDurable {
  /** The proposal number: the highest view that was entered. */
  readonly view: number;
  readonly acceptedView: number;
  readonly accepted: number | null;
  readonly proof: CommitProof | null;
  /** What was said on entering `view`; null in the first view. */
  readonly report: Report | null;
  /** What this node, as leader, has proposed last. */
  readonly proposal: Proposal | null;
  readonly learned: number | null;
}

export interface Vote {
  readonly view: number;
  readonly value: number;
}

export interface Waiting {
  readonly client: number;
  readonly number: number;
}

export interface FabState extends FabDurable {
  readonly config: FabConfig;
  readonly self: NodeIndex;
  /** The last acceptance of each node that was heard of. */
  readonly acceptances: readonly (Vote | null)[];
  /** The same of commit proofs. */
  readonly commits: readonly (Vote | null)[];
  /** The report of each node for the highest view, in order of arrival. */
  readonly reports: readonly Report[];
  /** What each node says to have learned. */
  readonly learnedBy: readonly (number | null)[];
  /** What the first client here wanted. */
  readonly wanted: number | null;
  readonly waiting: readonly Waiting[];
  /** For a Byzantine node: two values to equivocate with. */
  readonly decoys: readonly number[];
}

export type FabOutput = Output<FabMessage, FabDurable>;
export type FabStep = Step<FabState, FabMessage, FabDurable>;

export function leaderOf({ nodes }: FabConfig, view: number): NodeIndex {
  return view % nodes;
}

export function isLeader({ config, self, view }: FabState): boolean {
  return leaderOf(config, view) === self;
}

/** The reports for the view that this node is in, in order of arrival. */
export function reportsForView({ reports, view }: FabState): readonly Report[] {
  return reports.filter((each) => each.view === view);
}

export function countVotes(votes: readonly (Vote | null)[], view: number, value: number): number {
  let count = 0;
  for (const vote of votes) if (vote !== null && vote.view === view && vote.value === value) count += 1;
  return count;
}

export function persist(state: FabState): FabOutput {
  const { view, acceptedView, accepted, proof, report, proposal, learned } = state;
  return { kind: 'persist', durable: { view, acceptedView, accepted, proof, report, proposal, learned } };
}

/** To all others, and last to the node itself, which so hears it when its disk has what stands before. */
export function sendToAll(state: FabState, message: FabMessage, out: FabOutput[]): void {
  sendToOthers(state, message, out);
  out.push({ kind: 'send', to: state.self, message });
}

export function sendToOthers({ config, self }: FabState, message: FabMessage, out: FabOutput[]): void {
  for (let to = 0; to < config.nodes; to++) if (to !== self) out.push({ kind: 'send', to, message });
}
