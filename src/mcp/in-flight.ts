/**
 * Counts what is in flight, so that a server that is told to stop can finish it first.
 */

export interface InFlight {
  /** Counts one more; the returned function counts it out again, and may be called twice. */
  readonly enter: () => () => void;
  readonly count: () => number;
  /** Resolves to how many are still in flight: as soon as there are none, or after `limitMs`. */
  readonly idle: (limitMs: number) => Promise<number>;
}

export function inFlight(): InFlight {
  let count = 0;
  const waiting = new Set<() => void>();

  function enter(): () => void {
    count += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      count -= 1;
      if (count === 0) for (const wake of waiting) wake();
    };
  }

  function idle(limitMs: number): Promise<number> {
    if (count === 0) return Promise.resolve(0);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        waiting.delete(done);
        resolve(count);
      };
      const timer = setTimeout(done, limitMs);
      waiting.add(done);
    });
  }

  return { enter, count: () => count, idle };
}
