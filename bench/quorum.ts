/**
 * Optimal strategies and searches against quoracle, the reference implementation, on the same problems in the same run.
 *
 * Each side is timed inside its own warm process, imports excluded, from the text of the expressions to the value of the
 * objective; ours includes the proof of the optimum. CPU time, not wall time, because machines are shared: user and system,
 * on quoracle's side with the solver processes that it starts.
 */
import { installQuoracle, runQuoracle } from './peers/quoracle/quoracle.ts';
import { cases, type Problem, searches, solve } from './quorum-problems.ts';
import { type Check, median, type Row, type Topic } from './topic.ts';

const SAMPLES = 9;
const SAMPLE_MS = 50;
const WARM_UP_MS = 500;
const PEER_SAMPLES = 3;
const TOLERANCE = 1e-6;
const RATIO_WANTED = 20;
const SEARCH_MS_MAX = 2_000;

export const quorum: Topic = {
  name: 'quorum',
  compares: 'optimizeStrategy and searchQuorumSystems with quoracle, CPU time per problem, ratio = times faster',
  async run(note) {
    const quoracle = await installQuoracle(note);
    const problems = [...cases(), ...searches];
    note(`quoracle on ${problems.length} problems; its three searches take up to a minute each`);
    const peer = await runQuoracle(quoracle, { problems, samples: PEER_SAMPLES });
    note('ours');
    const cpuMs = cpuMsOf(problems);
    const measured = problems.map((problem) => {
      const theirs = peer.get(problem.id);
      if (theirs === undefined) throw new Error(`quoracle did not answer ${problem.id}`);
      return { problem, theirs, ours: { value: solve(problem), cpuMs: cpuMs.get(problem.id) ?? Number.NaN } };
    });
    const rows = measured.map(({ problem, ours, theirs }): Row => {
      const peerMs = median(theirs.cpu_s) * 1000;
      return { name: `${problem.id} ${problem.title}`, oursMs: ours.cpuMs, peerMs, ratio: peerMs / ours.cpuMs };
    });
    const differing = measured.filter(({ ours, theirs }) => !agree(ours.value, theirs.value ?? undefined));
    return {
      rows,
      context: {
        versions: quoracle.versions,
        'samples per problem': `ours ${SAMPLES} of at least ${SAMPLE_MS} ms, quoracle ${PEER_SAMPLES} (searches 1)`,
      },
      checks: checksOf(
        rows,
        differing.map(({ problem }) => problem),
      ),
    };
  },
};

function checksOf(rows: readonly Row[], differing: readonly Problem[]): Check[] {
  const ratios = rows.map(({ ratio }) => ratio);
  const slowestSearch = Math.max(...rows.slice(-searches.length).map(({ oursMs }) => oursMs));
  return [
    {
      claim: `same optimum on both sides, within ${TOLERANCE} relative`,
      measured: differing.length === 0 ? 'all' : `not on ${differing.map(({ id }) => id).join(', ')}`,
      holds: differing.length === 0,
    },
    {
      claim: `at least ${RATIO_WANTED} times faster per problem, median`,
      measured: `median ${median(ratios).toFixed(0)}, smallest ${Math.min(...ratios).toFixed(1)}`,
      holds: median(ratios) >= RATIO_WANTED,
    },
    {
      claim: `each search under ${SEARCH_MS_MAX} ms of CPU`,
      measured: `slowest ${slowestSearch.toFixed(0)} ms`,
      holds: slowestSearch < SEARCH_MS_MAX,
    },
  ];
}

function agree(ours: number | undefined, theirs: number | undefined): boolean {
  if (ours === undefined || theirs === undefined) return ours === theirs;
  return Math.abs(ours - theirs) <= TOLERANCE * Math.abs(theirs);
}

/**
 * Median CPU milliseconds of one call, per problem. All problems are warmed up together, so that the compiler has seen
 * everything; samples go round, so that a change in the machine's load meets all problems.
 */
function cpuMsOf(problems: readonly Problem[]): Map<string, number> {
  const repeats = new Map(problems.map((problem) => [problem.id, warmUp(problem)]));
  const samples = Array.from({ length: SAMPLES }, () =>
    problems.map((problem) => cpuMsOfRepeated(problem, repeats.get(problem.id) ?? 1)),
  );
  return new Map(problems.map(({ id }, index) => [id, median(samples.map((round) => round[index] ?? Number.NaN))]));
}

/** How many calls fill a sample. */
function warmUp(problem: Problem): number {
  const startMs = performance.now();
  let callMs = cpuMsOfRepeated(problem, 1);
  while (performance.now() < startMs + WARM_UP_MS) callMs = cpuMsOfRepeated(problem, 1);
  return Math.max(1, Math.ceil(SAMPLE_MS / Math.max(callMs, 0.01)));
}

function cpuMsOfRepeated(problem: Problem, repeats: number): number {
  const before = process.cpuUsage();
  for (let count = 0; count < repeats; count++) solve(problem);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / repeats;
}
