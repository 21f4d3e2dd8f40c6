/**
 * Operating failures: what a caller can cause and can mend.
 *
 * A failure is a plain value with a stable `domain/reason` code from the one registry below. Inside an engine it travels
 * as one typed exception, thrown by {@link fail}; at every boundary {@link attempt} turns it back into a value. A broken
 * invariant of ours is something else: see `invariant.ts`.
 */

/** Every failure code with its one line of documentation. Codes are public: they are added, never renamed. */
export const FAILURE_CODES = {
  'answer/too_large': 'The answer cannot be brought under the size limit even after every list was stored as a run.',
  'availability/invalid_probability': 'A probability, such as an availability, is outside [0, 1].',
  'availability/too_large': 'The exact computation would exceed its limit; the message names the limit.',
  'call/cancelled': 'The call was cancelled before it finished.',
  'call/overdue': 'The call had not answered when it had to be stopped; time in the queue counts.',
  'call/queue_full':
    'Too many calls are waiting already, or those ahead may take too long for this one to be answered in time.',
  'history/broken': 'Events of a history cannot be paired into operations; the message names the lines.',
  'history/empty': 'A text holds no history.',
  'history/too_large': 'A history has more operations than are held in memory; the message names the limit.',
  'history/unknown_format': 'A text has none of the known formats of histories.',
  'history/unreadable': 'The text of a history breaks the rules of its format; the path gives line and column.',
  'http/body_too_large': 'The request body exceeds the limit; the message names the limit.',
  'http/busy': 'As many calls, or as many bytes of requests, as the server takes at once are in flight.',
  'http/draining': 'The server is shutting down and takes no new calls.',
  'http/forbidden_host': 'The Host header names a host that this server does not answer for (DNS rebinding).',
  'http/forbidden_origin': 'The Origin header names a web page that may not use this server.',
  'http/issuer_unreachable': 'The keys of the token issuer cannot be fetched, so the token cannot be judged.',
  'http/method_not_allowed': 'The path exists but not for this HTTP method.',
  'http/not_found': 'Nothing is served at this path.',
  'http/rate_limited': 'The client sends requests faster than the server takes them from one address.',
  'http/too_slow': 'The request did not arrive within the time limit.',
  'http/unauthorized': 'The request carries no access token, or one that is not valid here.',
  'http/unprotected': 'The server would be reachable from other machines without a token; it refuses to start.',
  'http/unreadable': 'The bytes received are not an HTTP request, or its headers are too large.',
  'http/unsupported_media_type': 'The request body is not declared as uncompressed application/json.',
  'input/invalid': 'An argument has the wrong type or is out of range.',
  'input/missing': 'A required argument, or one of a set of alternatives, is absent.',
  'input/conflict': 'Two arguments contradict each other.',
  'input/too_large': 'An argument exceeds a named limit.',
  'input/unknown_tool': 'No tool of that name exists.',
  'input/unparsable': 'The input is not the JSON, JSON lines or key=value text it should be.',
  'internal/invariant': 'A broken invariant of quorate itself; please report it with the input hash and seed.',
  'model/bad_expression': 'An expression over a state does not parse or names what is not there; the message points.',
  'model/bad_value': 'In some state an expression meets a value of which it can make nothing.',
  'model/expression_limit': 'An expression is longer, deeper or costlier than a named limit allows.',
  'model/foreign_checkpoint': 'A checkpoint was made by another version, which explored otherwise.',
  'model/unknown_checkpoint': 'No checkpoint of that id is stored: it never was, it expired, or it was damaged.',
  'quorum/infeasible': 'No construction or quorum system of the requested kind exists for these sizes.',
  'quorum/syntax': 'A quorum expression does not parse; the message points at the column.',
  'quorum/unknown_node': 'An expression names a node that is not among the nodes.',
  'run/invalid_cursor': 'The cursor does not belong to this part of the run.',
  'run/not_found': 'No run of that id is stored: it never was, or it expired.',
  'run/unknown_part': 'The run has no part of that name.',
  'run/store_unavailable': 'The run store cannot be read or written.',
  'simulation/foreign_token': 'A replay token is damaged or was made by another version.',
  'solution/infeasible': 'No protocol can satisfy the stated problem; the message names the theorem and what would do.',
  'solution/not_yet': 'Problems of this type are not solved yet.',
  'time/exceeded': 'The time limit ended a search before there was anything to answer.',
} as const;

export type FailureCode = keyof typeof FAILURE_CODES;

/** What went wrong, what was received, and one concrete next step. All strings are safe to show. */
export interface Failure {
  readonly code: FailureCode;
  /**
   * One clause without the received value. It stands between the code and the path, so it begins in lower case, unless with a
   * name, and ends without a full stop. A test reads all sources for that.
   */
  readonly message: string;
  /** Path into the input, e.g. `nodes[2].capacity`; absent when the input as a whole is meant. */
  readonly path?: string;
  /** What was received, rendered and bounded. */
  readonly received?: string;
  /** What would have been accepted. */
  readonly expected?: string;
  /** One thing to do next, ideally a call that works. */
  readonly nextStep: string;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** The exception in which a {@link Failure} travels inside an engine. */
export class FailureError extends Error {
  override readonly name = 'FailureError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`${failure.code}: ${failure.message}`);
    this.failure = failure;
  }
}

/** Ends the current engine call with a failure. */
export function fail(code: FailureCode, details: Omit<Failure, 'code'>): never {
  throw new FailureError({ code, ...details });
}

/** Runs `action`; a failure becomes a value, anything else that is thrown (a bug) passes through. */
export function attempt<T>(action: () => T): Result<T> {
  try {
    return { ok: true, value: action() };
  } catch (error) {
    if (error instanceof FailureError) return { ok: false, failure: error.failure };
    throw error;
  }
}

const RECEIVED_LENGTH_MAX = 120;

/** Renders a received value for a message: JSON, at most 120 characters, with `NaN` and friends kept readable. */
export function renderReceived(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length <= RECEIVED_LENGTH_MAX
    ? text
    : `${text.slice(0, RECEIVED_LENGTH_MAX)}… (${text.length} characters)`;
}

/** The lines in which a failure is shown to a person or a model: three, or more where what was received is a drawing. */
export function renderFailure(failure: Failure): string {
  const at = failure.path === undefined ? '' : ` (at ${failure.path})`;
  return [
    `${failure.code}: ${failure.message}${at}`,
    ...receivedAndExpected(failure),
    `Next: ${failure.nextStep}`,
  ].join('\n');
}

/** On one line, except that a caret under a text stays under it. */
function receivedAndExpected({ received, expected }: Failure): string[] {
  const got = received === undefined ? [] : [`got ${received}`.replace(' \n', '\n')];
  const parts = [...got, ...(expected === undefined ? [] : [`expected ${expected}`])];
  if (received?.includes('\n') === true) return parts;
  return parts.length === 0 ? [] : [parts.join('; ')];
}
