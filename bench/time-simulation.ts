/**
 * Measures the simulator and the bare event loop in one warm process, bundled like the program that ships; see simulation.ts. Answers
 * in JSON on standard output. Times are CPU time of this process, all threads.
 */
import { stepBudget } from '../src/kernel/budget.ts';
import type { Fault } from '../src/simulation/faults/fault.ts';
import { prepare } from '../src/simulation/prepare.ts';
import {
  type SimulationRequest,
  STANDARD_NETWORK,
  STANDARD_REQUEST,
  STANDARD_WORKLOAD,
  type WorkloadRequest,
} from '../src/simulation/request.ts';
import { type RunResult, run } from '../src/simulation/run/run.ts';
import { runBareLoop } from './bare-event-loop.ts';
import { median } from './topic.ts';

export interface SizeTime {
  readonly events: number;
  /** CPU milliseconds for a million events. */
  readonly oursMs: number;
  readonly peerMs: number;
}

export interface SchedulesTime {
  readonly workload: string;
  readonly perSecond: number;
  readonly eventsEach: number;
}

export interface SimulationTimes {
  readonly sizes: readonly SizeTime[];
  readonly schedules: readonly SchedulesTime[];
}

const SIZES = [100_000, 1_000_000, 10_000_000] as const;
const REPETITIONS = 5;
const WARM_UP_RUNS = 6;
const SCHEDULES = 500;

/** Three clients that go on as soon as they may, and a trickle as of a control plane. */
const BUSY: WorkloadRequest = { ...STANDARD_WORKLOAD, clients: 3, thinkMs: 10 };
const WORKLOADS: readonly (readonly [string, WorkloadRequest])[] = [
  ['three busy clients', BUSY],
  ['ten requests a second', { ...STANDARD_WORKLOAD, clients: 3, ratePerSecond: 10 }],
];

/** The engine compiles the loop anew as it learns what a second and a third run change; from then on runs cost the same. */
function warmUp(): void {
  for (let seed = 91; seed < 91 + WARM_UP_RUNS; seed++) {
    runRaft(200_000, seed);
    runBareLoop(200_000, seed);
  }
}

function measureSize(events: number): SizeTime {
  const repetitions = events > 1_000_000 ? 1 : REPETITIONS;
  const ours: number[] = [];
  const bare: number[] = [];
  // In turns, so that what disturbs the machine disturbs both.
  for (let repetition = 0; repetition < repetitions; repetition++) {
    ours.push(perMillion(() => runRaft(events, repetition + 1).events));
    bare.push(perMillion(() => runBareLoop(events, repetition + 1)));
  }
  return { events, oursMs: median(ours), peerMs: median(bare) };
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

function faultyRequest(durationMs: number, seed: number, workload: WorkloadRequest): SimulationRequest {
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
    workload,
  };
}

function runRaft(events: number, seed: number): RunResult {
  // Faults are a list, so the duration is: from 600 events on take a second of virtual time.
  const durationMs = Math.ceil(events / 0.6);
  const options = prepare(faultyRequest(durationMs, seed, BUSY)).optionsOf(seed, stepBudget(events));
  const result = run({ ...options, faults: faultsFor(durationMs) });
  if (result.violations.length > 0) throw new Error(`Raft broke ${result.violations[0]?.property}`);
  return result;
}

function measureSchedules(name: string, workload: WorkloadRequest): SchedulesTime {
  const prepared = prepare({ ...faultyRequest(10_000, 1, workload), scenario: 'swarm' });
  let events = 0;
  const before = process.cpuUsage();
  for (let seed = 1; seed <= SCHEDULES; seed++) events += run(prepared.optionsOf(seed, stepBudget(1e9))).events;
  const { user, system } = process.cpuUsage(before);
  return { workload: name, perSecond: (SCHEDULES * 1e6) / (user + system), eventsEach: events / SCHEDULES };
}

warmUp();
const times: SimulationTimes = {
  sizes: SIZES.map(measureSize),
  schedules: WORKLOADS.map(([name, workload]) => measureSchedules(name, workload)),
};
process.stdout.write(JSON.stringify(times));
