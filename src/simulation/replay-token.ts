/**
 * Replay tokens: a whole request as one word, with a fingerprint that tells a damaged or foreign one.
 */
import { canonicalJson, fingerprint } from '../kernel/canonical-json.ts';
import { fail, renderReceived } from '../kernel/failure.ts';
import type { SimulationRequest } from './request.ts';
import { hasRequestShape, misshapenAt } from './request-shape.ts';

/** Changes when the same request would no longer give the same run; not when requests can say more. */
const VERSION = 'q1';
const FINGERPRINT_LENGTH = 8;
/** Holds nine logs of a thousand entries. */
const TOKEN_LENGTH_MAX = 256_000;

export function replayToken(request: SimulationRequest): string {
  const text = canonicalJson(request);
  const body = btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return `${VERSION}.${fingerprint(text).slice(0, FINGERPRINT_LENGTH)}.${body}`;
}

/** Reads a token; fails on one that is foreign, damaged or of another version. */
export function readReplayToken(token: string): SimulationRequest {
  const [version, print, body, ...rest] = token.split('.');
  if (token.length > TOKEN_LENGTH_MAX || version !== VERSION || body === undefined || rest.length > 0) failToken(token);
  const text = decode(body) ?? failToken(token);
  if (fingerprint(text).slice(0, FINGERPRINT_LENGTH) !== print) failToken(token);
  const request = parsed(text);
  // Anybody can compute a fingerprint: what is inside is looked at like any other input.
  return hasRequestShape(request) ? request : failToken(token, misshapenAt(request));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decode(body: string): string | undefined {
  if (!/^[\w-]*$/.test(body)) return undefined;
  try {
    return atob(body.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
}

function failToken(token: string, at = 'the token'): never {
  return fail('simulation/foreign_token', {
    message: `the replay token is damaged, or was made by another version: ${at} is not as it should be`,
    path: 'replay',
    received: renderReceived(token),
    expected: `a token that starts with ${VERSION}., as an answer gave it in counterexample.replay`,
    nextStep: 'Copy the whole token from the answer, or run the simulation again with its seed.',
  });
}
