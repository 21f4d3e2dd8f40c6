/**
 * Optimal strategies and searches against quoracle, the reference implementation, on the same problems in the same run.
 *
 * Each side is timed inside its own warm process, imports excluded, from the text of the expressions to the value of the
 * objective; ours includes the proof of the optimum. The promise is about wall time, what a caller waits: quoracle starts
 * a solver process for every linear program and talks to it through files. CPU time (user and system, with that of the
 * solver processes) leaves that waiting out, and stands beside it.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { installQuoracle, type PeerAnswer, runQuoracle } from './peers/quoracle/quoracle.ts';
import { cases, type Problem, searches } from './quorum-problems.ts';
import type { TimedAnswer } from './time-quorum.ts';
import { type Check, median, type Row, type Topic } from './topic.ts';

const PEER_SAMPLES = 9;
const TOLERANCE = 1e-6;
const RATIO_WANTED = 20;
const SEARCH_MS_MAX = 2_000;

export const quorum: Topic = {
  name: 'quorum',
  compares: 'optimizeStrategy and searchQuorumSystems with quoracle, per problem, ratio = times faster',
  async run(note) {
    const quoracle = await installQuoracle(note);
    const problems = [...cases(), ...searches];
    note(`quoracle on ${problems.length} problems; its three searches take up to a minute each`);
    const peer = await runQuoracle(quoracle, { problems, samples: PEER_SAMPLES });
    note('ours');
    const ours = await timeOurs(problems);
    const measured = problems.map((problem) => {
      const their = peer.get(problem.id);
      const our = ours.get(problem.id);
      if (their === undefined || our === undefined) throw new Error(`${problem.id} was not answered by both`);
      return { problem, our, their, row: rowOf(problem, our, their) };
    });
    const differing = measured.filter(({ our, their }) => !agree(our.value, their.value));
    return {
      rows: measured.map(({ row }) => row),
      context: {
        versions: quoracle.versions,
        'samples per problem': `medians of 9 of at least 50 ms of ours, ${PEER_SAMPLES} calls of quoracle (searches 1)`,
      },
      checks: checksOf(
        measured.map(({ row }) => row),
        differing.map(({ problem }) => problem),
      ),
    };
  },
};

async function timeOurs(problems: readonly Problem[]): Promise<ReadonlyMap<string, TimedAnswer>> {
  const folder = await mkdtemp(join(tmpdir(), 'quorate-bench-'));
  try {
    const outfile = join(folder, 'time-quorum.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('./time-quorum.ts', import.meta.url))],
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      outfile,
      logLevel: 'warning',
    });
    const child = spawn(process.execPath, [outfile], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(JSON.stringify(problems));
    const [lines, code] = await Promise.all([
      text(child.stdout),
      new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)),
    ]);
    if (code !== 0) throw new Error(`time-quorum.ts ended with exit code ${code ?? 'none'}`);
    const answers = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TimedAnswer);
    return new Map(answers.map((answer) => [answer.id, answer]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rowOf({ id, title }: Problem, { wallMs, cpuMs }: TimedAnswer, { wall_s, cpu_s }: PeerAnswer): Row {
  const peerMs = median(wall_s) * 1000;
  const peerCpuMs = median(cpu_s) * 1000;
  return {
    name: `${id} ${title}`,
    oursMs: wallMs,
    peerMs,
    ratio: peerMs / wallMs,
    cpu: { oursMs: cpuMs, peerMs: peerCpuMs, ratio: peerCpuMs / cpuMs },
  };
}

function checksOf(rows: readonly Row[], differing: readonly Problem[]): Check[] {
  const slowestSearch = Math.max(...rows.slice(-searches.length).map(({ oursMs }) => oursMs));
  const fasterBy = (clock: string, ratios: readonly number[]): Check => ({
    claim: `at least ${RATIO_WANTED} times faster per problem in ${clock} time, median`,
    measured: `median ${median(ratios).toFixed(0)}, smallest ${Math.min(...ratios).toFixed(1)}`,
    holds: median(ratios) >= RATIO_WANTED,
  });
  return [
    {
      claim: `same optimum on both sides, within ${TOLERANCE} relative`,
      measured: differing.length === 0 ? 'all' : `not on ${differing.map(({ id }) => id).join(', ')}`,
      holds: differing.length === 0,
    },
    fasterBy(
      'wall',
      rows.map(({ ratio }) => ratio),
    ),
    fasterBy(
      'CPU',
      rows.map(({ cpu }) => cpu?.ratio ?? Number.NaN),
    ),
    {
      claim: `each search under ${SEARCH_MS_MAX} ms`,
      measured: `slowest ${slowestSearch.toFixed(0)} ms`,
      holds: slowestSearch < SEARCH_MS_MAX,
    },
  ];
}

function agree(ours: number | null, theirs: number | null): boolean {
  if (ours === null || theirs === null) return ours === theirs;
  return Math.abs(ours - theirs) <= TOLERANCE * Math.abs(theirs);
}
