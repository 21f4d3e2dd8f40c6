/**
 * What the orchestrator of sagas and its services know and say.
 *
 * Step i of a saga is at service i. The first takes money from an account, every other puts a part of it into its account of the same
 * key, so the deltas of a whole saga add up to nothing. The orchestrator runs one saga of a client at a time: when a client's next saga
 * arrives, its earlier ones are over, and what a service remembers of them may go.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Output, Step } from '../protocol.ts';

export interface SagaConfig {
  readonly services: number;
  /** How other sagas are kept from harm: compensations that commute, or accounts locked until the saga ends. */
  readonly isolation: 'commutative' | 'semantic_lock';
  readonly retryMs: number;
  /** Retry intervals after which a silent step counts as failed. */
  readonly stepRounds: number;
  readonly refusalFraction: number;
  /** A compensation puts back the balance that the step had found. */
  readonly restoresBalance: boolean;
  /** A compensation that comes before its step leaves a mark. */
  readonly leavesMarks: boolean;
  readonly isIdempotent: boolean;
}

export const OPENING_BALANCE = 100;
const PART = 10;

/** What step `step` adds to its account. */
export function deltaOf({ services }: SagaConfig, step: number): number {
  return step === 0 ? -PART * (services - 1) : PART;
}

export interface Saga {
  readonly client: number;
  readonly number: number;
  readonly key: number;
  /** 1-based service that refuses its step; 0 for none. */
  readonly refusedBy: number;
}

export interface RunningSaga extends Saga {
  readonly phase: 'forward' | 'backward' | 'releasing' | 'completed' | 'compensated';
  /** The step that is being done, undone or released. */
  readonly step: number;
  readonly rounds: number;
}

/** What a service remembers of the newest saga of a client. */
export interface StepRecord extends Saga {
  readonly status:
    | 'done'
    /** Done, and the saga is over. */
    | 'released'
    | 'refused'
    | 'undone'
    /** Compensated before it was done: it must not be done any more. */
    | 'void';
  /** The balance that the step found. */
  readonly before: number;
}

export interface OrchestratorState {
  readonly config: SagaConfig;
  readonly self: NodeIndex;
  readonly role: 'orchestrator';
  readonly isTicking: boolean;
  /** The newest of each client. */
  readonly sagas: readonly RunningSaga[];
}

export interface ServiceState {
  readonly config: SagaConfig;
  readonly self: NodeIndex;
  readonly role: 'service';
  /** By key; those beyond the end have the opening balance. */
  readonly balances: readonly number[];
  readonly records: readonly StepRecord[];
}

export type SagaState = OrchestratorState | ServiceState;

export type SagaMessage =
  | { readonly kind: 'do'; readonly saga: Saga }
  | { readonly kind: 'undo'; readonly saga: Saga }
  | { readonly kind: 'release'; readonly saga: Saga }
  | {
      readonly kind: 'done' | 'refused' | 'busy' | 'undone' | 'released';
      readonly client: number;
      readonly number: number;
    };

export type SagaDurable =
  | { readonly role: 'orchestrator'; readonly sagas: readonly RunningSaga[] }
  | { readonly role: 'service'; readonly balances: readonly number[]; readonly records: readonly StepRecord[] };

export type SagaOutput = Output<SagaMessage, SagaDurable>;
export type SagaStep = Step<SagaState, SagaMessage, SagaDurable>;

export function orchestratorOf({ services }: SagaConfig): NodeIndex {
  return services;
}

export function isOver({ phase }: RunningSaga): boolean {
  return phase === 'completed' || phase === 'compensated';
}

export function balanceOf({ balances }: ServiceState, key: number): number {
  return balances[key] ?? OPENING_BALANCE;
}

/** `S2.7`: the seventh of client 2. */
export function nameOf({ client, number }: { readonly client: number; readonly number: number }): string {
  return `S${client}.${number}`;
}
