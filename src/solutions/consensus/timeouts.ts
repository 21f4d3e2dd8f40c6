/**
 * Election timeouts and heartbeats for a given latency: the card's defaults for a LAN, scaled up where the round trip
 * demands it. Rules: election timeout at least ten round trips (etcd tuning guide; broadcastTime << electionTimeout,
 * Ongaro and Ousterhout 2014, section 5.6), drawn from [T, 2T); the heartbeat keeps the card's share of it.
 */
import { defined } from '../../kernel/defined.ts';
import type { ConsensusCard } from '../../knowledge/entries.ts';

const ROUND_TRIPS_PER_ELECTION_TIMEOUT = 10;

export interface ConsensusTimeouts {
  readonly election_timeout_min_ms: number;
  readonly election_timeout_max_ms: number;
  readonly heartbeat_interval_ms?: number;
}

export function scaleTimeouts({ timeouts }: ConsensusCard, oneWayMs: number): ConsensusTimeouts {
  const { electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatIntervalMs } = timeouts;
  const neededMs = ROUND_TRIPS_PER_ELECTION_TIMEOUT * 2 * oneWayMs;
  const scale = Math.max(1, neededMs / electionTimeoutMinMs);
  return {
    election_timeout_min_ms: Math.ceil(electionTimeoutMinMs * scale),
    election_timeout_max_ms: Math.ceil(electionTimeoutMaxMs * scale),
    ...defined({ heartbeat_interval_ms: heartbeatIntervalMs && Math.ceil(heartbeatIntervalMs * scale) }),
  };
}
