/**
 * Broken invariants: bugs of ours. They crash the call they happen in and are reported once, at the boundary, as
 * `internal/invariant` with the seed and the input's fingerprint, so that they can be replayed.
 */

export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Asserts what must be true whatever the input; `claim` says what was believed, in the positive. */
export function invariant(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new InvariantError(`invariant broken: ${claim}`);
}

/** For the default branch of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new InvariantError(`invariant broken: unhandled case ${JSON.stringify(value)}`);
}
