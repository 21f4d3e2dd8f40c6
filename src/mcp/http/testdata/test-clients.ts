/**
 * Clients for the tests: requests as JSON, whole MCP clients of both generations, and a bare socket that misbehaves.
 */
import { connect, type Socket } from 'node:net';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type ContractClient, connectLegacy, connectModern } from '../../contract-client.ts';

/** A client of the 2026-07-28 protocol. */
export const currentClient = (url: string, headers: Record<string, string> = {}): Promise<ContractClient> =>
  connectModern(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));

/** A client of the 2025 protocols. */
export const earlierClient = (url: string, headers: Record<string, string> = {}): Promise<ContractClient> =>
  connectLegacy(new LegacyTransport(new URL(url), { requestInit: { headers } }));

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** `error.data` of a refusal. */
  readonly data: { readonly code?: string; readonly next_step?: string };
}

export const toolCall = (name: string, input: Record<string, unknown> = {}): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } });

/** What the transport asks of every request. */
export const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** Posts `body`, by default a call of the 2025 protocol, which needs no handshake on a stateless server. */
export async function post(
  url: string,
  body: string = toolCall('echo', { text: 'hello' }),
  headers: Record<string, string> = {},
): Promise<Answer> {
  return answerOf(await fetch(url, { method: 'POST', body, headers: { ...HEADERS, ...headers } }));
}

/** Opens a stream of list changes, which the server never has; resolves once it is open. */
export function openStream(url: string, signal: AbortSignal | null = null): Promise<Response> {
  const meta = 'io.modelcontextprotocol';
  const _meta = {
    [`${meta}/protocolVersion`]: '2026-07-28',
    [`${meta}/clientInfo`]: { name: 'test', version: '1.0.0' },
    [`${meta}/clientCapabilities`]: {},
  };
  const params = { notifications: { toolsListChanged: true }, _meta };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params });
  const headers = { ...HEADERS, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' };
  return fetch(url, { method: 'POST', body, headers, signal });
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
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
