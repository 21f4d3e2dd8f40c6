/**
 * One call of one tool: arguments are checked, the tool runs, its answer is checked against its own output schema and
 * brought under the size limit. What a caller can mend comes back as a failure value; a broken invariant of ours is
 * caught here, once, and reported as `internal/invariant` with the input's fingerprint and the seed.
 */
import { fingerprint } from '../kernel/canonical-json.ts';
import { type Failure, FailureError, type Result, renderFailure } from '../kernel/failure.ts';
import { boundAnswer } from './bound-answer.ts';
import { reproduceCommand } from './call-command.ts';
import { checkInput } from './check-input.ts';
import type { ToolContext } from './define-tool.ts';
import type { AnyTool } from './tool-registry.ts';

/** The structured answer of a tool: a JSON object that satisfies its output schema. */
export type ToolAnswer = Readonly<Record<string, unknown>>;

/** Calls `tool` with unchecked `args`. `makeContext` gets the checked input, for its `seed` and `time_limit_ms`. */
export async function callTool(
  tool: AnyTool,
  args: unknown,
  makeContext: (input: { readonly seed?: number; readonly time_limit_ms?: number }) => ToolContext,
): Promise<Result<ToolAnswer>> {
  let seed: number | undefined;
  try {
    const input = checkInput(tool, args);
    const context = makeContext(input);
    seed = context.seed;
    // Quoting what was sent, and not what defaults made of it, keeps the command short; it means the same.
    const reproduce = reproduceCommand(tool.name, args);
    const output = tool.output.parse({ ...(await tool.run(input, context)), reproduce }) as ToolAnswer;
    return { ok: true, value: await boundAnswer({ tool, input, reproduce }, output, context.runs) };
  } catch (error) {
    if (error instanceof FailureError) return { ok: false, failure: error.failure };
    return { ok: false, failure: internalFailure(tool, args, seed, error) };
  }
}

/** The text of an answer or a failure, as a host without structured content shows it. */
export function renderOutcome(outcome: Result<ToolAnswer>): string {
  return outcome.ok ? JSON.stringify(outcome.value) : renderFailure(outcome.failure);
}

function internalFailure(tool: AnyTool, args: unknown, seed: number | undefined, error: unknown): Failure {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal/invariant',
    message: `${tool.name} broke an invariant of its own: ${reason.slice(0, 500)}`,
    received: `input ${inputFingerprint(args)}, seed ${seed ?? 'not reached'}`,
    nextStep: 'This is a bug in quorate, not in your input. Please report it with the input; other calls still work.',
  };
}

function inputFingerprint(args: unknown): string {
  try {
    return fingerprint(args);
  } catch {
    return 'without a fingerprint';
  }
}
