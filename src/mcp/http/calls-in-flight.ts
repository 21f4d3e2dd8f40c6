/**
 * Limits what is being answered: calls, for which a drain waits, and streams, which are limited apart.
 */
import { type InFlight, inFlight } from '../in-flight.ts';
import type { HttpLimits } from './http-limits.ts';
import { refuse } from './refusal.ts';

export interface CallsInFlight extends Pick<InFlight, 'count' | 'idle'> {
  /** Takes a place, or refuses; the returned function gives it back, and may be called twice. */
  enter(kind: 'call' | 'stream'): () => void;
}

export function callsInFlight({ callsMax, streamsMax }: HttpLimits): CallsInFlight {
  const calls = inFlight();
  const streams = inFlight();
  const enter = (kind: 'call' | 'stream'): (() => void) => {
    if (kind === 'call' && calls.count() >= callsMax) refuseBusy(`${callsMax} calls`, '1');
    if (kind === 'stream' && streams.count() >= streamsMax) refuseBusy(`${streamsMax} streams`, '30');
    return (kind === 'call' ? calls : streams).enter();
  };
  return { enter, count: calls.count, idle: calls.idle };
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
