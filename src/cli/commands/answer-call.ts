/**
 * One call from input to exit code: progress while it runs, then the answer for people or as JSON, or the failure.
 */
import { defined } from '../../kernel/defined.ts';
import { FailureError } from '../../kernel/failure.ts';
import { renderOutcome } from '../../registry/call-tool.ts';
import type { AnyTool } from '../../registry/tool-registry.ts';
import type { CommandLine } from '../command-line.ts';
import { type ExitCode, exitCodeOf } from '../exit-code.ts';
import { createProgressBar } from '../progress-bar.ts';
import { renderAnswer } from '../render/answer.ts';
import { pageFor } from '../render/page.ts';

export async function answerCall(
  { terminal, createExecutor }: CommandLine,
  tool: AnyTool,
  input: unknown,
  { json }: { readonly json: boolean },
): Promise<ExitCode> {
  const executor = createExecutor();
  const bar = createProgressBar(terminal);
  const outcome = await executor.call(tool.name, input, defined({ progress: bar.report }));
  bar.clear();
  await executor.close();
  if (!outcome.ok) throw new FailureError(outcome.failure);
  const page = pageFor(terminal.out, terminal.environment);
  terminal.out.write(json ? `${renderOutcome(outcome)}\n` : renderAnswer(outcome.value, page));
  return exitCodeOf(outcome);
}
