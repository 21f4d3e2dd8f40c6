/**
 * Runs kept in memory, for tests and for processes that answer one question. Holds everything until it is dropped.
 */
import { fingerprint } from '../kernel/canonical-json.ts';
import type { RunContent, RunReader, RunWriter } from '../registry/define-tool.ts';
import { describeRun, failOnMissingRun, pageOf, runReference } from './run-pages.ts';

export function createMemoryRunStore(): RunWriter & RunReader {
  const stored = new Map<string, RunContent>();
  const find = (runId: string): RunContent => stored.get(runId) ?? failOnMissingRun(runId);
  return {
    save: async (run) => {
      const id = fingerprint(run);
      stored.set(id, run);
      return runReference(id);
    },
    describe: async (runId) => describeRun(runId, find(runId)),
    readPage: async (request) => pageOf(find(request.runId), request),
  };
}
