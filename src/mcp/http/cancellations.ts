/**
 * Lets clients of the 2025 protocols cancel a call.
 *
 * They send `notifications/cancelled` as a request of its own, which no stateless server could match with the call it means: ids
 * of calls are unique within one client only. So `initialize` is answered with a random session id, which such clients repeat on
 * every request, and which serves for nothing else: requests without one, or with one of another process, are answered as well,
 * and nothing is kept between calls. Clients of 2026-07-28 cancel by closing the request.
 */
import { randomUUID } from 'node:crypto';

export const SESSION_HEADER = 'mcp-session-id';

export interface Cancellations {
  /** Registers a call that begins; carries out a cancellation. */
  begin(session: string | undefined, message: unknown): Cancellable;
}

export interface Cancellable {
  /** Aborted when the client cancels the call. */
  readonly signal: AbortSignal | undefined;
  /** To be called once the message is answered. */
  end(): void;
}

/** The parts of a JSON-RPC message that are looked at. */
interface Message {
  readonly method?: unknown;
  readonly id?: unknown;
  readonly params?: { readonly requestId?: unknown };
}

const NOT_CANCELLABLE: Cancellable = { signal: undefined, end: () => {} };

export const newSession = (): string => randomUUID();

export function cancellations(): Cancellations {
  const running = new Map<string, AbortController>();

  function begin(session: string | undefined, message: unknown): Cancellable {
    if (session === undefined || typeof message !== 'object' || message === null) return NOT_CANCELLABLE;
    const { method, id, params }: Message = message;
    if (method === 'notifications/cancelled') running.get(keyOf(session, params?.requestId))?.abort();
    if (id === undefined) return NOT_CANCELLABLE;
    const key = keyOf(session, id);
    const controller = new AbortController();
    running.set(key, controller);
    const end = (): void => {
      if (running.get(key) === controller) running.delete(key);
    };
    return { signal: controller.signal, end };
  }

  return { begin };
}

/** The ids 1 and "1" are two. */
function keyOf(session: string, id: unknown): string {
  return JSON.stringify([session, typeof id === 'number' || typeof id === 'string' ? id : null]);
}
