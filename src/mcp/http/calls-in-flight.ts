/**
 * Counts what is being answered: calls, which are limited and which a drain waits for, and streams, which are limited apart.
 */
import type { HttpLimits } from './http-limits.ts';
import { refuse } from './refusal.ts';

export interface CallsInFlight {
  /** Takes a place, or refuses; the returned function gives it back and may be called again. */
  enter(kind: 'call' | 'stream'): () => void;
  running(): number;
  /** Resolves to the number of calls that still run: as soon as there are none, or after `limitMs`. */
  idle(limitMs: number): Promise<number>;
}

export function callsInFlight({ callsMax, streamsMax }: HttpLimits): CallsInFlight {
  const counts = { call: 0, stream: 0 };
  const waiting = new Set<() => void>();

  function enter(kind: 'call' | 'stream'): () => void {
    if (kind === 'call' && counts.call >= callsMax) refuseBusy(`${callsMax} calls`, '1');
    if (kind === 'stream' && counts.stream >= streamsMax) refuseBusy(`${streamsMax} streams`, '30');
    counts[kind] += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      counts[kind] -= 1;
      if (counts.call === 0) for (const wake of waiting) wake();
    };
  }

  function idle(limitMs: number): Promise<number> {
    if (counts.call === 0) return Promise.resolve(0);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        waiting.delete(done);
        resolve(counts.call);
      };
      const timer = setTimeout(done, limitMs);
      waiting.add(done);
    });
  }

  return { enter, running: () => counts.call, idle };
}

function refuseBusy(limit: string, retryAfterSeconds: string): never {
  refuse(
    503,
    {
      code: 'http/busy',
      message: `the server is answering ${limit} already, its limit`,
      nextStep: `Send the request again after ${retryAfterSeconds} s.`,
    },
    { 'retry-after': retryAfterSeconds },
  );
}
