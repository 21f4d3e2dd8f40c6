/**
 * Keeps every answer under the size that hosts show in full. The longest lists are cut, the whole lists are stored as a
 * run, and the answer says where: nothing is lost, and a model reads the first page at once.
 */
import { fail } from '../kernel/failure.ts';
import type { ToolAnswer } from './call-tool.ts';
import type { RunReference, RunWriter } from './define-tool.ts';
import type { AnyTool } from './tool-registry.ts';

/** Codex cuts near 48 KB, Claude Code at 25,000 tokens: an answer stays below both. */
export const ANSWER_BYTES_MAX = 32_768;

/** Room kept for the sentence and the link that are added when something is cut. */
const NOTICE_BYTES = 1_024;

interface List {
  readonly path: string;
  readonly whole: readonly unknown[];
  readonly replace: (items: unknown[]) => void;
}

export async function boundAnswer(
  tool: AnyTool,
  answer: ToolAnswer,
  reproduce: string,
  runs: RunWriter,
): Promise<ToolAnswer> {
  if (byteLength(answer) <= ANSWER_BYTES_MAX) return answer;
  const copy = structuredClone(answer) as Record<string, unknown>;
  const cut = cutLongestLists(copy);
  const run = await runs.save({ tool: tool.name, reproduce, parts: cut });
  return withNotice(copy, run, Object.keys(cut));
}

/** Halves the list that takes most bytes until the answer fits; returns the whole lists that were cut, by path. */
function cutLongestLists(answer: Record<string, unknown>): Record<string, readonly unknown[]> {
  const cut: Record<string, readonly unknown[]> = {};
  while (byteLength(answer) > ANSWER_BYTES_MAX - NOTICE_BYTES) {
    const largest = findLists(answer).sort((a, b) => byteLength(b.whole) - byteLength(a.whole))[0];
    if (largest === undefined) return failOnSize(answer);
    cut[largest.path] ??= largest.whole;
    largest.replace(largest.whole.slice(0, Math.floor(largest.whole.length / 2)));
  }
  return cut;
}

/** Every list of at least two items that is not itself inside a list: those are the pages a reader would ask for. */
function findLists(object: Record<string, unknown>, prefix = ''): List[] {
  return Object.entries(object).flatMap(([key, value]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (Array.isArray(value)) {
      const replace = (items: unknown[]): void => {
        object[key] = items;
      };
      return value.length > 1 ? [{ path, whole: value, replace }] : [];
    }
    return typeof value === 'object' && value !== null ? findLists(value as Record<string, unknown>, path) : [];
  });
}

function withNotice(answer: Record<string, unknown>, run: RunReference, paths: readonly string[]): ToolAnswer {
  const notice = `Shortened lists: ${paths.join(', ')}. Page through them with read_run {"run_id":"${run.id}","part":"${paths[0]}"}.`;
  const steps = Array.isArray(answer.next_steps) ? (answer.next_steps as unknown[]) : [];
  return { ...answer, next_steps: [notice, ...steps], run };
}

function failOnSize(answer: unknown): never {
  return fail('answer/too_large', {
    message: `the answer takes ${byteLength(answer)} bytes and has no list left to shorten`,
    expected: `at most ${ANSWER_BYTES_MAX} bytes`,
    nextStep: 'Ask for less, or set "response_format":"concise".',
  });
}

function byteLength(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
