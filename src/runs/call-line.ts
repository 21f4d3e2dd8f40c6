/**
 * How long a call in the queue may have to wait for a thread.
 *
 * Calls start in the order in which they come, each on the first thread that is free. A call takes at most its time limit, so
 * following those ahead from thread to thread gives the latest start: O(calls ahead * threads). Most calls take milliseconds of
 * the seconds they may take, so the bound says little before calls have been seen to wait: that is for who asks to decide.
 */

export interface CallLine {
  /** Takes the last place; `limitMs` is what the call may take once it has started. */
  readonly enter: (limitMs: number) => PlaceInLine;
  /** How long the call that comes next has been waiting; 0 when none waits. */
  readonly longestWaitMs: () => number;
}

export interface PlaceInLine {
  /** Time until a thread is free for this call, if every call ahead takes its whole limit; 0 once it has started. */
  readonly startsWithinMs: () => number;
  /** The call has ended, or never will start. */
  readonly leave: () => void;
}

interface Call {
  readonly limitMs: number;
  readonly enteredMs: number;
  startedMs: number | undefined;
}

export function createCallLine(threads: number, nowMs: () => number): CallLine {
  const calls = new Set<Call>();
  const nextToStart = (): Call | undefined => [...calls].find(({ startedMs }) => startedMs === undefined);
  const startNext = (): void => {
    const running = [...calls].filter(({ startedMs }) => startedMs !== undefined).length;
    const next = nextToStart();
    if (running < threads && next !== undefined) next.startedMs = nowMs();
  };
  return {
    enter: (limitMs) => {
      const call: Call = { limitMs, enteredMs: nowMs(), startedMs: undefined };
      calls.add(call);
      startNext();
      return {
        startsWithinMs: () => latestStartMs([...calls], call, threads, nowMs()) - nowMs(),
        leave: () => {
          calls.delete(call);
          startNext();
        },
      };
    },
    longestWaitMs: () => {
      const next = nextToStart();
      return next === undefined ? 0 : nowMs() - next.enteredMs;
    },
  };
}

function latestStartMs(calls: readonly Call[], call: Call, threads: number, now: number): number {
  if (call.startedMs !== undefined) return now;
  const running = calls.flatMap(({ startedMs, limitMs }) => (startedMs === undefined ? [] : [startedMs + limitMs]));
  const free = Array.from({ length: threads }, (_, thread) => Math.max(now, running[thread] ?? now));
  for (const ahead of calls.slice(0, calls.indexOf(call)).filter(({ startedMs }) => startedMs === undefined)) {
    const first = Math.min(...free);
    free[free.indexOf(first)] = first + ahead.limitMs;
  }
  return Math.min(...free);
}
