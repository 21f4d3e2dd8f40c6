/**
 * What the process says to a shell when it ends.
 */
import type { Failure, Result } from '../kernel/failure.ts';
import type { ToolAnswer } from '../registry/call-tool.ts';

export const EXIT = {
  /** Done; the verdict, where there is one, is `holds`. */
  done: 0,
  /** The verdict is `violated`: an answer with a witness, not an error. */
  violated: 1,
  /** The input was refused, or the command line itself, or this machine lacks what the call needs. */
  refused: 2,
  /** The verdict is `unknown`, or the time limit ended the call before there was a verdict. */
  unknown: 3,
  /** A broken invariant of ours; EX_SOFTWARE of sysexits.h. */
  internal: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** From best to worst: what says least is not what is worst. */
const SEVERITY: readonly ExitCode[] = [EXIT.done, EXIT.unknown, EXIT.violated, EXIT.refused, EXIT.internal];

export function exitCodeOf(outcome: Result<ToolAnswer>): ExitCode {
  if (!outcome.ok) return exitCodeOfFailure(outcome.failure);
  if (outcome.value.verdict === 'violated') return EXIT.violated;
  return outcome.value.verdict === 'unknown' ? EXIT.unknown : EXIT.done;
}

export function exitCodeOfFailure({ code }: Failure): ExitCode {
  if (code.startsWith('internal/')) return EXIT.internal;
  return code.startsWith('time/') ? EXIT.unknown : EXIT.refused;
}

export function worstOf(a: ExitCode, b: ExitCode): ExitCode {
  return SEVERITY.indexOf(a) >= SEVERITY.indexOf(b) ? a : b;
}
