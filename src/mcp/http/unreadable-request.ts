/**
 * Requests that Node itself gives up on: headers or a body that do not arrive in time, and bytes that are not HTTP.
 *
 * There is no response object for them, so the answer is written to the socket by hand.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpLimits } from './http-limits.ts';
import { type Refusal, refusalBody } from './refusal.ts';

export function unreadableRequest(errorCode: string | undefined, limits: HttpLimits): Refusal {
  if (errorCode === 'ERR_HTTP_REQUEST_TIMEOUT') return tooSlow(limits);
  if (errorCode === 'HPE_HEADER_OVERFLOW') return unreadable(431, 'the request headers are too large');
  return unreadable(400, 'the bytes received are not an HTTP/1.1 request');
}

export function answerOnSocket(socket: Socket, refusal: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = refusalBody(refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function tooSlow({ headersTimeoutMs, requestTimeoutMs }: HttpLimits): Refusal {
  const limits = `${headersTimeoutMs} ms for the headers, ${requestTimeoutMs} ms for all of it`;
  return {
    status: 408,
    failure: {
      code: 'http/too_slow',
      message: `the request did not arrive in time: ${limits}`,
      nextStep: 'Send the whole request at once.',
    },
  };
}

function unreadable(status: number, message: string): Refusal {
  return { status, failure: { code: 'http/unreadable', message, nextStep: 'Use an HTTP/1.1 client.' } };
}
