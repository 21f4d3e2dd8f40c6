/**
 * The simulator's speed: five-node Raft with loss, duplication, crashes and partitions, every property judged on every step, against a
 * bare event loop written for one cluster alone, in the same run. Times are CPU time of this process.
 *
 * Events of ours are messages, timers, requests and answers that took effect; events of the bare loop are all that it pops.
 */
import { stepBudget } from '../src/kernel/budget.ts';
import type { Fault } from '../src/simulation/faults/fault.ts';
import { prepare } from '../src/simulation/prepare.ts';
import {
  type SimulationRequest,
  STANDARD_NETWORK,
  STANDARD_REQUEST,
  STANDARD_WORKLOAD,
} from '../src/simulation/request.ts';
import { type RunResult, run } from '../src/simulation/run/run.ts';
import { runBareLoop } from './bare-event-loop.ts';
import { type Check, type Comparison, median, type Row, type Topic } from './topic.ts';

const EVENTS_PER_SECOND_MIN = 1_000_000;
const EVENTS_PER_SECOND_GOAL = 2_000_000;
const REPETITIONS = 5;
const SIZES = [100_000, 1_000_000, 10_000_000] as const;
const SCHEDULES = 1_000;
/** How much dearer an event may be in a run of ten million than in one of a hundred thousand. */
const LINEAR_WITHIN = 1.5;

export const simulation: Topic = {
  name: 'simulation',
  compares: 'five-node Raft under faults with properties judged, against a bare event loop, per million events',
  run: async (note) => {
    warmUp();
    const sizes = SIZES.map((events) => {
      note(`${events} events`);
      return measureSize(events);
    });
    note(`${SCHEDULES} ten-second schedules`);
    const schedules = measureSchedules();
    return comparison(sizes, schedules);
  },
};

interface Size {
  readonly name: string;
  readonly row: Row;
  readonly perSecond: number;
}

function measureSize(events: number): Size {
  const repetitions = events > 1_000_000 ? 1 : REPETITIONS;
  const ours: number[] = [];
  const bare: number[] = [];
  // In turns, so that what disturbs the machine disturbs both.
  for (let repetition = 0; repetition < repetitions; repetition++) {
    ours.push(perMillion(() => runRaft(events, repetition + 1).events));
    bare.push(perMillion(() => runBareLoop(events, repetition + 1)));
  }
  const [oursMs, peerMs] = [median(ours), median(bare)];
  const name = `${events.toLocaleString('en')} events`;
  return { name, row: { name, oursMs, peerMs, ratio: peerMs / oursMs }, perSecond: 1e9 / oursMs };
}

/** CPU milliseconds for a million events. */
function perMillion(work: () => number): number {
  const before = process.cpuUsage();
  const events = work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (events / 1e6);
}

/** Every two seconds a fault, so that a run of any length is as troubled as a short one. */
function faultsFor(durationMs: number): Fault[] {
  return Array.from({ length: Math.floor(durationMs / 2000) }, (_, index): Fault => {
    const span = { atMs: 1000 + 2000 * index, untilMs: 1700 + 2000 * index };
    return index % 2 === 0
      ? { kind: 'crash', ...span, nodes: ['leader'], losesDisk: false, tornWrite: false }
      : { kind: 'partition', ...span, nodes: ['minority'], direction: 'both' };
  });
}

function faultyRequest(durationMs: number, seed: number): SimulationRequest {
  return {
    ...STANDARD_REQUEST,
    protocol: 'raft',
    nodes: 5,
    seed,
    runs: 1,
    durationMs,
    settleMs: 0,
    scenario: 'none',
    faults: [],
    network: {
      ...STANDARD_NETWORK,
      lossProbability: 0.03,
      duplicationProbability: 0.03,
      reorderingProbability: 0.03,
      reorderingMs: 10,
    },
    workload: { ...STANDARD_WORKLOAD, clients: 3, thinkMs: 10 },
  };
}

function runRaft(events: number, seed: number): RunResult {
  // Faults are a list, so the duration is: about 900 events take a second of virtual time.
  const durationMs = Math.ceil(events / 0.6);
  const options = prepare(faultyRequest(durationMs, seed)).optionsOf(seed, stepBudget(events));
  const result = run({ ...options, faults: faultsFor(durationMs) });
  if (result.violations.length > 0) throw new Error(`Raft broke ${result.violations[0]?.property}`);
  return result;
}

function measureSchedules(): { readonly perSecond: number; readonly events: number } {
  const prepared = prepare({ ...faultyRequest(10_000, 1), scenario: 'swarm', faults: [] });
  let events = 0;
  const before = process.cpuUsage();
  for (let seed = 1; seed <= SCHEDULES; seed++) events += run(prepared.optionsOf(seed, stepBudget(1e9))).events;
  const { user, system } = process.cpuUsage(before);
  return { perSecond: (SCHEDULES * 1e6) / (user + system), events };
}

function warmUp(): void {
  runRaft(200_000, 99);
  runBareLoop(200_000, 99);
}

function comparison(sizes: readonly Size[], schedules: ReturnType<typeof measureSchedules>): Comparison {
  const middle = sizes[1];
  const costs = sizes.map(({ row }) => row.oursMs);
  const growth = Math.max(...costs) / Math.min(...costs);
  const rounded = (value: number): string => Math.round(value).toLocaleString('en');
  const checks: Check[] = [
    {
      claim: `at least ${rounded(EVENTS_PER_SECOND_MIN)} events per second on one core (the goal is ${rounded(EVENTS_PER_SECOND_GOAL)})`,
      measured: rounded(middle?.perSecond ?? 0),
      holds: (middle?.perSecond ?? 0) >= EVENTS_PER_SECOND_MIN,
    },
    {
      claim: `an event costs the same in runs of ${SIZES.map(rounded).join(', ')} events, within a factor of ${LINEAR_WITHIN}`,
      measured: `dearest over cheapest ${growth.toFixed(2)}`,
      holds: growth <= LINEAR_WITHIN,
    },
  ];
  return {
    rows: sizes.map(({ row }) => row),
    checks,
    context: {
      'ten-second schedules with drawn faults': `${rounded(schedules.perSecond)} per second, ${rounded(schedules.events / SCHEDULES)} events each`,
      repetitions: `${REPETITIONS} in turns, one for the largest; CPU time`,
    },
  };
}
