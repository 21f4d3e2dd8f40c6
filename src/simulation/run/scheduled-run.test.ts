import { describe, expect, test } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { attempt } from '../../kernel/failure.ts';
import { prepare } from '../prepare.ts';
import { readReplayToken, replayToken } from '../replay-token.ts';
import { type SimulationRequest, STANDARD_REQUEST } from '../request.ts';
import type { ScheduledStep } from '../scheduled-step.ts';
import { summarizeRun } from '../summary.ts';
import type { TraceEvent } from '../trace.ts';
import { run } from './run.ts';

const fire = (node: number, timer: string): ScheduledStep => ({ kind: 'fire', node, timer });
const deliver = (from: number, to: number, nth: number): ScheduledStep => ({ kind: 'deliver', from, to, nth });
const write = (node: number, number: number, value: number): ScheduledStep => ({
  kind: 'ask',
  node,
  client: 0,
  number,
  command: { kind: 'write', key: 0, value },
});

/** n1 asks for votes and n2 gives its own: n1 leads term 1. */
const ELECTION = [fire(0, 'election'), deliver(0, 1, 0), deliver(1, 0, 0)];

const requestOf = (
  schedule: readonly ScheduledStep[],
  changes: Partial<SimulationRequest> = {},
): SimulationRequest => ({
  ...STANDARD_REQUEST,
  protocol: 'raft',
  nodes: 3,
  runs: 1,
  durationMs: schedule.length + 1,
  settleMs: 0,
  scenario: 'none',
  schedule,
  ...changes,
});

function replay(schedule: readonly ScheduledStep[], changes: Partial<SimulationRequest> = {}) {
  const request = readReplayToken(replayToken(requestOf(schedule, changes)));
  const options = prepare(request).optionsOf(1, stepBudget(1e6), 1000);
  const result = run(options);
  const events = result.trace?.events ?? [];
  const of = <Kind extends TraceEvent['kind']>(kind: Kind) =>
    events.filter((event): event is TraceEvent & { readonly kind: Kind } => event.kind === kind);
  return { result, of, summary: summarizeRun(options, result) };
}

describe('a schedule', () => {
  test('happens step by step, one each millisecond, and nothing else does', () => {
    const { result, of } = replay(ELECTION);
    expect(of('state').map(({ atUs, node, role }) => [atUs / 1000, node, role])).toEqual([
      [0, 0, 'follower'],
      [0, 1, 'follower'],
      [0, 2, 'follower'],
      [1, 0, 'candidate'],
      [1, 0, 'candidate'],
      [2, 1, 'follower'],
      [3, 0, 'leader'],
      [3, 0, 'leader'],
    ]);
    expect(result).toMatchObject({ events: 3, endUs: 4000, elections: 1, violations: [], pending: undefined });
  });

  test('says when each message arrives, and which never do', () => {
    const { of } = replay(ELECTION);
    expect(
      of('message').map(({ atUs, from, to, deliveredUs, lostBecause }) => [atUs, from, to, deliveredUs ?? lostBecause]),
    ).toEqual([
      [1000, 0, 1, 2000],
      [1000, 0, 2, 'unfinished'],
      [2000, 1, 0, 3000],
      [3000, 0, 1, 'unfinished'],
      [3000, 0, 2, 'unfinished'],
    ]);
  });

  test('loses a message, and delivers one twice', () => {
    const { of, result } = replay([...ELECTION, { kind: 'lose', from: 0, to: 2, nth: 0 }, deliver(0, 1, 0)]);
    const [first, again, lost] = of('message');
    expect(again).toEqual({ ...first, deliveredUs: 5000 });
    expect(lost).toMatchObject({ from: 0, to: 2, lostBecause: 'loss' });
    expect(result.messages.lost).toBe(1);
  });

  test('cuts nodes off until the network is whole', () => {
    const { of } = replay([
      { kind: 'cut', nodes: [1] },
      fire(0, 'election'),
      { kind: 'cut', nodes: [] },
      fire(0, 'election'),
    ]);
    expect(of('message').map(({ atUs, to, lostBecause }) => [atUs, to, lostBecause])).toEqual([
      [2000, 1, 'partition'],
      [2000, 2, 'unfinished'],
      [4000, 1, 'unfinished'],
      [4000, 2, 'unfinished'],
    ]);
    expect(of('fault').map(({ text }) => text)).toEqual(['n2 cut off from 1 to 3 ms']);
  });

  test('crashes nodes with and without their disk, and restarts them', () => {
    const again = (losesDisk: boolean) =>
      replay([...ELECTION, { kind: 'crash', node: 1, losesDisk }, { kind: 'restart', node: 1 }])
        .of('state')
        .at(-1);
    expect(again(false)).toMatchObject({
      atUs: 5000,
      node: 1,
      term: 1,
      state: expect.stringContaining('voted for n1'),
    });
    expect(again(true)).toMatchObject({ atUs: 5000, node: 1, term: 0 });
  });

  test('has a history of its clients', () => {
    const { result } = replay([...ELECTION, write(0, 1, 7), deliver(0, 1, 1), deliver(0, 1, 2), deliver(1, 0, 2)]);
    expect(result.operations).toMatchObject([
      { client: 0, number: 1, attempts: 1, invokedUs: 4000, completedUs: 7000, outcome: 'ok', node: 0 },
    ]);
  });

  test('answers what nodes choose', () => {
    const sentTo = (chosen: number) =>
      replay([{ kind: 'fire', node: 0, timer: 'gossip', choices: [chosen] }], { protocol: 'crdt-gossip' }).of(
        'message',
      )[0]?.to;
    expect([sentTo(0), sentTo(1)]).toEqual([1, 2]);
  });

  test('gives the same run every time, and a hash of its own', () => {
    expect(replay(ELECTION).result.hash).toBe(replay(ELECTION).result.hash);
    expect(replay(ELECTION).result.hash).not.toBe(replay(ELECTION.slice(0, 2)).result.hash);
  });
});

describe('a step that cannot happen is named:', () => {
  const crash: ScheduledStep = { kind: 'crash', node: 0, losesDisk: false };
  test.each<[string, ScheduledStep[], string]>([
    [
      'a message that was not sent',
      [deliver(0, 1, 0)],
      'step 1 of the schedule cannot happen: no such message is on its way',
    ],
    [
      'a message that is lost',
      [fire(0, 'election'), { kind: 'lose', from: 0, to: 1, nth: 0 }, deliver(0, 1, 0)],
      'step 3',
    ],
    ['a message that met a cut', [{ kind: 'cut', nodes: [1] }, fire(0, 'election'), deliver(0, 1, 0)], 'step 3'],
    [
      'a timer that is not armed',
      [fire(0, 'heartbeat')],
      'step 1 of the schedule cannot happen: the timer is not armed',
    ],
    ['a timer of nobody', [fire(9, 'election')], 'the timer is not armed'],
    [
      'a request to a node that is down',
      [crash, write(0, 1, 1)],
      'step 2 of the schedule cannot happen: the node is not up',
    ],
    ['a crash of a node that is down', [crash, crash], 'step 2'],
    ['a restart of a node that runs', [{ kind: 'restart', node: 0 }], 'the node is not down'],
  ])('%s', (_, schedule, words) => {
    const outcome = attempt(() => replay(schedule));
    expect(outcome).toMatchObject({
      ok: false,
      failure: {
        code: 'simulation/foreign_token',
        path: `schedule[${schedule.length - 1}]`,
        message: expect.stringContaining(words),
      },
    });
  });

  test('a token whose schedule has another shape is foreign', () => {
    const odd = [{ kind: 'explode', node: 0 }] as unknown as ScheduledStep[];
    expect(attempt(() => replay(odd))).toMatchObject({
      failure: { message: expect.stringContaining('request.schedule[0].kind') },
    });
  });
});
