/**
 * How fast one client may send: a token bucket per address (Turner 1986, "leaky bucket as a meter").
 *
 * A bucket holds `burst` tokens and gains `perSecond` of them each second; a request takes one. At most `clientsMax` buckets are
 * kept: when there are more, those that are full again are forgotten, which changes nothing, and then the longest unseen. The key is
 * the socket's address: headers such as X-Forwarded-For are the client's own claim and are not read, so behind a proxy all clients
 * share one bucket and the proxy has to tell them apart.
 */

export interface ClientRate {
  /** 0 when the request may go on, else the milliseconds until the next one may. */
  take(address: string, nowMs: number): number;
}

interface Bucket {
  tokens: number;
  seenMs: number;
}

export function clientRate(burst: number, perSecond: number, clientsMax: number): ClientRate {
  const buckets = new Map<string, Bucket>();
  const filled = ({ tokens, seenMs }: Bucket, nowMs: number): number =>
    Math.min(burst, tokens + ((nowMs - seenMs) / 1000) * perSecond);

  function take(address: string, nowMs: number): number {
    const known = buckets.get(address);
    const tokens = known === undefined ? burst : filled(known, nowMs);
    const allowed = tokens >= 1;
    // Deleted and set again, so that the map is in the order of last use.
    buckets.delete(address);
    buckets.set(address, { tokens: allowed ? tokens - 1 : tokens, seenMs: nowMs });
    if (buckets.size > clientsMax) forget(nowMs);
    return allowed ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
  }

  function forget(nowMs: number): void {
    for (const [address, bucket] of buckets) if (filled(bucket, nowMs) >= burst) buckets.delete(address);
    for (const address of buckets.keys()) {
      if (buckets.size <= clientsMax) return;
      buckets.delete(address);
    }
  }

  return { take };
}
