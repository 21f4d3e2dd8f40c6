/**
 * A server in a child process, for both generations of client. The transport stands between the client and the process, so that
 * every line of standard output is looked at: the clients' own transports skip what is not JSON.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ContractClient, Generation } from '../contract-client.ts';
import { connectLegacy, connectModern } from '../contract-client.ts';

export interface ChildServer {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exit: Promise<number | null>;
  /** Lines on standard output that are not JSON-RPC. */
  readonly strayLines: string[];
  /** Everything on standard error. */
  stderr(): string;
  onMessage: (message: Record<string, unknown>) => void;
  send(message: object | string): void;
}

export function startChild(args: readonly string[], env: Record<string, string> = {}): ChildServer {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env } });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  child.stdin.on('error', () => {});
  const server: ChildServer = {
    child,
    exit: new Promise((resolve) => child.on('exit', resolve)),
    strayLines: [],
    stderr: () => stderr,
    onMessage: () => {},
    send: (message) => child.stdin.write(typeof message === 'string' ? message : `${JSON.stringify(message)}\n`),
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    try {
      const message = JSON.parse(line);
      if (message.jsonrpc !== '2.0') throw new Error('not JSON-RPC');
      server.onMessage(message);
    } catch {
      server.strayLines.push(line);
    }
  });
  return server;
}

export async function connectToChild(server: ChildServer, generation: Generation): Promise<ContractClient> {
  const transport: {
    onmessage?: (message: never) => void;
    onclose?: () => void;
    start(): Promise<void>;
    send(message: object): Promise<void>;
    close(): Promise<void>;
  } = {
    start: async () => {
      server.onMessage = (message) => transport.onmessage?.(message as never);
      void server.exit.then(() => transport.onclose?.());
    },
    send: async (message) => server.send(message),
    close: async () => {
      server.child.stdin.end();
      await server.exit;
      transport.onclose?.();
    },
  };
  return generation === '2025-11-25' ? connectLegacy(transport as never) : connectModern(transport as never);
}
