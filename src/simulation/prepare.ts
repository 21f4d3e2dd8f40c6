/**
 * From a request, plain data, to what a run needs: the protocol from the catalogue, its config, delays, faults.
 */
import type { Budget } from '../kernel/budget.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Milliseconds, Seed } from '../kernel/units.ts';
import { protocolNamed } from '../protocols/catalogue.ts';
import type { AnyDefinition, Setup } from '../protocols/definition.ts';
import { readSettings, type SettingValues } from '../protocols/settings.ts';
import { checkFaults } from './faults/check-faults.ts';
import type { Fault } from './faults/fault.ts';
import { scenarioFaults } from './faults/scenarios.ts';
import { swarmFaults } from './faults/swarm-faults.ts';
import { givenSteps } from './given-steps.ts';
import { clientDelayOf, delayOf } from './network-delays.ts';
import type { SimulationRequest } from './request.ts';
import type { RunOptions } from './run/options.ts';
import { streamOf } from './run/streams.ts';

export interface Prepared {
  readonly request: SimulationRequest;
  readonly definition: AnyDefinition;
  readonly config: unknown;
  readonly names: readonly string[];
  /** How long this protocol takes to notice and mend a failure: faults and waiting are measured by it. */
  readonly timeScaleMs: Milliseconds;
  optionsOf(seed: Seed, budget: Budget, traceEventsMax?: number): RunOptions;
}

const TIME_SCALE_MS = 300;

/** Fails where the request names what does not exist or cannot be. */
export function prepare(request: SimulationRequest): Prepared {
  const definition = protocolNamed(request.protocol);
  const settings = readSettings(request.protocol, definition.settings, request.settings);
  const config = definition.configure(setupOf(request, settings));
  const names = definition.nodeNames(config);
  const timeScaleMs = timeScaleOf(settings);
  checkFaults(request.faults, names.length, request.durationMs);
  const named = request.scenario === 'swarm' ? [] : scenarioOf(request, timeScaleMs);
  const delay = delayOf(request.network, names.length);
  const given = request.given === undefined ? undefined : givenSteps(request.protocol, config, request.given);
  const clientDelay = clientDelayOf(request.network, names.length, request.workload.clients);
  return {
    request,
    definition,
    config,
    names,
    timeScaleMs,
    optionsOf: (seed, budget, traceEventsMax = 0) => ({
      definition,
      config,
      replicaCount: request.nodes,
      seed,
      durationMs: request.durationMs,
      settleMs: request.settleMs,
      network: { ...request.network, delay },
      disk: { writeMinMs: request.diskWriteMinMs, writeMaxMs: request.diskWriteMaxMs },
      clients: { ...request.workload, count: request.workload.clients, delay: clientDelay },
      faults: [...request.faults, ...named, ...swarmOf(request, seed, timeScaleMs)],
      ...(given === undefined ? {} : { given }),
      ...(request.schedule === undefined ? {} : { schedule: request.schedule }),
      stopAtViolation: request.stopAtViolation,
      traceEventsMax,
      budget,
    }),
  };
}

/** The faults of one run as a list, however the request names them. */
export function faultsOfRun({ request, timeScaleMs }: Prepared, seed: Seed): readonly Fault[] {
  return [...request.faults, ...scenarioOf(request, timeScaleMs), ...swarmOf(request, seed, timeScaleMs)];
}

function setupOf({ nodes, variant }: SimulationRequest, settings: SettingValues): Setup {
  return { nodes, settings, ...(variant === undefined ? {} : { variant }) };
}

function scenarioOf(request: SimulationRequest, timeScaleMs: Milliseconds): readonly Fault[] {
  if (request.scenario === 'swarm') return [];
  return scenarioFaults(request.scenario, { nodeCount: request.nodes, durationMs: request.durationMs, timeScaleMs });
}

function swarmOf(request: SimulationRequest, seed: Seed, timeScaleMs: Milliseconds): readonly Fault[] {
  if (request.scenario !== 'swarm') return [];
  const draw: Prng = streamOf(seed, 'faults', -1);
  return swarmFaults(draw, { nodeCount: request.nodes, durationMs: request.durationMs, timeScaleMs });
}

/** The longest timeout among the settings. */
function timeScaleOf(settings: SettingValues): Milliseconds {
  const timeouts = Object.entries(settings).flatMap(([name, value]) =>
    typeof value === 'number' && /(?:timeout|lease|heartbeat)\w*_ms$/.test(name) ? [value] : [],
  );
  return timeouts.length === 0 ? TIME_SCALE_MS : Math.max(50, ...timeouts);
}
