/**
 * The contract over HTTP, with the real tools and with tools that are slow or misbehave.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll } from 'vitest';
import { registry } from '../../../tools/index.ts';
import { bibliography } from '../../knowledge/bibliography.ts';
import { glossary } from '../../knowledge/glossary.ts';
import type { ToolRegistry } from '../../registry/tool-registry.ts';
import { createFileRunStore } from '../../runs/run-store.ts';
import { runDirectory } from '../../runs/state-directory.ts';
import { bundle } from '../../runs/testdata/bundle.ts';
import { poolTools } from '../../runs/testdata/pool-tools.ts';
import { createPooledExecutor } from '../../runs/worker-pool.ts';
import { type ContractServer, describeContract, describeLongCalls } from '../contract-suite.ts';
import { PROMPTS } from '../prompts.generated.ts';
import { createServerFactory } from '../server.ts';
import { type HttpService, serveOverHttp } from './serve-over-http.ts';
import { currentClient, earlierClient } from './testdata/test-clients.ts';

const stateDirectory = mkdtempSync(join(tmpdir(), 'quorate-contract-'));
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  rmSync(stateDirectory, { recursive: true });
});

/** One server in this process for all clients; its threads run the tools named by `script`. */
function httpServer(tools: ToolRegistry, script: string): ContractServer {
  const errors: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) });
  let service: Promise<HttpService> | undefined;

  async function start(): Promise<HttpService> {
    const workerScript = await bundle(new URL(script, import.meta.url), stateDirectory);
    const executor = createPooledExecutor({ workerScript, stateDirectory, workersMax: 1 });
    const factory = createServerFactory({
      registry: tools,
      executor,
      runs: createFileRunStore({ directory: runDirectory(stateDirectory), nowMs: Date.now }),
      prompts: PROMPTS,
      agentCard: 'Who the test server is. '.repeat(10),
      instructions: 'What the test server is for. '.repeat(10),
      knowledge: { bibliography: bibliography(), glossary: glossary() },
      version: '0.0.0',
      logger,
    });
    // The suite asks more than any client should.
    const limits = { burstRequests: 10_000 };
    const started = await serveOverHttp(factory, { port: 0, logger, limits });
    closing.push(async () => {
      await started.close();
      await executor.close();
    });
    return started;
  }

  return {
    connect: async (generation) => {
      service ??= start();
      const { url } = await service;
      return generation === '2025-11-25' ? earlierClient(url) : currentClient(url);
    },
    problems: () => errors,
  };
}

const subject = { registry, prompts: PROMPTS, referenceIds: bibliography().map((entry) => entry.id) };
describeContract('HTTP', subject, httpServer(registry, '../../bin/quorate.ts'));
describeLongCalls('long calls over HTTP', httpServer(poolTools, '../testdata/pool-server.ts'));
