/**
 * The smallest replayable run that still breaks a property: first the faults are thinned out, then the network is made plain, then
 * operations are left out, then the times of the faults are rounded. Every step re-runs the whole simulation; streams per
 * purpose keep what is left the same.
 *
 * A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002, for the thinning.
 */
import { type Budget, stepBudget } from '../kernel/budget.ts';
import type { Seed } from '../kernel/units.ts';
import type { Fault } from './faults/fault.ts';
import { minimise, roundFaultTimes } from './minimise.ts';
import { faultsOfRun, prepare } from './prepare.ts';
import type { NetworkRequest, SimulationRequest } from './request.ts';
import type { ScriptedOperation } from './run/options.ts';
import { run } from './run/run.ts';
import { US_PER_MS } from './run/schedule.ts';
import { type BrokenProperty, LIVENESS, summarizeRun } from './summary.ts';
import type { Trace } from './trace.ts';

export interface Counterexample {
  /** One run, its faults spelled out: running it breaks the property again. */
  readonly request: SimulationRequest;
  readonly broken: BrokenProperty;
  readonly trace: Trace;
  readonly before: { readonly faults: number; readonly operations: number };
  readonly after: { readonly faults: number; readonly operations: number };
  /** Whether the reduction came to its end; else the budget ended it. */
  readonly isMinimal: boolean;
  readonly runs: number;
}

const TRACE_EVENTS_MAX = 20_000;
/** About a second. */
export const SHOWN_EVENTS_MAX = 300_000;

/** Reduces the run of `seed`, which breaks `property`. */
export function reduceRun(original: SimulationRequest, seed: Seed, property: string, budget: Budget): Counterexample {
  const reducer = new Reducer(single(original, seed), property, budget);
  return reducer.reduce();
}

/** The request of one run alone, with its faults as a list. */
export function single(request: SimulationRequest, seed: Seed): SimulationRequest {
  const faults = faultsOfRun(prepare(request), seed);
  return { ...request, seed, runs: 1, scenario: 'none', faults, stopAtViolation: true };
}

class Reducer {
  private request: SimulationRequest;
  private readonly property: string;
  private readonly budget: Budget;
  private runs = 0;
  private isMinimal = true;

  constructor(request: SimulationRequest, property: string, budget: Budget) {
    this.request = request;
    this.property = property;
    this.budget = budget;
  }

  reduce(): Counterexample {
    const before = this.size();
    // Each step of a schedule rests on those before it.
    if (this.request.schedule === undefined) this.leaveOutAll();
    else this.isMinimal = false;
    const prepared = prepare(this.request);
    // What was found is shown, even when the budget ended the search for less.
    const options = prepared.optionsOf(this.request.seed, stepBudget(SHOWN_EVENTS_MAX), TRACE_EVENTS_MAX);
    const result = run(options);
    const broken = summarizeRun(options, result).broken.find(({ property }) => property === this.property);
    return {
      request: this.request,
      broken: broken ?? { property: this.property, text: 'not reached again: the run is too long to be shown' },
      trace: result.trace ?? { names: prepared.names, events: [], endUs: 0, omitted: 0 },
      before,
      after: this.size(),
      isMinimal: this.isMinimal && broken !== undefined && this.budget.exhausted === undefined,
      runs: this.runs,
    };
  }

  private leaveOutAll(): void {
    this.shortenTime();
    this.leaveOutFaults();
    this.plainNetwork();
    this.leaveOutOperations();
    this.roundFaults();
    this.leaveOutTheRest();
    this.shortenTime();
  }

  private attempt(change: Partial<SimulationRequest>): boolean {
    const candidate = { ...this.request, ...change };
    const isBroken = this.breaks(candidate);
    if (isBroken) this.request = candidate;
    return isBroken;
  }

  private breaks(candidate: SimulationRequest): boolean {
    this.runs += 1;
    const options = prepare(candidate).optionsOf(candidate.seed, this.budget);
    return summarizeRun(options, run(options)).broken.some(({ property }) => property === this.property);
  }

  /** What happens after the breach is no part of it; nor is the time to settle, unless the property is about that time. */
  private shortenTime(): void {
    const options = prepare(this.request).optionsOf(this.request.seed, this.budget);
    const broken = summarizeRun(options, run(options)).broken.find(({ property }) => property === this.property);
    if (broken?.atMs === undefined || this.property === LIVENESS) return;
    const durationMs = Math.ceil(broken.atMs) + 1;
    if (durationMs >= this.request.durationMs) return;
    const faults = this.request.faults.filter(({ atMs }) => atMs < durationMs);
    this.attempt({ durationMs, settleMs: 0, faults });
  }

  /** What one kind of reduction leaves may be too much after another; at the end no single fault or operation is. */
  private leaveOutTheRest(): void {
    let [before, after] = [Number.POSITIVE_INFINITY, this.weight()];
    while (after < before && this.budget.exhausted === undefined) {
      this.leaveOutFaults();
      this.leaveOutOperations();
      [before, after] = [after, this.weight()];
    }
  }

  private weight(): number {
    return this.request.faults.length + (this.request.workload.script?.length ?? 0);
  }

  private leaveOutFaults(): void {
    const { items, isComplete } = minimise(
      this.request.faults,
      (faults) => this.breaks({ ...this.request, faults }),
      this.budget,
    );
    this.request = { ...this.request, faults: items };
    this.isMinimal &&= isComplete;
  }

  private plainNetwork(): void {
    const plain: readonly Partial<NetworkRequest>[] = [
      { lossProbability: 0 },
      { duplicationProbability: 0 },
      { reorderingProbability: 0 },
      {
        distribution: 'constant',
        oneWayMs: this.request.network.oneWayMs + this.request.network.spreadMs / 2,
        spreadMs: 0,
      },
    ];
    for (const each of plain) this.attempt({ network: { ...this.request.network, ...each } });
  }

  /** The operations become a script first, each at its time, so that leaving one out moves no other. */
  private leaveOutOperations(): void {
    const script = this.scriptOf();
    const withOnly = (kept: readonly ScriptedOperation[]): SimulationRequest => ({
      ...this.request,
      workload: { ...this.request.workload, script: kept },
    });
    if (script.length === 0) return;
    if (!this.breaks(withOnly(script))) {
      this.isMinimal = false;
      return;
    }
    const { items, isComplete } = minimise(script, (kept) => this.breaks(withOnly(kept)), this.budget);
    this.request = withOnly(items);
    this.isMinimal &&= isComplete;
  }

  private roundFaults(): void {
    const faults = roundFaultTimes(
      this.request.faults,
      (each: readonly Fault[]) => this.breaks({ ...this.request, faults: each }),
      this.budget,
    );
    this.request = { ...this.request, faults };
  }

  private scriptOf(): ScriptedOperation[] {
    const options = prepare(this.request).optionsOf(this.request.seed, this.budget);
    return run(options).operations.map(({ invokedUs, client, contact, command }) => ({
      atMs: invokedUs / US_PER_MS,
      client,
      contact,
      command,
    }));
  }

  private size(): { readonly faults: number; readonly operations: number } {
    const options = prepare(this.request).optionsOf(this.request.seed, stepBudget(SHOWN_EVENTS_MAX));
    return { faults: this.request.faults.length, operations: run(options).operations.length };
  }
}
