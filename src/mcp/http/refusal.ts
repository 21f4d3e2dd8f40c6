/**
 * A request that the server turns away before any tool sees it: a failure with an HTTP status.
 *
 * The body is a JSON-RPC error, because that is what an MCP client parses; its `data` holds the failure's code and next step.
 */
import type { ServerResponse } from 'node:http';
import type { Failure } from '../../kernel/failure.ts';

export interface Refusal {
  readonly status: number;
  readonly failure: Failure;
  readonly headers?: Readonly<Record<string, string>>;
}

/** JSON-RPC 2.0 section 5.1: the body is not JSON; and the first code that is left to implementations. */
const PARSE_ERROR = -32_700;
const SERVER_ERROR = -32_000;

export function refusalBody({ failure }: Refusal): string {
  const { code, message, nextStep, received, expected } = failure;
  return JSON.stringify({
    jsonrpc: '2.0',
    id: null,
    error: {
      code: code === 'input/unparsable' ? PARSE_ERROR : SERVER_ERROR,
      message,
      data: { code, received, expected, next_step: nextStep },
    },
  });
}

export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  const body = refusalBody(refusal);
  response.writeHead(refusal.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...refusal.headers,
  });
  response.end(body);
}

/** The exception in which a {@link Refusal} leaves the step that decided it; caught once, in the request handler. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.failure.message);
    this.refusal = refusal;
  }
}

export function refuse(status: number, failure: Failure, headers: Readonly<Record<string, string>> = {}): never {
  throw new RefusalError({ status, failure, headers });
}
