/**
 * Answers `run_simulation`: runs the request, judges every property over all runs, reduces the first breach, and draws the run that shows
 * most.
 */
import type { Budget, Progress } from '../../kernel/budget.ts';
import { defined } from '../../kernel/defined.ts';
import type { SimulationReport, SimulationToolRequest } from '../../schemas/simulation.ts';
import { type Counterexample, reduceRun } from '../../simulation/counterexample.ts';
import { measure } from '../../simulation/measures.ts';
import { type Prepared, prepare } from '../../simulation/prepare.ts';
import type { SimulationRequest } from '../../simulation/request.ts';
import { simulate, simulateRequest } from '../../simulation/simulate.ts';
import type { RunSummary } from '../../simulation/summary.ts';
import { counterexampleFields } from './counterexample.ts';
import { drawRun } from './drawing.ts';
import { gatherSimulationEvidence } from './evidence.ts';
import { describeGivenStates } from './given-states.ts';
import { isCutShort, type JudgedProperty, judgeProperties } from './invariants.ts';
import { metricsFields } from './metrics.ts';
import { simulationRequestFrom } from './request.ts';
import { shownRun } from './shown-run.ts';
import { simulationAssumptions, simulationNextSteps, simulationReferences, simulationSummary } from './wording.ts';

export interface SimulationContext {
  readonly budget: Budget;
  readonly progress: Progress;
  readonly inParts: (parts: readonly unknown[], onDone?: (done: number) => void) => Promise<readonly unknown[]>;
}

/** Less virtual time than this is simulated sooner than a thread starts. */
const VIRTUAL_MS_PER_PART = 400_000;
const PARTS_MAX = 64;

export async function reportOnSimulation(
  input: SimulationToolRequest,
  context: SimulationContext,
): Promise<SimulationReport> {
  const request = simulationRequestFrom(input);
  const prepared = prepare(request);
  const runs = await runAll(prepared, context);
  const invariants = judgeProperties(prepared, runs);
  const worst = firstBreach(runs);
  const example = worst === undefined ? undefined : reduceRun(request, worst.seed, worst.property, context.budget);
  const shown = shownRun(prepared, runs, example);
  const measures = measure(runs);
  const drawing = drawRun(shown, prepared, input.include);
  const findings: Findings = { prepared, runs, measures, invariants, example };
  return {
    summary: simulationSummary(findings),
    verdict: overallVerdict(prepared.request, runs, invariants),
    protocol: prepared.definition.title,
    nodes: [...prepared.names],
    runs_done: runs.length,
    runs_broken: runs.filter(({ broken }) => broken.length > 0).length,
    invariants: invariants.map((each) => ({ ...defined({ ...each }) })),
    metrics: metricsFields(measures, shown),
    ...drawing,
    ...defined({
      counterexample: example === undefined ? undefined : counterexampleFields(example, prepared),
      given: describeGivenStates(prepared),
      messages_expected: messagesExpected(prepared),
    }),
    hash: combinedHash(runs),
    evidence: gatherSimulationEvidence(findings),
    assumptions: simulationAssumptions(prepared),
    references: simulationReferences(prepared),
    next_steps: simulationNextSteps(findings),
  };
}

export interface Findings {
  readonly prepared: Prepared;
  readonly runs: readonly RunSummary[];
  readonly measures: ReturnType<typeof measure>;
  readonly invariants: readonly JudgedProperty[];
  readonly example: Counterexample | undefined;
}

interface RunsPart {
  readonly request: SimulationRequest;
  readonly first: number;
  readonly count: number;
}

/** A share of the runs, in whatever thread. */
export function simulatePart(part: unknown, budget: Budget): readonly RunSummary[] {
  const { request, first, count } = part as RunsPart;
  return simulateRequest(request, budget, { first, count });
}

async function runAll(
  prepared: Prepared,
  { budget, progress, inParts }: SimulationContext,
): Promise<readonly RunSummary[]> {
  const { request } = prepared;
  const virtualMs = request.runs * (request.durationMs + request.settleMs);
  const parts = Math.min(PARTS_MAX, request.runs, Math.floor(virtualMs / VIRTUAL_MS_PER_PART));
  if (parts < 2) return simulate(prepared, budget, { progress });
  const size = Math.ceil(request.runs / parts);
  const shares = Array.from({ length: Math.ceil(request.runs / size) }, (_, index): RunsPart => {
    const first = index * size;
    return { request, first, count: Math.min(size, request.runs - first) };
  });
  const report = (done: number): void =>
    progress(Math.min(request.runs, done * size), request.runs, `${done * size} runs`);
  return (await inParts(shares, report)).flat() as RunSummary[];
}

function firstBreach(runs: readonly RunSummary[]): { readonly seed: number; readonly property: string } | undefined {
  const run = runs.find(({ broken }) => broken.length > 0);
  const property = run?.broken[0]?.property;
  return run === undefined || property === undefined ? undefined : { seed: run.seed, property };
}

function overallVerdict(
  request: SimulationRequest,
  runs: readonly RunSummary[],
  invariants: readonly JudgedProperty[],
): SimulationReport['verdict'] {
  if (runs.some(({ broken }) => broken.length > 0)) return 'violated';
  return isCutShort(request, runs) ||
    invariants.some(({ verdict, kind }) => verdict === 'unknown' && kind !== 'sometimes')
    ? 'unknown'
    : 'holds';
}

function messagesExpected({ definition, config }: Prepared): string | undefined {
  const form = definition.messagesPerOperation?.(config);
  return form === undefined ? undefined : `${form.formula} = ${form.count} per operation without faults`;
}

/** One run's own hash; of many, the sum of their lanes, for which their order does not matter and each counts. */
function combinedHash(runs: readonly RunSummary[]): string {
  const [only] = runs;
  if (only !== undefined && runs.length === 1) return only.hash;
  const lanes = [0, 8].map((at) =>
    runs.reduce((sum, { hash, seed }) => mixed(sum, Number.parseInt(hash.slice(at, at + 8), 16), seed), 0),
  );
  return lanes.map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}

function mixed(sum: number, lane: number, seed: number): number {
  return (sum + Math.imul(lane ^ (seed | 0), 0x9e3779b1)) | 0;
}
