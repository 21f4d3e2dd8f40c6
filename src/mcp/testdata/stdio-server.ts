/**
 * A server over standard input and output with the tools `real` or `pool`, as its first argument says, and one worker thread.
 */
import { isMainThread, workerData } from 'node:worker_threads';
import { registry } from '../../../tools/index.ts';
import { bibliography } from '../../knowledge/bibliography.ts';
import { glossary } from '../../knowledge/glossary.ts';
import { createFileRunStore } from '../../runs/run-store.ts';
import { runDirectory } from '../../runs/state-directory.ts';
import { poolTools } from '../../runs/testdata/pool-tools.ts';
import { startToolWorker } from '../../runs/tool-worker.ts';
import { createPooledExecutor } from '../../runs/worker-pool.ts';
import { createLogger } from '../logger.ts';
import { PROMPTS } from '../prompts.generated.ts';
import { serveOverStdio } from '../stdio.ts';

const wantsPool = isMainThread ? process.argv[2] === 'pool' : String(workerData.script).endsWith('?pool');
const tools = wantsPool ? poolTools : registry;

if (isMainThread) await serve();
else startToolWorker(tools);

async function serve(): Promise<void> {
  const stateDirectory = process.env.QUORATE_STATE_DIR ?? '';
  const workerScript = new URL(import.meta.url);
  if (wantsPool) workerScript.search = '?pool';
  const instructions = 'Instructions of the test server. '.repeat(10);
  await serveOverStdio(
    {
      registry: tools,
      executor: createPooledExecutor({ workerScript, stateDirectory, workersMax: 1 }),
      runs: createFileRunStore({ directory: runDirectory(stateDirectory), nowMs: Date.now }),
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
