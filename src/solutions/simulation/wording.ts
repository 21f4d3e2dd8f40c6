/**
 * The sentences around a simulation.
 */
import { bibliography } from '../../knowledge/bibliography.ts';
import { protocolCards } from '../../knowledge/protocol-cards.ts';
import type { Reference } from '../../schemas/answer.ts';
import type { Prepared } from '../../simulation/prepare.ts';
import type { SimulationRequest } from '../../simulation/request.ts';
import { plural } from '../format.ts';
import type { Findings } from './report.ts';

const PERCENT_DIGITS = 3;

export function simulationSummary({ prepared, runs, measures, invariants, example }: Findings): string {
  const { definition, request } = prepared;
  const variant = request.variant === undefined ? '' : ` with the mistake ${request.variant}`;
  const ran = `${definition.title}${variant}, ${plural(request.nodes, 'node')}, ${plural(runs.length, 'run')} (${measures.events} events)`;
  return [
    `${ran}: ${outcome(invariants)}${cutShort(request, runs)}.`,
    example === undefined ? measured(measures) : shortest(example),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function outcome(invariants: Findings['invariants']): string {
  const broken = invariants.filter(({ verdict }) => verdict === 'violated');
  if (broken.length === 0) return 'no property was broken';
  const names = broken.map(({ name, broken_in: brokenIn }) => `${name} (in ${plural(brokenIn, 'run')})`);
  return `broken: ${names.join(', ')}`;
}

/** How far it got, where the budget ended it. */
function cutShort({ runs: wanted, durationMs, settleMs }: SimulationRequest, runs: Findings['runs']): string {
  const cut = runs.filter(({ exhausted }) => exhausted !== undefined);
  const done = runs.length - cut.length;
  if (done >= wanted) return '';
  const [first] = cut;
  const at =
    first === undefined ? '' : `, and ${Math.floor(first.durationMs)} of ${durationMs + settleMs} ms of another`;
  return `; ${first?.exhausted ?? 'the time limit was reached'} after ${done} of ${wanted} runs${at}`;
}

function shortest({ request, broken, after }: NonNullable<Findings['example']>): string {
  if (request.schedule !== undefined) return `The schedule leads there: ${broken.text}.`;
  return `Reduced to ${plural(after.faults, 'fault')} and ${plural(after.operations, 'operation')}: ${broken.text}.`;
}

function measured({ writeLatencyMs, availability, failoverMs }: Findings['measures']): string {
  const digits = (value: number): string => String(Number(value.toPrecision(PERCENT_DIGITS)));
  const parts = [
    ...(writeLatencyMs === undefined
      ? []
      : [`writes took ${digits(writeLatencyMs.p50)} ms (median), ${digits(writeLatencyMs.p99)} ms (99th percentile)`]),
    ...(availability === undefined ? [] : [`they succeeded in ${digits(100 * availability.mean)}% of the time`]),
    ...(failoverMs === undefined ? [] : [`failover took ${digits(failoverMs.p50)} ms (median)`]),
  ];
  return parts.length === 0 ? '' : `${parts.join('; ').replace(/^./, (first) => first.toUpperCase())}.`;
}

export function simulationAssumptions({ request, definition }: Prepared): string[] {
  const { network, workload, scenario, given, schedule } = request;
  if (schedule !== undefined)
    return [
      `The run is a schedule of ${plural(schedule.length, 'step')}, one each millisecond; nothing happens by itself, and times mean nothing.`,
      `${definition.title} is run as its paper gives it, not as any product implements it; computing takes no time.`,
      'One schedule that breaks no property is no proof.',
    ];
  const delays =
    network.regions.length > 0
      ? `Delays are half the round-trip times of ${network.dataset} between ${[...new Set(network.regions)].join(', ')}`
      : `One-way delays are ${network.distribution}, ${network.oneWayMs} ms with ${network.spreadMs} ms of spread`;
  const load =
    workload.ratePerSecond === undefined
      ? `${plural(workload.clients, 'client')} with one operation open each and ${workload.thinkMs} ms between operations`
      : `${workload.ratePerSecond} operations per second over ${plural(workload.clients, 'client')}`;
  return [
    `${delays}.`,
    `${load}; ${Math.round(100 * workload.readFraction)}% read.`,
    scenario === 'swarm'
      ? 'Which faults happen, how often and for how long is drawn from the seed of each run.'
      : `Faults: ${scenario === 'none' ? 'those given, if any' : `the scenario ${scenario}`}.`,
    ...(given === undefined ? [] : ['The cluster begins with the given states, and no message is under way.']),
    `${definition.title} is run as its paper gives it, not as any product implements it; computing takes no time.`,
    'Runs are samples of all schedules: that none broke a property is evidence, not proof.',
  ];
}

export function simulationReferences({ definition, config }: Prepared): Reference[] {
  const card = protocolCards().find(({ id }) => id === definition.card);
  const sources = definition.protocol
    .properties(config)
    .flatMap(({ source }) => (source === undefined ? [] : [source]));
  const ids = new Set<string>([...(card?.references ?? []), ...sources]);
  return bibliography().filter(({ id }) => ids.has(id));
}

export function simulationNextSteps({ prepared, example, runs }: Findings): string[] {
  const { request, definition } = prepared;
  const call = (extra: object): string =>
    `run_simulation ${JSON.stringify({ protocol: request.protocol, nodes: request.nodes, ...extra })}`;
  const vacuous = runs.length > 0 && request.scenario === 'none' && request.faults.length === 0;
  if (request.schedule !== undefined)
    return [
      '"include":["space_time_svg"] draws the schedule, "page_html" makes a page of it, "shiviz" a log for ShiViz.',
    ];
  const replay =
    example === undefined ? [] : ['Replay the counterexample with "include":["space_time_svg"] to see it drawn.'];
  // A call that repeated the given states would be longer than the answer; one without them would be another cluster.
  if (request.given !== undefined)
    return [...replay, ...(vacuous ? ['Add faults to the same call: "scenario":"swarm","runs":100.'] : [])];
  return [
    ...replay,
    ...(vacuous ? [`Add faults: ${call({ scenario: 'swarm', runs: 100 })}.`] : []),
    ...(request.variant === undefined && definition.variants[0] !== undefined && example === undefined
      ? [
          `See the checks find a mistake: ${`run_simulation ${JSON.stringify({ protocol: request.protocol, variant: definition.variants[0].name })}`}.`,
        ]
      : []),
    ...(request.runs < 1000 && example === undefined
      ? [`Look at more schedules: ${call({ runs: 1000, scenario: request.scenario })}.`]
      : []),
  ];
}
