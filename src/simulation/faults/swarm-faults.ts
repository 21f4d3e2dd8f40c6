/**
 * Faults drawn from a seed: first which kinds this run has, how often and for how long, then the list. Runs in which a kind is absent
 * find what runs with everything hide: A. Groce et al., "Swarm Testing", ISSTA 2012; TigerBeetle's VOPR does the same.
 */
import type { Prng } from '../../kernel/prng.ts';
import type { Milliseconds } from '../../kernel/units.ts';
import type { Fault, NodeSelector } from './fault.ts';

export interface SwarmOptions {
  /** Replicas; the faults meet only them. */
  readonly nodeCount: number;
  readonly durationMs: Milliseconds;
  /** How long the protocol takes to notice a failure: faults last from a tenth to some eight times as long. */
  readonly timeScaleMs: Milliseconds;
  /** Kinds that may happen; all but `command` unless given. */
  readonly kinds?: readonly SwarmKind[];
}

export type SwarmKind = 'partition' | 'crash' | 'pause' | 'slow' | 'slow-disk' | 'clock' | 'link' | 'disk-loss';

/** A disk that is lost may lose what was promised, which no protocol here claims to survive unless it says so. */
const KINDS: readonly SwarmKind[] = ['partition', 'crash', 'pause', 'slow', 'slow-disk', 'link', 'clock'];
const FAULTS_MAX = 60;
/** Clocks of one machine differ from true time by no more than a part in ten: leases are granted under that. */
const CLOCK_DRIFT_MAX = 0.1;

export function swarmFaults(draw: Prng, options: SwarmOptions): Fault[] {
  const { durationMs, timeScaleMs, kinds = KINDS } = options;
  const chosen = kinds.filter(() => draw.nextInt(2) === 0);
  if (chosen.length === 0) return [];
  // Between two faults: from a third of the time scale, so that they overlap, to four of it.
  const meanGapMs = timeScaleMs * (0.33 + 3.7 * draw.nextFloat() ** 2);
  const lengthMs = timeScaleMs * (0.1 + 3 * draw.nextFloat() ** 2);
  const leaderBias = draw.nextFloat();
  const faults: Fault[] = [];
  for (
    let nextMs = gap(draw, meanGapMs);
    nextMs < durationMs && faults.length < FAULTS_MAX;
    nextMs += gap(draw, meanGapMs)
  ) {
    const kind = chosen[draw.nextInt(chosen.length)] ?? 'crash';
    const atMs = round(nextMs);
    const untilMs = Math.min(durationMs, round(nextMs + lengthMs * (0.1 + 2.5 * draw.nextFloat())));
    // Rounding leaves nothing of the shortest.
    if (untilMs > atMs) faults.push(drawFault(kind, atMs, untilMs, draw, leaderBias, options));
  }
  return faults;
}

function drawFault(
  kind: SwarmKind,
  atMs: number,
  untilMs: number,
  draw: Prng,
  leaderBias: number,
  options: SwarmOptions,
): Fault {
  const span = { atMs, untilMs };
  const node = draw.nextFloat() < leaderBias ? 'leader' : draw.nextInt(options.nodeCount);
  switch (kind) {
    case 'partition':
      return { kind, ...span, ...drawPartition(node, draw, options) };
    case 'crash':
      return { kind, ...span, nodes: [node], losesDisk: false, tornWrite: draw.nextInt(4) === 0 };
    case 'disk-loss':
      return { kind: 'crash', ...span, nodes: [node], losesDisk: true, tornWrite: false };
    case 'pause':
      return { kind, ...span, nodes: [node] };
    case 'slow':
    case 'slow-disk':
      return { kind, ...span, nodes: [node], delayMs: round(options.timeScaleMs * draw.nextFloat()) };
    case 'clock':
      return { kind, ...span, nodes: [node], rate: 1 + CLOCK_DRIFT_MAX * (2 * draw.nextFloat() - 1), jumpMs: 0 };
    case 'link':
      return {
        kind,
        ...span,
        lossProbability: 0.5 * draw.nextFloat() ** 2,
        duplicationProbability: 0.3 * draw.nextFloat() ** 2,
        reorderingProbability: 0.5 * draw.nextFloat(),
        delayMs: round(options.timeScaleMs * 1.5 * draw.nextFloat() ** 2),
      };
  }
}

type Cut = Pick<Fault & { readonly kind: 'partition' }, 'nodes' | 'direction' | 'from' | 'flapPeriodMs'>;

function drawPartition(node: NodeSelector, draw: Prng, { nodeCount, timeScaleMs }: SwarmOptions): Cut {
  const shape = draw.nextInt(8);
  if (shape === 0) return { nodes: [node], direction: 'inbound' };
  if (shape === 1) return { nodes: [node], direction: 'outbound' };
  if (shape === 2) return { nodes: [node], direction: 'both', from: [draw.nextInt(nodeCount)] };
  if (shape === 3)
    return {
      nodes: [node],
      direction: 'both',
      flapPeriodMs: Math.max(1, round(timeScaleMs * (0.1 + draw.nextFloat()))),
    };
  if (shape === 4) return { nodes: ['minority'], direction: 'both' };
  if (shape === 5) return { nodes: ['other-minority'], direction: 'both' };
  return { nodes: [node], direction: 'both' };
}

/** Exponential, at least a millisecond. */
function gap(draw: Prng, meanMs: number): number {
  return Math.max(1, -Math.log(1 - draw.nextFloat()) * meanMs);
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
