/**
 * Starts the MCP server in this process, over standard input and output or over HTTP.
 */
import type { HttpOptions, ServeOptions } from '../cli/commands/serve.ts';
import { FailureError, fail } from '../kernel/failure.ts';
import { bibliography } from '../knowledge/bibliography.ts';
import { glossary } from '../knowledge/glossary.ts';
import { AGENT_TEXT, SERVER_INSTRUCTIONS } from '../mcp/agent.generated.ts';
import { createLogger } from '../mcp/logger.ts';
import { PROMPTS } from '../mcp/prompts.generated.ts';
import { createServerFactory } from '../mcp/server.ts';
import type { ServerDependencies } from '../mcp/server-dependencies.ts';
import { SIGNALS, serveOverStdio } from '../mcp/stdio.ts';

type Given = Pick<ServerDependencies, 'registry' | 'executor' | 'runs' | 'version'>;

/** Resolves when the server has ended. */
export async function serveInProcess({ http }: ServeOptions, given: Given): Promise<void> {
  const dependencies = {
    ...given,
    prompts: PROMPTS,
    agentCard: AGENT_TEXT,
    instructions: SERVER_INSTRUCTIONS,
    knowledge: { bibliography: bibliography(), glossary: glossary() },
  };
  if (http === undefined) return serveOverStdio({ ...dependencies, logger: createLogger(process.env) }, process);
  // Nobody but the operator sees this log, so requests are in it unless the environment says otherwise.
  return serveHttpUntilSignal(http, { ...dependencies, logger: createLogger({ QUORATE_LOG: 'info', ...process.env }) });
}

/** The first signal lets running calls finish, the second ends the process at once. */
async function serveHttpUntilSignal(
  options: HttpOptions,
  dependencies: ServerDependencies & { readonly logger: ReturnType<typeof createLogger> },
): Promise<void> {
  const { serveOverHttp } = await import('../mcp/http/serve-over-http.ts');
  const { logger, executor } = dependencies;
  const service = await serveOverHttp(createServerFactory(dependencies), { ...options, logger }).catch(
    (error: unknown) => failOnAddress(options, error),
  );
  if (process.stderr.isTTY) process.stderr.write(`quorate serves MCP at ${service.url}\n`);
  await nextSignal();
  void nextSignal().then((second) => process.exit(128 + SIGNALS[second]));
  await service.drain();
  await executor.close();
  for (const name of SIGNAL_NAMES) process.removeAllListeners(name);
}

const SIGNAL_NAMES = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];

function nextSignal(): Promise<keyof typeof SIGNALS> {
  return new Promise((resolve) => {
    for (const name of SIGNAL_NAMES) process.once(name, resolve);
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the host name is not known',
};

function failOnAddress({ host, port }: HttpOptions, error: unknown): never {
  const reason = error instanceof Error && 'code' in error ? REASONS[String(error.code)] : undefined;
  if (error instanceof FailureError || reason === undefined) throw error;
  return fail('input/invalid', {
    message: `cannot listen: ${reason}`,
    path: '--http',
    received: `${host}:${port}`,
    nextStep: 'Give another address, or port 0 for any free one.',
  });
}
