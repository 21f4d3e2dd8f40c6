/**
 * The searches of src/simulation/known-bugs.ts, timed: each mistake is to be found soon, and the right form of the protocol is to survive
 * many runs of the same search. There is no peer to compare with; the table of the context says what was found.
 *
 * Every row is measured in a process of its own, as many at a time as there are cores. `--rows=a,b` takes only these, `--seeds=1000` so
 * many runs of each right form.
 */
import { availableParallelism } from 'node:os';
import { KNOWN_BUGS } from '../src/simulation/known-bugs.ts';
import { runBundled } from './run-bundled.ts';
import type { SearchTime } from './time-known-bugs.ts';
import type { Comparison, Options, Topic } from './topic.ts';

const FOUND_WITHIN_S = 60;
const SURVIVED_RUNS = 10_000;

export const knownBugs: Topic = {
  name: 'known-bugs',
  compares: 'known mistakes, each found by a seeded search, and the protocols without them under the same search',
  options: ['rows', 'seeds'],
  run: async (note, options) => {
    const runs = runsIn(options);
    return comparison(await measureAll(bugsIn(options), runs, note), runs);
  },
};

function runsIn(options: Options): number {
  const seeds = options.get('seeds') ?? String(SURVIVED_RUNS);
  if (!/^[1-9]\d*$/.test(seeds)) throw new Error(`--seeds=${seeds}: a whole number from 1 was expected`);
  return Number(seeds);
}

function bugsIn(options: Options): readonly string[] {
  const known = KNOWN_BUGS.map(({ bug }) => bug);
  const wanted = options.get('rows')?.split(',') ?? known;
  const unknown = wanted.filter((bug) => !known.includes(bug));
  if (unknown.length > 0) throw new Error(`--rows: no ${unknown.join(', ')}; known are ${known.join(', ')}`);
  return wanted;
}

/** In the order of `bugs`, whichever ends first. */
async function measureAll(
  bugs: readonly string[],
  runs: number,
  note: (line: string) => void,
): Promise<readonly SearchTime[]> {
  const times: SearchTime[] = [];
  const left = [...bugs.entries()];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, bug] = next;
      const [time] = JSON.parse(await runBundled('time-known-bugs.ts', [String(runs), bug])) as readonly SearchTime[];
      if (time === undefined) throw new Error(`${bug} was not measured`);
      times[index] = time;
      note(`${bug}: ${time.seed === null ? 'not found' : `seed ${time.seed}`} after ${time.foundMs.toFixed(0)} ms`);
      for (const each of time.fallen.slice(0, 3)) note(each);
    }
  };
  await Promise.all(Array.from({ length: Math.min(bugs.length, availableParallelism()) }, work));
  return times;
}

function comparison(times: readonly SearchTime[], runs: number): Comparison {
  const found = times.filter(({ seed }) => seed !== null);
  const slowestMs = Math.max(...times.map(({ foundMs }) => foundMs));
  const fallen = times.flatMap((time) => time.fallen);
  const survivalMs = times.reduce((sum, time) => sum + time.survivalMs, 0);
  return {
    rows: [],
    checks: [
      {
        claim: `each of ${times.length} known mistakes is found within ${FOUND_WITHIN_S} s`,
        measured: `${found.length} found, the slowest after ${(slowestMs / 1000).toFixed(2)} s`,
        holds: found.length === times.length && slowestMs <= FOUND_WITHIN_S * 1000,
      },
      {
        claim: `every right form survives ${runs.toLocaleString('en')} runs of the same search`,
        measured: fallen[0] ?? `none fell, ${(survivalMs / 1000).toFixed(0)} s for all`,
        holds: fallen.length === 0,
      },
    ],
    context: Object.fromEntries(
      times.map(({ bug, seed, foundMs, reduced }): [string, string] => [
        bug,
        `seed ${seed ?? 'none'}, ${foundMs.toFixed(0)} ms; ${reduced}`,
      ]),
    ),
  };
}
