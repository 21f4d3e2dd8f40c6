/**
 * The explorer against Stateright and TLC on the same models, per CPU-second: two-phase commit with 8 and 9 resource managers, and Paxos under three
 * clients. Every search runs in a fresh process, and its user and system time counts whole, start included; ours is bundled
 * like the program that ships, searches breadth-first (so that its counterexamples are shortest) and judges the model's properties on the way.
 *
 * Stateright runs the examples of its own package with one thread, in whichever of its two orders takes less, in turns with ours. TLC runs once, with
 * one worker: it is an order of magnitude slower. Where it would take minutes, both sides are bounded to the first levels, so that
 * neither has more time to warm up than the other; in this comparison the start of both processes is left out.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { OurSearch, OurSearchTaken, SearchTaken } from './model-checking-cases.ts';
import { buildStateright, type Stateright, searchWithStateright } from './peers/stateright/stateright.ts';
import { installTlc, searchWithTlc, type Tlc, type TlcSearchTaken } from './peers/tlc/tlc.ts';
import { type Check, type Comparison, median, type Row, type Topic } from './topic.ts';

const run = promisify(execFile);

const ROUNDS = 3;
const STATERIGHT_RATIO_WANTED = 2;
const TLC_RATIO_WANTED = 10;
const STATES_PER_SECOND_WANTED = 400_000;

interface Case {
  readonly name: string;
  readonly subject: 'two_phase_commit' | 'paxos';
  readonly size: number;
  readonly module: 'TwoPhase' | 'Paxos';
  /** How far TLC and ours go in their comparison; absent: to the end. */
  readonly tlcLevels?: number;
  /** Whether Stateright's breadth-first search, which keeps paths as ours does, is measured too. */
  readonly comparesMemory: boolean;
}

const CASES: readonly Case[] = [
  {
    name: 'two-phase commit, 8 managers',
    subject: 'two_phase_commit',
    size: 8,
    module: 'TwoPhase',
    comparesMemory: true,
  },
  {
    name: 'two-phase commit, 9 managers',
    subject: 'two_phase_commit',
    size: 9,
    module: 'TwoPhase',
    tlcLevels: 9,
    comparesMemory: false,
  },
  { name: 'Paxos, 3 clients', subject: 'paxos', size: 3, module: 'Paxos', tlcLevels: 14, comparesMemory: true },
];

const RAFT: OurSearch = { subject: 'raft', size: 3, order: 'breadth_first', statesMax: 3_000_000 };

interface CaseTaken {
  readonly each: Case;
  readonly ours: readonly OurSearchTaken[];
  readonly stateright: StaterightTaken | string;
  readonly tlc: TlcTaken | string;
}

interface StaterightTaken {
  readonly best: readonly SearchTaken[];
  readonly breadthFirst: SearchTaken | undefined;
}

interface TlcTaken extends TlcSearchTaken {
  /** Ours on the same levels. */
  readonly ours: readonly OurSearchTaken[];
}

interface Peers {
  readonly stateright: Stateright | string;
  readonly tlc: Tlc | string;
  /** What a search of one state takes, of TLC and of ours. */
  readonly tlcStartMs: number;
  readonly ourStartMs: number;
}

export const modelChecking: Topic = {
  name: 'model-checking',
  compares: 'exploring with Stateright and with TLC, CPU time per million states, ratio = times faster',
  async run(note) {
    const folder = await mkdtemp(join(tmpdir(), 'quorate-bench-'));
    try {
      const program = join(folder, 'time-model-checking.mjs');
      await bundle(program);
      const peers = await preparePeers(program, note);
      const taken: CaseTaken[] = [];
      for (const each of CASES) taken.push(await measure(program, peers, each, note));
      note('a Raft cluster, ours alone');
      const raft: OurSearchTaken[] = [];
      for (let round = 0; round < ROUNDS; round++) raft.push(await searchOnce(program, RAFT));
      return comparisonOf(taken, raft, peers);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function bundle(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('./time-model-checking.ts', import.meta.url))],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    outfile,
    logLevel: 'warning',
  });
}

/** A peer that cannot be had is its reason, and its promises count as missed. */
async function preparePeers(program: string, note: (line: string) => void): Promise<Peers> {
  const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
  const stateright = await buildStateright(note).catch(reasonOf);
  const tlc = await installTlc(note).catch(reasonOf);
  if (typeof stateright === 'string') note(stateright);
  if (typeof tlc === 'string') note(tlc);
  const start = typeof tlc === 'string' ? undefined : await searchWithTlc(tlc, { module: 'Paxos', size: 1, levels: 1 });
  const ours = await searchOnce(program, { subject: 'paxos', size: 1, order: 'breadth_first', depthMax: 1 });
  return { stateright, tlc, tlcStartMs: start?.cpuMs ?? Number.NaN, ourStartMs: ours.cpuMs };
}

async function measure(
  program: string,
  { stateright, tlc }: Peers,
  each: Case,
  note: (line: string) => void,
): Promise<CaseTaken> {
  const { subject, size } = each;
  const search: OurSearch = { subject, size, order: 'breadth_first' };
  const ours: OurSearchTaken[] = [];
  const best: SearchTaken[] = [];
  let breadthFirst: SearchTaken | undefined;
  note(`${each.name}, in turns with Stateright`);
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await searchOnce(program, search));
    if (typeof stateright === 'string') continue;
    if (round === 0 && each.comparesMemory)
      breadthFirst = await searchWithStateright(stateright, subject, size, 'breadth_first');
    best.push(await searchWithStateright(stateright, subject, size, 'depth_first'));
  }
  const isFaster = breadthFirst !== undefined && breadthFirst.cpuMs < medianOf(best, 'cpuMs');
  return {
    each,
    ours,
    stateright:
      typeof stateright === 'string'
        ? stateright
        : { best: isFaster && breadthFirst !== undefined ? [breadthFirst] : best, breadthFirst },
    tlc: typeof tlc === 'string' ? tlc : await measureTlc(program, tlc, each, ours, note),
  };
}

async function measureTlc(
  program: string,
  tlc: Tlc,
  { name, subject, size, module, tlcLevels }: Case,
  toTheEnd: readonly OurSearchTaken[],
  note: (line: string) => void,
): Promise<TlcTaken> {
  note(`${name}, ${tlcLevels ?? 'all'} levels with TLC`);
  if (tlcLevels === undefined) return { ...(await searchWithTlc(tlc, { module, size })), ours: toTheEnd };
  const taken = await searchWithTlc(tlc, { module, size, levels: tlcLevels });
  const ours = await searchOnce(program, { subject, size, order: 'breadth_first', depthMax: tlcLevels });
  return { ...taken, ours: [ours] };
}

async function searchOnce(program: string, search: OurSearch): Promise<OurSearchTaken> {
  const { stdout } = await run(process.execPath, [program, JSON.stringify(search)]);
  return JSON.parse(stdout) as OurSearchTaken;
}

function comparisonOf(taken: readonly CaseTaken[], raft: readonly OurSearchTaken[], peers: Peers): Comparison {
  const againstStateright = taken.flatMap((each) => staterightRow(each));
  const againstTlc = taken.flatMap((each) => tlcRow(each, peers));
  const paxos = taken.find(({ each }) => each.subject === 'paxos')?.ours ?? [];
  return {
    rows: [...againstStateright, ...againstTlc],
    hasNoMedian: true,
    context: {
      ...Object.fromEntries(taken.map((each) => [each.each.name, countsText(each)])),
      'Raft cluster of 3': `${raft[0]?.unique} states, ${raft[0]?.generated} generated`,
      versions: [peers.stateright, peers.tlc]
        .map((peer) => (typeof peer === 'string' ? peer : peer.version))
        .join('; '),
      samples: `medians of ${ROUNDS} processes of ours and of Stateright, in turns; TLC once, less the ${peers.tlcStartMs.toFixed(0)} ms of its start, and there ours less ${peers.ourStartMs.toFixed(0)} ms`,
    },
    checks: [
      sameCounts(taken),
      fasterBy('Stateright', STATERIGHT_RATIO_WANTED, againstStateright, missing(peers.stateright)),
      fasterBy('TLC', TLC_RATIO_WANTED, againstTlc, missing(peers.tlc)),
      statesPerSecond('Paxos of actors', paxos),
      statesPerSecond('a Raft cluster', raft),
      ...taken.filter(({ each }) => each.comparesMemory).map(memoryCheck),
    ],
  };
}

function staterightRow({ each, ours, stateright }: CaseTaken): readonly Row[] {
  return typeof stateright === 'string' ? [] : [rowOf(`${each.name}, Stateright`, ours, stateright.best)];
}

function tlcRow({ each, tlc }: CaseTaken, { tlcStartMs, ourStartMs }: Peers): readonly Row[] {
  if (typeof tlc === 'string') return [];
  const levels = each.tlcLevels === undefined ? '' : `, ${each.tlcLevels} levels`;
  const ours = tlc.ours.map(({ unique, cpuMs }) => ({ unique, cpuMs: cpuMs - ourStartMs }));
  return [rowOf(`${each.name}${levels}, TLC`, ours, [{ unique: tlc.unique, cpuMs: tlc.cpuMs - tlcStartMs }])];
}

function rowOf(name: string, ours: readonly Timed[], peer: readonly Timed[]): Row {
  const oursMs = msPerMillion(ours);
  const peerMs = msPerMillion(peer);
  return { name, oursMs, peerMs, ratio: peerMs / oursMs };
}

interface Timed {
  readonly unique: number;
  readonly cpuMs: number;
}

function msPerMillion(taken: readonly Timed[]): number {
  return median(taken.map(({ cpuMs, unique }) => (cpuMs * 1e6) / unique));
}

function countsText({ ours: [ours], stateright, tlc }: CaseTaken): string {
  const peak = (taken: SearchTaken | undefined): string =>
    taken === undefined ? 'not measured' : `${(taken.peakBytes / taken.unique).toFixed(0)} bytes a state`;
  return [
    `${ours?.unique} states, ${ours?.generated} generated`,
    `at most ${peak(ours)} in the process`,
    ...(typeof stateright === 'string'
      ? []
      : [
          `Stateright ${peak(stateright.best[0])} depth-first, which keeps no paths of what it has explored, ${peak(stateright.breadthFirst)} breadth-first`,
        ]),
    ...(typeof tlc === 'string' ? [] : [`TLC ${tlc.unique} states`]),
  ].join('; ');
}

function sameCounts(taken: readonly CaseTaken[]): Check {
  const differing = taken.filter(
    ({ ours, stateright, tlc }) =>
      (typeof stateright !== 'string' && !stateright.best.every((each) => areSame(each, ours[0]))) ||
      (typeof tlc !== 'string' && !areSame(tlc, tlc.ours[0])),
  );
  return {
    claim: 'as many states, and as many generated, as each peer that ran',
    measured: differing.length === 0 ? 'all' : `not for ${differing.map(({ each }) => each.name).join('; ')}`,
    holds: differing.length === 0,
  };
}

type Counts = Pick<SearchTaken, 'unique' | 'generated'>;

function areSame(a: Counts, b: Counts | undefined): boolean {
  return a.unique === b?.unique && a.generated === b.generated;
}

function missing(peer: Stateright | Tlc | string): string | undefined {
  return typeof peer === 'string' ? peer : undefined;
}

function fasterBy(peer: string, wanted: number, rows: readonly Row[], reason: string | undefined): Check {
  const smallest = Math.min(...rows.map(({ ratio }) => ratio));
  return {
    claim: `at least ${wanted} times as many states per CPU-second as ${peer}`,
    measured: reason === undefined ? `smallest ratio ${smallest.toFixed(1)}` : `not measured: ${reason}`,
    holds: reason === undefined && smallest >= wanted,
  };
}

function statesPerSecond(what: string, taken: readonly OurSearchTaken[]): Check {
  const perSecond = 1e9 / msPerMillion(taken);
  return {
    claim: `at least ${STATES_PER_SECOND_WANTED.toLocaleString('en')} states of ${what} per CPU-second`,
    measured: Math.round(perSecond).toLocaleString('en'),
    holds: perSecond >= STATES_PER_SECOND_WANTED,
  };
}

/** Like with like: breadth-first, with what is needed to tell a path to every state. */
function memoryCheck({ each, ours, stateright }: CaseTaken): Check {
  const claim = `${each.name}: at most the memory a state of Stateright's breadth-first search`;
  const theirs = typeof stateright === 'string' ? undefined : stateright.breadthFirst;
  if (theirs === undefined) return { claim, measured: 'not measured', holds: false };
  const oursPeak = medianOf(ours, 'peakBytes') / theirs.unique;
  const explorer = medianOf(ours, 'explorerBytes') / theirs.unique;
  const theirPeak = theirs.peakBytes / theirs.unique;
  return {
    claim,
    measured: `${oursPeak.toFixed(0)} to ${theirPeak.toFixed(0)} bytes of the process; ${explorer.toFixed(0)} by our own count`,
    holds: oursPeak <= theirPeak,
  };
}

function medianOf<Key extends string>(taken: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return median(taken.map((each) => each[key]));
}
