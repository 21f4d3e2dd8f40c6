/**
 * The simulator's speed: five-node Raft with loss, duplication, crashes and partitions, every property judged on every step, against a
 * bare event loop written for one cluster alone, in the same process. Times are CPU time of that process, bundled like the program
 * that ships and warm.
 *
 * Events of ours are messages, timers, requests and answers that took effect; events of the bare loop are all that it pops.
 */
import { runBundled } from './run-bundled.ts';
import type { SchedulesTime, SimulationTimes, SizeTime } from './time-simulation.ts';
import type { Check, Comparison, Topic } from './topic.ts';

const EVENTS_PER_SECOND_MIN = 1_000_000;
const EVENTS_PER_SECOND_GOAL = 2_000_000;
/** How much dearer an event may be in a run of ten million than in one of a hundred thousand. */
const LINEAR_WITHIN = 1.5;

export const simulation: Topic = {
  name: 'simulation',
  compares: 'five-node Raft under faults with properties judged, against a bare event loop, per million events',
  run: async (note) => {
    note('runs of up to ten million events, about a minute');
    const { sizes, schedules } = JSON.parse(await runBundled('time-simulation.ts')) as SimulationTimes;
    return {
      rows: sizes.map(({ events, oursMs, peerMs }) => ({
        name: `${rounded(events)} events`,
        oursMs,
        peerMs,
        ratio: peerMs / oursMs,
      })),
      checks: checksOf(sizes),
      context: contextOf(schedules),
    };
  },
};

function checksOf(sizes: readonly SizeTime[]): Check[] {
  const costs = sizes.map(({ oursMs }) => oursMs);
  const growth = Math.max(...costs) / Math.min(...costs);
  const perSecond = 1e9 / (sizes[1]?.oursMs ?? Number.POSITIVE_INFINITY);
  return [
    {
      claim: `at least ${rounded(EVENTS_PER_SECOND_MIN)} events per second on one core (the goal is ${rounded(EVENTS_PER_SECOND_GOAL)})`,
      measured: rounded(perSecond),
      holds: perSecond >= EVENTS_PER_SECOND_MIN,
    },
    {
      claim: `an event costs the same in runs of ${sizes.map(({ events }) => rounded(events)).join(', ')} events, within a factor of ${LINEAR_WITHIN}`,
      measured: `dearest over cheapest ${growth.toFixed(2)}`,
      holds: growth <= LINEAR_WITHIN,
    },
  ];
}

function contextOf(schedules: readonly SchedulesTime[]): Comparison['context'] {
  return {
    ...Object.fromEntries(
      schedules.map(({ workload, perSecond, eventsEach }) => [
        `ten-second schedules with drawn faults, ${workload}`,
        `${rounded(perSecond)} per second, ${rounded(eventsEach)} events each`,
      ]),
    ),
    repetitions: 'medians of 5 in turns, one for the largest; CPU time; after six runs to warm up',
  };
}

function rounded(value: number): string {
  return Math.round(value).toLocaleString('en');
}
