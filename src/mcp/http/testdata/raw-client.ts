/**
 * Clients for the tests: requests as JSON, whole MCP clients of both generations, and a bare socket that misbehaves.
 */
import { connect, type Socket } from 'node:net';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as EarlierClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as EarlierTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export interface CallClient {
  readonly call: (tool: string, input: Record<string, unknown>, signal?: AbortSignal) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

const IDENTITY = { name: 'test', version: '1.0.0' };

/** A client of the 2026-07-28 protocol. */
export async function currentClient(url: string, headers: Record<string, string> = {}): Promise<CallClient> {
  const client = new Client(IDENTITY, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return {
    call: (name, input, signal) => client.callTool({ name, arguments: input }, signal && { signal }),
    close: () => client.close(),
  };
}

/** A client of the 2025 protocols, from the SDK's maintenance line. */
export async function earlierClient(url: string, headers: Record<string, string> = {}): Promise<CallClient> {
  const client = new EarlierClient(IDENTITY);
  const transport = new EarlierTransport(new URL(url), { requestInit: { headers } });
  await client.connect(transport);
  return {
    call: (name, input, signal) => client.callTool({ name, arguments: input }, undefined, signal && { signal }),
    close: () => client.close(),
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** `error.data` of a refusal. */
  readonly data: { readonly code?: string; readonly next_step?: string };
}

export const toolCall = (name: string, input: Record<string, unknown> = {}): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } });

/** Posts `body`, by default a call of the 2025 protocol, which needs no handshake on a stateless server. */
export async function post(
  url: string,
  body: string = toolCall('echo', { text: 'hello' }),
  headers: Record<string, string> = {},
  init: RequestInit = {},
): Promise<Answer> {
  const accept = 'application/json, text/event-stream';
  const all = { 'content-type': 'application/json', accept, ...headers };
  return answerOf(await fetch(url, { method: 'POST', body, headers: all, ...init }));
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, text, data: json.error?.data ?? {} };
}

export interface RawClient {
  readonly socket: Socket;
  readonly send: (text: string) => void;
  /** All that the server sent, once it closed the connection. */
  readonly received: Promise<string>;
}

/** A socket to the server that sends only what it is told to. */
export async function rawClient(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  // A reset is one way in which a server closes.
  socket.on('error', () => undefined);
  const received = new Promise<string>((resolve) => socket.on('close', () => resolve(text)));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return { socket, send: (line) => void socket.write(line), received };
}

export const head = (url: string, headers: Record<string, string>, method = 'POST', path = '/mcp'): string =>
  [
    `${method} ${path} HTTP/1.1`,
    `host: ${new URL(url).host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');

/** Waits until `condition` holds; the test's own time limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
