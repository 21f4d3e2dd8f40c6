/**
 * Reads a request body as JSON, within bounds of bytes, bytes of all bodies together, and nesting.
 *
 * Time is bounded by the server's `requestTimeout`. Compressed bodies are not taken: a small one may unpack to any size.
 */
import type { IncomingMessage } from 'node:http';
import { isJsonContentType } from '@modelcontextprotocol/server';
import { renderReceived } from '../../kernel/failure.ts';
import type { HttpLimits } from './http-limits.ts';
import { refuse } from './refusal.ts';

/** Bytes of the bodies that are being read or answered now. */
export interface BodiesInFlight {
  bytes: number;
}

export interface RequestBody {
  readonly json: unknown;
  /** To be called once the request is answered. */
  release(): void;
}

export async function readJsonBody(
  request: IncomingMessage,
  limits: HttpLimits,
  inFlight: BodiesInFlight,
): Promise<RequestBody> {
  checkMediaType(request);
  if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytesMax) refuseLargeBody(limits);
  let held = 0;
  const release = (): void => {
    inFlight.bytes -= held;
    held = 0;
  };
  const chunks: Buffer[] = [];
  try {
    // Not destroyed when a limit ends the loop: the refusal still has to go out on this socket.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      held += chunk.length;
      inFlight.bytes += chunk.length;
      if (held > limits.bodyBytesMax) refuseLargeBody(limits);
      if (inFlight.bytes > limits.bodiesInFlightBytesMax) refuseManyBytes(limits);
      chunks.push(chunk);
    }
    return { json: parseJson(Buffer.concat(chunks).toString('utf8'), limits.bodyDepthMax), release };
  } catch (error) {
    release();
    throw error;
  }
}

function checkMediaType({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (isJsonContentType(headers['content-type'] ?? null) && encoding === 'identity') return;
  refuse(415, {
    code: 'http/unsupported_media_type',
    message: 'the request body must be uncompressed JSON',
    received: renderReceived({
      'content-type': headers['content-type'],
      'content-encoding': headers['content-encoding'],
    }),
    expected: 'content-type: application/json, and no content-encoding',
    nextStep: 'Send the JSON-RPC message with the header content-type: application/json.',
  });
}

function refuseLargeBody({ bodyBytesMax }: HttpLimits): never {
  refuse(413, {
    code: 'http/body_too_large',
    message: `the request body exceeds ${bodyBytesMax} bytes`,
    expected: `at most ${bodyBytesMax} bytes`,
    nextStep: 'Send less in one call.',
  });
}

function refuseManyBytes({ bodiesInFlightBytesMax }: HttpLimits): never {
  refuse(
    503,
    {
      code: 'http/busy',
      message: `all request bodies in flight together exceed ${bodiesInFlightBytesMax} bytes`,
      nextStep: 'Send the request again in a few seconds.',
    },
    { 'retry-after': '2' },
  );
}

function parseJson(text: string, depthMax: number): unknown {
  if (nestingOf(text, depthMax) > depthMax) {
    refuse(400, {
      code: 'input/unparsable',
      message: `the request body nests deeper than ${depthMax} levels`,
      expected: `at most ${depthMax} levels of arrays and objects`,
      nextStep: 'Send flatter arguments; no tool takes such a value.',
    });
  }
  try {
    return JSON.parse(text);
  } catch {
    return refuse(400, {
      code: 'input/unparsable',
      message: 'the request body is not valid JSON',
      received: `${Buffer.byteLength(text)} bytes`,
      nextStep: 'Send one JSON-RPC 2.0 message, e.g. {"jsonrpc":"2.0","id":1,"method":"tools/list"}.',
    });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Deepest nesting of brackets outside strings, counted up to one more than `depthMax`; before parsing, in one pass. */
function nestingOf(text: string, depthMax: number): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length && deepest <= depthMax; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) inString = !inString;
    else if (inString) at += character === BACKSLASH ? 1 : 0;
    else if (OPENING.has(character)) deepest = Math.max(deepest, ++depth);
    else if (CLOSING.has(character)) depth -= 1;
  }
  return deepest;
}
