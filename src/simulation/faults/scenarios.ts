/**
 * Faults by name: every failure mode and scenario that a design is asked about, as a list of faults for a cluster of any size. Times
 * are parts of the run; lengths follow from how long the protocol takes to notice a failure.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import type { Milliseconds } from '../../kernel/units.ts';
import type { Fault, NodeSelector } from './fault.ts';

export interface ScenarioSetting {
  readonly nodeCount: number;
  readonly durationMs: Milliseconds;
  readonly timeScaleMs: Milliseconds;
}

export interface Scenario {
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  readonly faults: (setting: ScenarioSetting) => readonly Fault[];
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'none', description: 'nothing goes wrong', faults: () => [] },
  {
    name: 'one-node-down',
    description: 'one node that does not lead crashes and comes back',
    faults: (at) => [crash(at, ['follower'])],
  },
  { name: 'leader-down', description: 'the leader crashes and comes back', faults: (at) => [crash(at, ['leader'])] },
  {
    name: 'leader-lost',
    description: 'the leader crashes for good',
    faults: (at) => [crash(at, ['leader'], { forGood: true })],
  },
  {
    name: 'f-nodes-down',
    description: 'as many nodes crash as a majority can spare, the leader among them',
    faults: (at) => [crash(at, ['minority'])],
  },
  {
    name: 'f-plus-one-nodes-down',
    description: 'one node more crashes than a majority can spare, and all come back',
    faults: (at) => [crash(at, firstNodes(Math.floor((at.nodeCount - 1) / 2) + 1))],
  },
  {
    name: 'minority-partition',
    description: 'a minority without the leader is cut off',
    faults: (at) => [cut(at, ['other-minority'])],
  },
  {
    name: 'majority-partition',
    description: 'the leader is cut off with a minority, so that the majority must elect another',
    faults: (at) => [cut(at, ['minority'])],
  },
  {
    name: 'split-brain',
    description: 'the leader alone is cut off from all nodes, while clients still reach it',
    faults: (at) => [cut(at, ['leader'])],
  },
  {
    name: 'asymmetric-partition',
    description: 'the leader is heard by nobody but hears all',
    faults: (at) => [cut(at, ['leader'], { direction: 'outbound' })],
  },
  {
    name: 'deaf-leader',
    description: 'the leader hears nobody but is heard by all',
    faults: (at) => [cut(at, ['leader'], { direction: 'inbound' })],
  },
  {
    name: 'partial-partition',
    description: 'the leader and one follower cannot reach each other, while all others reach both',
    faults: (at) => [cut(at, ['leader'], { from: ['follower'] })],
  },
  {
    name: 'flapping-link',
    description: 'a node comes and goes',
    faults: (at) => [cut(at, ['follower'], { flapPeriodMs: Math.max(1, at.timeScaleMs * 1.5) })],
  },
  { name: 'leader-flapping', description: 'every new leader is cut off soon after', faults: leaderFlapping },
  {
    name: 'slow-leader',
    description: 'all that the leader sends leaves late',
    faults: (at) => [{ kind: 'slow', ...middle(at), nodes: ['leader'], delayMs: at.timeScaleMs / 2 }],
  },
  {
    name: 'slow-follower',
    description: 'all that one follower sends leaves late',
    faults: (at) => [{ kind: 'slow', ...middle(at), nodes: ['follower'], delayMs: at.timeScaleMs / 2 }],
  },
  {
    name: 'disk-stall',
    description: 'the disk of the leader stalls',
    faults: (at) => [{ kind: 'slow-disk', ...middle(at), nodes: ['leader'], delayMs: at.timeScaleMs * 2 }],
  },
  {
    name: 'clock-skew',
    description: 'the clock of the leader runs at half its rate',
    faults: (at) => [{ kind: 'clock', ...middle(at), nodes: ['leader'], rate: 0.5, jumpMs: 0 }],
  },
  {
    name: 'clock-jump',
    description: 'the clock of one node jumps ahead',
    faults: (at) => [{ kind: 'clock', ...middle(at), nodes: [0], rate: 1, jumpMs: at.timeScaleMs * 20 }],
  },
  {
    name: 'pause',
    description: 'the leader stands still, as in a long garbage collection, and goes on as if nothing had been',
    faults: (at) => [{ kind: 'pause', ...middle(at), nodes: ['leader'] }],
  },
  {
    name: 'message-loss',
    description: 'a fifth of all messages is lost',
    faults: (at) => [link(at, { lossProbability: 0.2 })],
  },
  {
    name: 'message-duplication',
    description: 'every third message arrives twice',
    faults: (at) => [link(at, { duplicationProbability: 0.33, delayMs: at.timeScaleMs })],
  },
  {
    name: 'message-reordering',
    description: 'every second message is overtaken',
    faults: (at) => [link(at, { reorderingProbability: 0.5, delayMs: at.timeScaleMs })],
  },
  {
    name: 'replication-lag',
    description: 'one follower falls behind and catches up',
    faults: (at) => [{ kind: 'slow', ...middle(at), nodes: ['follower'], delayMs: at.timeScaleMs * 5 }],
  },
  {
    name: 'stale-reads',
    description: 'the leader pauses for long, another is elected, and clients of the old one read',
    faults: (at) => [
      { kind: 'pause', ...middle(at), nodes: ['leader'] },
      { ...cut(at, ['leader']), atMs: at.durationMs * 0.6, untilMs: at.durationMs * 0.85 },
    ],
  },
  {
    name: 'crash-during-recovery',
    description: 'a node crashes, and again while it catches up',
    faults: crashDuringRecovery,
  },
  {
    name: 'amnesia',
    description: 'a follower comes back with an empty disk',
    faults: (at) => [crash(at, ['follower'], { losesDisk: true })],
  },
  {
    name: 'torn-write',
    description: 'the leader crashes in the middle of a write',
    faults: (at) => [crash(at, ['leader'], { tornWrite: true })],
  },
  { name: 'rolling-restart', description: 'every node is restarted, one after the other', faults: rollingRestart },
  {
    name: 'coordinator-crash',
    description: 'the node that leads, or coordinates, crashes again and again',
    faults: coordinatorCrashes,
  },
];

/** The faults of a scenario; fails on an unknown name with the list. */
export function scenarioFaults(name: string, setting: ScenarioSetting): readonly Fault[] {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario !== undefined) return scenario.faults(setting);
  return fail('input/invalid', {
    message: 'no scenario has that name',
    path: 'scenario',
    received: renderReceived(name),
    expected: `swarm or one of ${SCENARIOS.map((each) => each.name).join(', ')}`,
    nextStep: 'Give e.g. "scenario":"majority-partition", or list the faults themselves.',
  });
}

/** From a fifth to half of the run. */
function middle({ durationMs }: ScenarioSetting) {
  return { atMs: durationMs * 0.2, untilMs: durationMs * 0.5 };
}

interface CrashShape {
  readonly losesDisk?: boolean;
  readonly tornWrite?: boolean;
  readonly forGood?: boolean;
}

function crash(at: ScenarioSetting, nodes: readonly NodeSelector[], shape: CrashShape = {}): Fault {
  const { losesDisk = false, tornWrite = false, forGood = false } = shape;
  const { atMs, untilMs } = middle(at);
  return { kind: 'crash', atMs, ...(forGood ? {} : { untilMs }), nodes, losesDisk, tornWrite };
}

type Partition = Fault & { readonly kind: 'partition' };

function cut(at: ScenarioSetting, nodes: readonly NodeSelector[], shape: Partial<Partition> = {}): Partition {
  return { kind: 'partition', ...middle(at), nodes, direction: 'both', ...shape };
}

type Link = Fault & { readonly kind: 'link' };

function link(at: ScenarioSetting, shape: Partial<Link>): Link {
  const calm = { lossProbability: 0, duplicationProbability: 0, reorderingProbability: 0, delayMs: 0 };
  return { kind: 'link', ...middle(at), ...calm, ...shape };
}

function firstNodes(count: number): number[] {
  return Array.from({ length: count }, (_, node) => node);
}

/** As many times as fit, each long enough that another is elected. */
function repeated({ durationMs, timeScaleMs }: ScenarioSetting, each: (atMs: number, index: number) => Fault): Fault[] {
  const gapMs = timeScaleMs * 4;
  const count = Math.max(1, Math.min(40, Math.floor((durationMs * 0.6) / gapMs)));
  return Array.from({ length: count }, (_, index) => each(durationMs * 0.2 + index * gapMs, index));
}

function leaderFlapping(at: ScenarioSetting): Fault[] {
  return repeated(at, (atMs) => ({ ...cut(at, ['leader']), atMs, untilMs: atMs + at.timeScaleMs * 2 }));
}

function coordinatorCrashes(at: ScenarioSetting): Fault[] {
  return repeated(at, (atMs) => ({ ...crash(at, ['leader']), atMs, untilMs: atMs + at.timeScaleMs * 2 }));
}

function rollingRestart(at: ScenarioSetting): Fault[] {
  const spanMs = (at.durationMs * 0.6) / at.nodeCount;
  return firstNodes(at.nodeCount).map((node) => {
    const atMs = at.durationMs * 0.2 + node * spanMs;
    return { ...crash(at, [node]), atMs, untilMs: atMs + spanMs * 0.6 };
  });
}

function crashDuringRecovery(at: ScenarioSetting): Fault[] {
  const { durationMs, timeScaleMs } = at;
  const backMs = durationMs * 0.35;
  const againMs = backMs + Math.min(durationMs * 0.05, Math.max(1, timeScaleMs * 0.05));
  return [
    { ...crash(at, [0]), untilMs: backMs },
    { ...crash(at, [0]), atMs: againMs, untilMs: againMs + timeScaleMs * 2 },
  ];
}
