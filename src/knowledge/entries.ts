/**
 * What is known by heart: literature, protocols, failure modes, terms. Written as YAML beside this file; checked and
 * turned into `knowledge.generated.ts` by `npm run generate`, since engines read no files.
 */
import type { ReferenceId } from './knowledge.generated.ts';

export interface BibliographyEntry {
  readonly id: ReferenceId;
  readonly title: string;
  readonly authors: string;
  readonly year: number;
  readonly venue: string;
  readonly doi?: string;
  readonly url?: string;
}

/** A place in the literature. */
export interface Citation {
  readonly reference: ReferenceId;
  /** Section, figure or theorem, and what it contributes. */
  readonly section: string;
}

export interface SafetyProperty {
  /** The name that the paper gives it. */
  readonly name: string;
  readonly statement: string;
}

export interface ProofArgument {
  readonly theorem: string;
  readonly lemma: string;
  /** The steps, in order. */
  readonly argument: readonly string[];
  /** What the argument rests on; without it the theorem is false. */
  readonly restriction: string;
  readonly sources: readonly Citation[];
}

/** The failure scenarios that every consensus answer covers, in the order in which they are shown. */
export type ScenarioId =
  | 'none_down'
  | 'one_down'
  | 'f_down'
  | 'more_than_f_down'
  | 'minority_partition'
  | 'majority_partition'
  | 'clock_skew'
  | 'message_reordering_and_duplication'
  | 'slow_leader'
  | 'crash_during_recovery';

export interface ScenarioBehavior {
  readonly behavior: string;
  readonly recovery: string;
}

export interface PerformanceNotes {
  /** Messages of one committed operation between replicas, e.g. `2(n − 1)`. */
  readonly messageFormula: string;
  readonly latency: string;
  readonly throughput: string;
  readonly availability: string;
}

export interface ProtocolCard {
  readonly id: string;
  readonly name: string;
  readonly problem: 'consensus' | 'replication' | 'transaction';
  readonly faultModel: 'crash' | 'byzantine';
  readonly summary: string;
  /** Nodes needed for f failures, e.g. `n ≥ 2f + 1`. */
  readonly nodesNeeded: string;
  readonly quorum: { readonly formula: string; readonly intersection: string };
  readonly safetyProperties: readonly SafetyProperty[];
  readonly proof: ProofArgument;
  /** Conditions under which it makes progress. */
  readonly liveness: readonly string[];
  readonly behaviors: Readonly<Partial<Record<ScenarioId, ScenarioBehavior>>>;
  readonly performance: PerformanceNotes;
  readonly implementations: readonly string[];
  /** Where it is the wrong choice. */
  readonly notFor: string;
  readonly references: readonly ReferenceId[];
}

/** Default timeouts for a LAN, and where the figures come from. */
export interface ProtocolTimeouts {
  readonly electionTimeoutMinMs: number;
  readonly electionTimeoutMaxMs: number;
  /** Absent where the leader sends none. */
  readonly heartbeatIntervalMs?: number;
  readonly sources: readonly Citation[];
  readonly note: string;
}

/** A consensus protocol: every scenario is described, and its costs are numbers. */
export interface ConsensusCard extends ProtocolCard {
  readonly problem: 'consensus';
  readonly behaviors: Readonly<Record<ScenarioId, ScenarioBehavior>>;
  readonly timeouts: ProtocolTimeouts;
  readonly performance: PerformanceNotes & {
    /** The message formula as quadratic·n² + linear·n + constant. */
    readonly messageTerms: { readonly quadratic: number; readonly linear: number; readonly constant: number };
    /** Round trips between replicas until an operation commits; half a round trip is one message delay. */
    readonly roundTripsPerCommit: number;
    /** The same with the client's own. */
    readonly clientRoundTrips: number;
  };
}

export interface FailureMode {
  readonly id: string;
  readonly name: string;
  readonly symptoms: readonly string[];
  readonly causes: readonly string[];
  readonly resolutions: readonly string[];
  /** Steps in order. */
  readonly recovery: readonly string[];
  readonly references: readonly ReferenceId[];
}

export interface GlossaryEntry {
  readonly term: string;
  readonly definition: string;
  readonly references?: readonly ReferenceId[];
}
