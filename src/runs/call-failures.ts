/**
 * The failures that come from where a call runs, not from what it computes.
 */
import type { Result } from '../kernel/failure.ts';

type FailedCall = Extract<Result<never>, { ok: false }>;

export function cancelledCall(toolName: string): FailedCall {
  return {
    ok: false,
    failure: {
      code: 'call/cancelled',
      message: `the call of ${toolName} was cancelled before it finished`,
      nextStep: 'Call again, with a smaller time_limit_ms or a smaller problem if it took too long.',
    },
  };
}

export function overdueCall(toolName: string, limitMs: number): FailedCall {
  return {
    ok: false,
    failure: {
      code: 'call/overdue',
      message: `${toolName} was stopped: it had not answered after ${limitMs} ms`,
      expected: `an answer within ${limitMs} ms, time in the queue included`,
      nextStep: 'Ask for a smaller problem, set a smaller time_limit_ms, or send fewer calls at once.',
    },
  };
}

export function queueFullCall(toolName: string, waitingMax: number): FailedCall {
  return {
    ok: false,
    failure: {
      code: 'call/queue_full',
      message: `${toolName} was not started: ${waitingMax} calls are waiting already`,
      expected: `at most ${waitingMax} waiting calls`,
      nextStep: 'Wait for a call to finish, then send this one again.',
    },
  };
}

/** `waitMs` is how long the calls ahead may keep all threads. */
export function longWaitCall(toolName: string, waitMs: number, callTimeMaxMs: number): FailedCall {
  const seconds = Math.ceil(waitMs / 1000);
  return {
    ok: false,
    failure: {
      code: 'call/queue_full',
      message: `${toolName} was not started: the calls ahead may take all threads for another ${seconds} s`,
      expected: `a wait and a time_limit_ms that are at most ${callTimeMaxMs} ms together`,
      nextStep: `Send this call again in ${seconds} s, when those ahead are done at the latest, or with a smaller time_limit_ms.`,
    },
  };
}

export function crashedCall(toolName: string, reason: string): FailedCall {
  return {
    ok: false,
    failure: {
      code: 'internal/invariant',
      message: `the worker that ran ${toolName} crashed: ${reason.slice(0, 300)}`,
      nextStep: 'This is a bug in quorate, not in your input. Please report it with the input; other calls still work.',
    },
  };
}
