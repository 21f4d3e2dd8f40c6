/**
 * The process that times our side of the quorum benchmark, as quoracle's `run_quoracle.py` times the other: reads problems
 * as JSON from standard input, and prints one JSON line a problem. Bundled by `quorum.ts` like the program that ships,
 * since a loader that compiles on the fly adds a third to small problems.
 */
import { text } from 'node:stream/consumers';
import { type Problem, solve } from './quorum-problems.ts';
import { median } from './topic.ts';

const SAMPLES = 9;
const SAMPLE_MS = 50;
const WARM_UP_MS = 500;

export interface TimedAnswer {
  readonly id: string;
  /** Null when no strategy meets the limits. */
  readonly value: number | null;
  /** Medians, of one call. */
  readonly wallMs: number;
  readonly cpuMs: number;
}

interface Times {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/**
 * All problems are warmed up together, so that the compiler has seen everything; samples go round, so that a change in the
 * machine's load meets all problems.
 */
function timeAll(problems: readonly Problem[]): readonly TimedAnswer[] {
  const repeats = problems.map(warmUp);
  const rounds = Array.from({ length: SAMPLES }, () =>
    problems.map((problem, index) => timeRepeated(problem, repeats[index] ?? 1)),
  );
  const medianOf = (index: number, of: keyof Times): number =>
    median(rounds.map((times) => times[index]?.[of] ?? Number.NaN));
  return problems.map((problem, index) => ({
    id: problem.id,
    value: solve(problem) ?? null,
    wallMs: medianOf(index, 'wallMs'),
    cpuMs: medianOf(index, 'cpuMs'),
  }));
}

/** How many calls fill a sample. */
function warmUp(problem: Problem): number {
  const startMs = performance.now();
  let call = timeRepeated(problem, 1);
  while (performance.now() < startMs + WARM_UP_MS) call = timeRepeated(problem, 1);
  return Math.max(1, Math.ceil(SAMPLE_MS / Math.max(call.wallMs, 0.01)));
}

function timeRepeated(problem: Problem, repeats: number): Times {
  const before = process.cpuUsage();
  const startMs = performance.now();
  for (let count = 0; count < repeats; count++) solve(problem);
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(before);
  return { wallMs: wallMs / repeats, cpuMs: (user + system) / 1000 / repeats };
}

const problems = JSON.parse(await text(process.stdin)) as readonly Problem[];
for (const answer of timeAll(problems)) process.stdout.write(`${JSON.stringify(answer)}\n`);
