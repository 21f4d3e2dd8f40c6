/**
 * A server over standard input and output like the real one, but with tools that are slow or misbehave, and one worker thread.
 */
import { isMainThread } from 'node:worker_threads';
import { bibliography } from '../../knowledge/bibliography.ts';
import { glossary } from '../../knowledge/glossary.ts';
import { createFileRunStore } from '../../runs/run-store.ts';
import { runDirectory, stateDirectory } from '../../runs/state-directory.ts';
import { poolTools } from '../../runs/testdata/pool-tools.ts';
import { startToolWorker } from '../../runs/tool-worker.ts';
import { createPooledExecutor } from '../../runs/worker-pool.ts';
import { createLogger } from '../logger.ts';
import { PROMPTS } from '../prompts.generated.ts';
import { serveOverStdio } from '../stdio.ts';

if (isMainThread) await serve();
else startToolWorker(poolTools);

async function serve(): Promise<void> {
  const state = stateDirectory(process.env);
  const instructions = 'Instructions of the test server. '.repeat(10);
  await serveOverStdio(
    {
      registry: poolTools,
      executor: createPooledExecutor({ workerScript: import.meta.url, stateDirectory: state, workersMax: 1 }),
      runs: createFileRunStore({ directory: runDirectory(state), nowMs: Date.now }),
      prompts: PROMPTS,
      agentCard: instructions,
      instructions,
      knowledge: { bibliography: bibliography(), glossary: glossary() },
      version: '0.0.0',
      logger: createLogger(process.env),
    },
    process,
  );
}
