/**
 * What one run comes to, as plain data that travels between threads and is put together over many runs.
 */
import type { Milliseconds, Seed } from '../kernel/units.ts';
import { checkHistory, type HistoryFindings } from './client-history.ts';
import { type Histogram, histogramOf } from './histogram.ts';
import type { Operation } from './run/operation.ts';
import type { RunOptions } from './run/options.ts';
import type { RunResult } from './run/run.ts';
import { US_PER_MS } from './run/schedule.ts';

export interface BrokenProperty {
  readonly property: string;
  /** The values that broke it. */
  readonly text: string;
  /** Virtual time; absent for what is judged over the whole run. */
  readonly atMs?: Milliseconds;
}

export interface RunSummary {
  readonly seed: Seed;
  readonly broken: readonly BrokenProperty[];
  readonly reached: readonly string[];
  readonly staleReads: number;
  /** Whether the linearizability of the history stayed open, and why. */
  readonly undecided: string | undefined;
  readonly latencyMs: Histogram;
  readonly writeLatencyMs: Histogram;
  readonly operations: { readonly ok: number; readonly failed: number; readonly open: number; readonly shed: number };
  readonly durationMs: Milliseconds;
  readonly throughputPerSecond: number;
  /** Part of the time with faults during which writes succeeded; undefined without writes. */
  readonly availability: number | undefined;
  readonly failoverMs: readonly Milliseconds[];
  readonly leaderlessMs: Milliseconds;
  readonly elections: number;
  readonly messages: { readonly sent: number; readonly lost: number; readonly bytes: number };
  readonly events: number;
  readonly hash: string;
  readonly exhausted: string | undefined;
}

/** Liveness is a property of every protocol here, so it has one name. */
export const LIVENESS = 'progress after the faults';
export const LINEARIZABILITY = 'linearizability';

export function summarizeRun(options: RunOptions, result: RunResult): RunSummary {
  const history =
    options.definition.history(options.config) === 'linearizable' ? checkHistory(result, options.budget) : NO_HISTORY;
  const done = result.operations.filter(({ outcome }) => outcome === 'ok');
  const count = (outcome: Operation['outcome']): number =>
    result.operations.filter((operation) => operation.outcome === outcome).length;
  return {
    seed: options.seed,
    broken: [
      ...result.violations.map(({ property, text, atUs }) => ({ property, text, atMs: atUs / US_PER_MS })),
      ...history.broken.map(({ text, atUs }) => ({ property: LINEARIZABILITY, text, atMs: atUs / US_PER_MS })),
      ...livenessOf(options, result),
    ],
    reached: result.reached,
    staleReads: history.staleReads,
    undecided: history.undecided,
    latencyMs: histogramOf(done.map(latencyMs)),
    writeLatencyMs: histogramOf(done.filter(({ isWrite }) => isWrite).map(latencyMs)),
    operations: { ok: done.length, failed: count('failed'), open: count('open'), shed: result.shed },
    durationMs: result.endUs / US_PER_MS,
    throughputPerSecond: result.endUs === 0 ? 0 : (done.length * 1000 * US_PER_MS) / result.endUs,
    availability: availabilityOf(result),
    failoverMs: result.failovers.flatMap(({ tookUs }) => (tookUs === undefined ? [] : [tookUs / US_PER_MS])),
    leaderlessMs: result.leaderlessUs / US_PER_MS,
    elections: result.elections,
    messages: result.messages,
    events: result.events,
    hash: result.hash,
    exhausted: result.exhausted,
  };
}

const NO_HISTORY: HistoryFindings = { broken: [], staleReads: 0, undecided: undefined };

function latencyMs({ invokedUs, completedUs }: Operation): Milliseconds {
  return ((completedUs ?? invokedUs) - invokedUs) / US_PER_MS;
}

/**
 * Once the faults are over: what must come true has, and a write that began afterwards succeeded. Demanded only where every
 * node is up again; how many may stay down is for the availability figures.
 */
function livenessOf(options: RunOptions, result: RunResult): BrokenProperty[] {
  if (result.pending === undefined || result.downForGood > 0) return [];
  const pending = result.pending.map(({ property, text }) => ({ property, text }));
  const after = result.operations.filter(({ isWrite, invokedUs }) => isWrite && invokedUs >= result.healUs);
  const isStuck =
    after.length >= Math.max(1, options.clients.count) && after.every(({ outcome }) => outcome === 'open');
  const settle = `${options.settleMs} ms`;
  return isStuck
    ? [
        ...pending,
        { property: LIVENESS, text: `none of ${after.length} writes after the faults succeeded within ${settle}` },
      ]
    : pending;
}

/** Slots are long enough that a healthy cluster completes a write in each that it was asked in. */
const SLOT_MS_MIN = 100;
const SLOT_PER_LATENCY = 4;

/**
 * Time is cut into slots; those in which a write was open count, and are available when one completed in them. The slots span the
 * time with faults.
 */
function availabilityOf({ operations, healUs, endUs }: RunResult): number | undefined {
  const writes = operations.filter(({ isWrite, outcome }) => isWrite && outcome !== 'failed');
  const done = writes.filter(({ outcome }) => outcome === 'ok');
  if (writes.length === 0) return undefined;
  const sorted = done.map(latencyMs).sort((a, b) => a - b);
  const slotUs = Math.max(SLOT_MS_MIN, SLOT_PER_LATENCY * (sorted[Math.floor(sorted.length / 2)] ?? 0)) * US_PER_MS;
  const slots = Math.max(1, Math.floor(Math.min(healUs, endUs) / slotUs));
  const asked = new Uint8Array(slots);
  const served = new Uint8Array(slots);
  for (const { invokedUs, completedUs } of writes) {
    const last = Math.min(slots - 1, Math.floor((completedUs ?? endUs) / slotUs));
    for (let slot = Math.floor(invokedUs / slotUs); slot <= last; slot++) asked[slot] = 1;
    const slot = completedUs === undefined ? slots : Math.floor(completedUs / slotUs);
    if (slot < slots) served[slot] = 1;
  }
  const askedCount = asked.reduce((sum, each) => sum + each, 0);
  return askedCount === 0 ? undefined : served.reduce((sum, each) => sum + each, 0) / askedCount;
}
