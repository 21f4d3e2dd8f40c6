/**
 * Consistency models, which of them implies which, and which anomalies each forbids: Adya's thesis (1999), Cerone, Bernardi and Gotsman
 * (2015), and the lattice in which Elle reports. Predicates are not observed, so repeatable read (PL-2.99) and serializability (PL-3)
 * forbid the same cycles here; they differ in name only.
 */
import type { AnomalyType } from './anomaly.ts';

export const CONSISTENCY_MODELS = [
  'read-uncommitted',
  'read-committed',
  'monotonic-view',
  'cursor-stability',
  'monotonic-atomic-view',
  'read-atomic',
  'update-atomic',
  'consistent-view',
  'forward-consistent-view',
  'causal',
  'prefix',
  'parallel-snapshot-isolation',
  'snapshot-isolation',
  'repeatable-read',
  'serializable',
  'strong-session-read-uncommitted',
  'strong-session-read-committed',
  'strong-session-prefix',
  'strong-session-snapshot-isolation',
  'strong-session-serializable',
  'strong-read-uncommitted',
  'strong-read-committed',
  'strong-snapshot-isolation',
  'strict-serializable',
] as const;

export type ConsistencyModel = (typeof CONSISTENCY_MODELS)[number];

/** What each model promises beside its own: directly, the rest follows. `causal` counts sessions, the plain models do not. */
const IMPLIES: Readonly<Record<ConsistencyModel, readonly ConsistencyModel[]>> = {
  'read-uncommitted': [],
  'read-committed': ['read-uncommitted'],
  'monotonic-view': ['read-committed'],
  'cursor-stability': ['read-committed'],
  'monotonic-atomic-view': ['read-committed'],
  'read-atomic': ['monotonic-atomic-view'],
  'update-atomic': ['read-atomic'],
  'consistent-view': ['cursor-stability', 'monotonic-view'],
  'forward-consistent-view': ['consistent-view'],
  causal: ['read-atomic'],
  prefix: ['read-atomic'],
  'parallel-snapshot-isolation': ['update-atomic'],
  'snapshot-isolation': ['forward-consistent-view', 'parallel-snapshot-isolation', 'prefix'],
  'repeatable-read': ['cursor-stability', 'monotonic-atomic-view'],
  serializable: ['repeatable-read', 'snapshot-isolation'],
  'strong-session-read-uncommitted': ['read-uncommitted'],
  'strong-session-read-committed': ['read-committed', 'strong-session-read-uncommitted'],
  'strong-session-prefix': ['prefix', 'causal', 'strong-session-read-committed'],
  'strong-session-snapshot-isolation': ['snapshot-isolation', 'strong-session-prefix'],
  'strong-session-serializable': ['serializable', 'strong-session-snapshot-isolation'],
  'strong-read-uncommitted': ['strong-session-read-uncommitted'],
  'strong-read-committed': ['strong-session-read-committed', 'strong-read-uncommitted'],
  'strong-snapshot-isolation': ['strong-session-snapshot-isolation', 'strong-read-committed'],
  'strict-serializable': ['strong-session-serializable', 'strong-snapshot-isolation'],
};

/** The weakest models that forbid an anomaly. */
const FORBIDDEN_BY: Readonly<Record<Exclude<AnomalyType, 'no-commit-order'>, readonly ConsistencyModel[]>> = {
  G0: ['read-uncommitted'],
  'G0-process': ['strong-session-read-uncommitted'],
  'G0-realtime': ['strong-read-uncommitted'],
  G1a: ['read-committed'],
  G1b: ['read-committed'],
  G1c: ['read-committed'],
  'G1c-process': ['strong-session-read-committed'],
  'G1c-realtime': ['strong-read-committed'],
  'G-single-item': ['consistent-view', 'repeatable-read'],
  'G-single-item-process': ['strong-session-snapshot-isolation'],
  'G-single-item-realtime': ['strong-snapshot-isolation'],
  'G-nonadjacent-item': ['snapshot-isolation', 'repeatable-read'],
  'G-nonadjacent-item-process': ['strong-session-snapshot-isolation'],
  'G-nonadjacent-item-realtime': ['strong-snapshot-isolation'],
  'G2-item': ['repeatable-read'],
  'G2-item-process': ['strong-session-serializable'],
  'G2-item-realtime': ['strict-serializable'],
  internal: ['read-atomic', 'repeatable-read'],
  'lost-update': ['update-atomic', 'cursor-stability'],
  'dirty-update': ['read-committed'],
  'duplicate-elements': ['read-uncommitted'],
  'incompatible-order': ['read-committed'],
  'cyclic-versions': ['read-uncommitted'],
  'future-read': ['read-committed'],
  'unwritten-read': ['read-uncommitted'],
};

export function forbidders(anomaly: Exclude<AnomalyType, 'no-commit-order'>): readonly ConsistencyModel[] {
  return FORBIDDEN_BY[anomaly];
}

/** Whether `model` promises everything that `weaker` does. */
export function implies(model: ConsistencyModel, weaker: ConsistencyModel): boolean {
  return model === weaker || IMPLIES[model].some((next) => implies(next, weaker));
}

export interface Ruling {
  /** The weakest models that the history cannot satisfy. */
  readonly not: readonly ConsistencyModel[];
  /** The others that it cannot satisfy, because they imply one of those. */
  readonly alsoNot: readonly ConsistencyModel[];
  /** Nothing found speaks against these, and everything stronger is ruled out. */
  readonly strongestNotRuledOut: readonly ConsistencyModel[];
}

export function ruleOut(forbidding: readonly ConsistencyModel[]): Ruling {
  const out = CONSISTENCY_MODELS.filter((model) => forbidding.some((weaker) => implies(model, weaker)));
  const left = CONSISTENCY_MODELS.filter((model) => !out.includes(model));
  const not = out.filter((model) => !out.some((other) => other !== model && implies(model, other)));
  return {
    not,
    alsoNot: out.filter((model) => !not.includes(model)),
    strongestNotRuledOut: left.filter((model) => !left.some((other) => other !== model && implies(other, model))),
  };
}
