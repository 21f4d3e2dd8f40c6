/**
 * An election timeout must exceed the heartbeat interval and the round trip, or healthy leaders are deposed.
 */
import type { ProposedSolution } from '../../schemas/solution.ts';
import type { Check, ReviewSetting } from './check.ts';

export function checkTimeouts({ configuration }: ProposedSolution, { problem }: ReviewSetting): Check[] {
  const {
    election_timeout_min_ms: min,
    election_timeout_max_ms: max,
    heartbeat_interval_ms: heartbeat,
  } = configuration ?? {};
  const oneWayMs = problem.network_assumptions?.latency_ms;
  const checks: Check[] = [];
  const add = (claim: string, holds: boolean, computed: string, evidence: string): void => {
    const path = 'configuration.election_timeout_min_ms';
    checks.push({ path, claim, refutation: holds ? undefined : { computed, evidence } });
  };
  if (min !== undefined && max !== undefined) {
    add(
      `election timeout drawn from ${min} to ${max} ms`,
      min < max,
      'the range is empty, so candidates time out together and split the vote',
      'randomised election timeouts (Ongaro and Ousterhout 2014, section 5.2)',
    );
  }
  if (min !== undefined && heartbeat !== undefined) {
    add(
      `heartbeat every ${heartbeat} ms under an election timeout of ${min} ms`,
      heartbeat < min,
      'followers time out before the next heartbeat arrives',
      'heartbeat interval must be below the election timeout (Ongaro and Ousterhout 2014, section 5.2)',
    );
  }
  if (min !== undefined && oneWayMs !== undefined) {
    add(
      `election timeout from ${min} ms at ${oneWayMs} ms one-way latency`,
      min > 2 * oneWayMs,
      `one round trip takes ${2 * oneWayMs} ms, so no election can end before the next one starts`,
      'broadcastTime << electionTimeout (Ongaro and Ousterhout 2014, section 5.6)',
    );
  }
  return checks;
}
