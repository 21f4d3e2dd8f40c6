/**
 * Thins out reports of progress at their source, so that tools may report as often as they like.
 */
import type { ToolContext } from '../registry/define-tool.ts';

/** Passes on the first report, then at most one per interval, and the one that says all is done. */
export function throttleProgress(
  report: ToolContext['progress'],
  nowMs: () => number,
  intervalMs: number,
): ToolContext['progress'] {
  let nextMs = Number.NEGATIVE_INFINITY;
  return (done, total, message) => {
    const now = nowMs();
    if (now < nextMs && done < total) return;
    nextMs = now + intervalMs;
    report(done, total, message);
  };
}
