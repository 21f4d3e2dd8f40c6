/**
 * Keeps every answer under the size that hosts show in full. Long texts and then the longest lists are cut, what was cut is stored
 * whole as a run, and the answer says where: nothing is lost, and a model reads the first page at once.
 *
 * By convention, a boolean `complete` beside a list says whether all of it is shown; it becomes false when the list is cut here.
 */
import { fail } from '../kernel/failure.ts';
import type { ToolAnswer } from './call-tool.ts';
import type { RunReference, RunWriter } from './define-tool.ts';
import type { AnyTool } from './tool-registry.ts';

/** Codex cuts near 48 KB, Claude Code at 25,000 tokens: an answer stays below both. */
export const ANSWER_BYTES_MAX = 32_768;

/** Room kept for the sentence and the link that are added when something is cut. */
const NOTICE_BYTES = 1_024;
/** Paths that the sentence names. */
const NOTICE_PATHS_MAX = 5;

/** Longer texts are quotations of an input; they are cut to this, and stored in pieces that fit an answer. */
const TEXT_LENGTH_MAX = 2_000;
const PIECE_LENGTH = 4_000;

type Container = Record<string, unknown> | unknown[];

type Parts = Record<string, readonly unknown[]>;

interface List {
  readonly path: string;
  readonly whole: readonly unknown[];
  readonly replace: (items: unknown[]) => void;
}

export interface AnsweredCall {
  readonly tool: AnyTool;
  readonly input: Readonly<Record<string, unknown>>;
  readonly reproduce: string;
}

export async function boundAnswer(call: AnsweredCall, answer: ToolAnswer, runs: RunWriter): Promise<ToolAnswer> {
  if (byteLength(answer) <= ANSWER_BYTES_MAX) return answer;
  const cut: Parts = {};
  const copy = cutTexts(answer, '', cut) as Record<string, unknown>;
  cutLongestLists(call, copy, cut);
  const run = await runs.save({ tool: call.tool.name, reproduce: call.reproduce, parts: cut });
  return withNotice(copy, run, Object.keys(cut));
}

/** A copy in which long texts end early; the whole texts go into `cut`, in pieces. */
function cutTexts(value: unknown, path: string, cut: Parts): unknown {
  if (typeof value === 'string') {
    if (value.length <= TEXT_LENGTH_MAX) return value;
    cut[path] = piecesOf(value, PIECE_LENGTH);
    return `${piecesOf(value, TEXT_LENGTH_MAX)[0]}… (${value.length} characters)`;
  }
  if (Array.isArray(value)) return value.map((item, index) => cutTexts(item, `${path}[${index}]`, cut));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, cutTexts(member, join(path, key), cut)]),
  );
}

/** In code points, so that no piece ends within a character. */
function piecesOf(text: string, length: number): string[] {
  return text.match(new RegExp(`[^]{1,${length}}`, 'gu')) ?? [];
}

/** Halves the list that takes most bytes until the answer fits; the whole lists go into `cut`. */
function cutLongestLists(call: AnsweredCall, answer: Record<string, unknown>, cut: Parts): void {
  while (byteLength(answer) > ANSWER_BYTES_MAX - NOTICE_BYTES) {
    const largest = longest(findLists(answer), ({ whole }) => whole);
    if (largest === undefined) failOnSize(call, answer);
    // What is inside may be shortened in turn, but not what is stored.
    cut[largest.path] ??= structuredClone(largest.whole);
    largest.replace(largest.whole.slice(0, Math.floor(largest.whole.length / 2)));
  }
}

/**
 * Every list of at least two items that is not itself inside one: those are the pages a reader would ask for. Only what is inside
 * a list that cannot get shorter is looked at in turn.
 */
function findLists(container: Container, prefix = '', parent?: Record<string, unknown>): List[] {
  const owner = Array.isArray(container) ? parent : container;
  return Object.entries(container).flatMap(([key, value]) => {
    if (typeof value !== 'object' || value === null) return [];
    const path = Array.isArray(container) ? `${prefix}[${key}]` : join(prefix, key);
    if (!Array.isArray(value) || value.length < 2) return findLists(value as Container, path, owner);
    const replace = (items: unknown[]): void => {
      (container as Record<string, unknown>)[key] = items;
      if (owner?.complete === true) owner.complete = false;
    };
    return [{ path, whole: value, replace }];
  });
}

function withNotice(answer: Record<string, unknown>, run: RunReference, paths: readonly string[]): ToolAnswer {
  const named = paths.slice(0, NOTICE_PATHS_MAX).map((path) => path.slice(0, 100));
  const others = paths.length > named.length ? ` and ${paths.length - named.length} more` : '';
  const notice = `Shortened: ${named.join(', ')}${others}. Page through them with read_run ${JSON.stringify({ run_id: run.id, part: paths[0] })}.`;
  const steps = Array.isArray(answer.next_steps) ? (answer.next_steps as unknown[]) : [];
  return { ...answer, next_steps: [notice, ...steps], run };
}

function failOnSize({ tool, input }: AnsweredCall, answer: Readonly<Record<string, unknown>>): never {
  const [field = 'none'] = longest(Object.entries(answer), ([, value]) => value) ?? [];
  const detailed = 'response_format' in tool.input.shape && input.response_format === 'detailed';
  return fail('answer/too_large', {
    message: `the answer takes ${byteLength(answer)} bytes and has nothing left to shorten; most of them are in ${field}`,
    expected: `at most ${ANSWER_BYTES_MAX} bytes`,
    nextStep: detailed ? 'Set "response_format":"concise".' : `Ask a smaller question, so that ${field} is shorter.`,
  });
}

function longest<Item>(items: readonly Item[], measured: (item: Item) => unknown): Item | undefined {
  const sized = items.map((item) => ({ item, bytes: byteLength(measured(item)) }));
  return sized.sort((a, b) => b.bytes - a.bytes)[0]?.item;
}

function join(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}

function byteLength(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value) ?? '').length;
}
