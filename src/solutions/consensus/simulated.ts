/**
 * What runs of the chosen protocol showed in each failure scenario. The runs are few and short, so that the whole answer takes
 * seconds; what they show is said with their number and seeds, and the proof does not rest on them.
 */
import type { Budget } from '../../kernel/budget.ts';
import type { ScenarioId } from '../../knowledge/entries.ts';
import type { Evidence } from '../../schemas/answer.ts';
import { type Measures, measure } from '../../simulation/measures.ts';
import { prepare } from '../../simulation/prepare.ts';
import {
  type SimulationRequest,
  STANDARD_NETWORK,
  STANDARD_REQUEST,
  STANDARD_WORKLOAD,
} from '../../simulation/request.ts';
import { simulate } from '../../simulation/simulate.ts';
import type { RunSummary } from '../../simulation/summary.ts';
import { formatNumber, plural } from '../format.ts';
import type { ConsensusSetting } from './setting.ts';
import type { ConsensusTimeouts } from './timeouts.ts';

/** Larger clusters are not simulated within an answer: messages grow with the square of the nodes, and so does the time. */
const NODES_MAX = { raft: 9, pbft: 7 } as const;
const RUNS = 3;
/** In election timeouts: long enough that a leader is lost, another elected, and the first comes back. */
const DURATION_TIMEOUTS = 10;
const SETTLE_TIMEOUTS = 8;

/** Which scenario of the simulator stands for which of the answer. */
const SCENARIOS: Readonly<Record<ScenarioId, string>> = {
  none_down: 'none',
  one_down: 'leader-down',
  f_down: 'f-nodes-down',
  more_than_f_down: 'f-plus-one-nodes-down',
  minority_partition: 'majority-partition',
  majority_partition: 'minority-partition',
  clock_skew: 'clock-skew',
  message_reordering_and_duplication: 'message-reordering',
  slow_leader: 'slow-leader',
  crash_during_recovery: 'crash-during-recovery',
};

export interface SimulatedScenario {
  readonly id: ScenarioId;
  readonly scenario: string;
  readonly runs: readonly RunSummary[];
  readonly measures: Measures;
  /** Names of the properties that broke; empty when all held. */
  readonly broken: readonly string[];
}

export type Simulated = ReadonlyMap<ScenarioId, SimulatedScenario>;

/** Empty where the cluster is too large; without the scenarios that the budget had no room for. */
export function simulateScenarios(setting: ConsensusSetting, timeouts: ConsensusTimeouts, budget: Budget): Simulated {
  const protocol = setting.card.id === 'pbft' ? 'pbft' : 'raft';
  const simulated = new Map<ScenarioId, SimulatedScenario>();
  if (setting.sizes.nodeCount > NODES_MAX[protocol] || setting.sizes.failureTolerance === 0) return simulated;
  for (const [id, scenario] of Object.entries(SCENARIOS) as [ScenarioId, string][]) {
    if (budget.exhausted !== undefined) break;
    const runs = simulate(prepare(requestFor(setting, timeouts, protocol, scenario)), budget);
    const isWhole = runs.length === RUNS && runs.every(({ exhausted }) => exhausted === undefined);
    const broken = [...new Set(runs.flatMap(({ broken: all }) => all.map(({ property }) => property)))];
    if (isWhole) simulated.set(id, { id, scenario, runs, measures: measure(runs), broken });
  }
  return simulated;
}

function requestFor(
  { sizes, oneWayMs }: ConsensusSetting,
  timeouts: ConsensusTimeouts,
  protocol: 'raft' | 'pbft',
  scenario: string,
): SimulationRequest {
  const { election_timeout_min_ms: minMs, election_timeout_max_ms: maxMs } = timeouts;
  const settings: Readonly<Record<string, string>> =
    protocol === 'raft'
      ? {
          election_timeout_min_ms: String(minMs),
          election_timeout_max_ms: String(maxMs),
          heartbeat_ms: String(timeouts.heartbeat_interval_ms ?? minMs / 3),
        }
      : {};
  return {
    ...STANDARD_REQUEST,
    protocol,
    nodes: sizes.nodeCount,
    settings,
    runs: RUNS,
    durationMs: maxMs * DURATION_TIMEOUTS,
    settleMs: maxMs * SETTLE_TIMEOUTS,
    scenario,
    network: { ...STANDARD_NETWORK, oneWayMs, spreadMs: oneWayMs / 5, clientOneWayMs: Math.min(1, oneWayMs) },
    workload: {
      ...STANDARD_WORKLOAD,
      thinkMs: maxMs / 3,
      retry: { ...STANDARD_WORKLOAD.retry, timeoutMs: maxMs * 2 },
    },
  };
}

/** A sentence for the scenario's behaviour. */
export function shownBy(simulated: Simulated, id: ScenarioId): string {
  const found = simulated.get(id);
  if (found === undefined) return '';
  const { measures, broken } = found;
  const outcome = broken.length === 0 ? 'no property was broken' : `broken: ${broken.join(', ')}`;
  const { failoverMs, writeLatencyMs } = measures;
  const figures = [
    `${measures.operations.ok} operations`,
    ...(writeLatencyMs === undefined
      ? []
      : [
          `writes took ${formatNumber(round(writeLatencyMs.p50))} ms (median), at most ${formatNumber(round(writeLatencyMs.max))} ms`,
        ]),
    ...(failoverMs === undefined ? [] : [`failover ${formatNumber(round(failoverMs.p50))} ms (median)`]),
  ];
  return ` Simulated (${found.scenario}, ${plural(RUNS, 'run')}): ${outcome}; ${figures.join('; ')}.`;
}

export function simulationEvidence(simulated: Simulated): Evidence[] {
  const all = [...simulated.values()];
  if (all.length === 0) return [];
  const runs = all.flatMap((each) => each.runs);
  const broken = all.filter((each) => each.broken.length > 0);
  const events = runs.reduce((sum, run) => sum + run.events, 0);
  return [
    {
      kind: 'simulation',
      claim:
        broken.length === 0
          ? 'no run of any scenario broke a property'
          : `broken in ${broken.map(({ scenario }) => scenario).join(', ')}`,
      method: `run_simulation: ${plural(all.length, 'scenario')}, ${RUNS} runs each with seeds ${STANDARD_REQUEST.seed} to ${STANDARD_REQUEST.seed + RUNS - 1}; safety on every step, linearizability of the history, progress after the faults`,
      result: `${plural(runs.length, 'run')}, ${events} events`,
    },
  ];
}

function round(ms: number): number {
  return Number(ms.toPrecision(3));
}
