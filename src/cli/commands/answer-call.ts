/**
 * One call from input to exit code: progress while it runs, then the answer for people or as JSON, or the failure. A call that can go on where
 * it stopped may be followed by others, which are one answer together.
 */
import { defined } from '../../kernel/defined.ts';
import { FailureError, type Result } from '../../kernel/failure.ts';
import { renderOutcome, type ToolAnswer } from '../../registry/call-tool.ts';
import type { AnyTool } from '../../registry/tool-registry.ts';
import type { CommandLine } from '../command-line.ts';
import { type ExitCode, exitCodeOf } from '../exit-code.ts';
import { createProgressBar } from '../progress-bar.ts';
import { renderAnswer } from '../render/answer.ts';
import { pageFor } from '../render/page.ts';
import type { Terminal } from '../terminal.ts';

export interface AnswerOptions {
  readonly json: boolean;
  /** The call that goes on from this answer, and what to tell who watches; undefined where it is the last. */
  readonly follow?: (answer: ToolAnswer) => FollowingCall | undefined;
}

export interface FollowingCall {
  readonly input: unknown;
  readonly remark: string;
}

export async function answerCall(
  { terminal, createExecutor }: CommandLine,
  tool: AnyTool,
  input: unknown,
  { json, follow = () => undefined }: AnswerOptions,
): Promise<ExitCode> {
  const executor = createExecutor();
  const bar = createProgressBar(terminal);
  const remark = createRemark(terminal);
  const call = async (each: unknown): Promise<Result<ToolAnswer>> => {
    const outcome = await executor.call(tool.name, each, defined({ progress: bar.report }));
    bar.clear();
    return outcome;
  };
  let outcome = await call(input);
  const first = outcome;
  for (let next = followed(outcome, follow); next !== undefined; next = followed(outcome, follow)) {
    remark(next.remark);
    outcome = await call(next.input);
  }
  await executor.close();
  if (!outcome.ok) throw new FailureError(outcome.failure);
  // All of them together are what the first would have been with more time.
  const reproduce = first.ok ? first.value.reproduce : undefined;
  const whole = { ok: true, value: { ...outcome.value, reproduce } } as const;
  const page = pageFor(terminal.out, terminal.environment);
  terminal.out.write(json ? `${renderOutcome(whole)}\n` : renderAnswer(whole.value, page));
  return exitCodeOf(whole);
}

function followed(
  outcome: Result<ToolAnswer>,
  follow: (answer: ToolAnswer) => FollowingCall | undefined,
): FollowingCall | undefined {
  return outcome.ok ? follow(outcome.value) : undefined;
}

/** One line on a terminal, each in the place of the one before. */
function createRemark({ err }: Pick<Terminal, 'err'>): (text: string) => void {
  let shown = false;
  return (text) => {
    if (!err.isTerminal) return;
    err.write(`${shown ? '\u001b[1A\u001b[2K' : ''}${text}\n`);
    shown = true;
  };
}
