/**
 * A trace written by hand: three nodes of Raft whose vote is not durable. n2 votes for n1 in term 1, loses its disk in a crash and votes
 * again, for n3, in the same term. It holds every kind of event at least once.
 */
import type { Trace, TraceEvent } from '../trace.ts';

type State = TraceEvent & { readonly kind: 'state' };

const NAMES = ['n1', 'n2', 'n3'];

let nextId = 1;

function message(atMs: number, from: number, to: number, text: string, arrivesMs: number): TraceEvent {
  return { kind: 'message', atUs: atMs * 1000, id: nextId++, from, to, text, deliveredUs: arrivesMs * 1000 };
}

function lost(atMs: number, from: number, to: number, text: string, lostBecause: 'loss' | 'partition' | 'down' | 'unfinished'): TraceEvent {
  return { kind: 'message', atUs: atMs * 1000, id: nextId++, from, to, text, lostBecause };
}

function state(atMs: number, node: number, role: string, term: number, text: string, before: string | undefined, cause: string): State {
  const texts = { state: `term ${term}, ${text}`, ...(before === undefined ? {} : { before }) };
  return { kind: 'state', atUs: atMs * 1000, node, role, term, leads: role === 'leader', ...texts, cause };
}

const FRESH = 'term 0, voted for nobody, log empty, committed 0';

export const VOTE_AMNESIA: Trace = {
  names: NAMES,
  endUs: 262_000,
  omitted: 0,
  events: [
    ...[0, 1, 2].map((node) => state(0, node, 'follower', 0, 'voted for nobody, log empty, committed 0', undefined, 'starts')),
    { kind: 'fault', atUs: 20_000, untilUs: 175_000, fault: 'partition', nodes: [2], text: 'n3 is cut off from 20 to 175 ms' },
    { kind: 'timer', atUs: 48_000, node: 0, timer: 'election' },
    state(48, 0, 'candidate', 1, 'voted for n1, log empty, committed 0', FRESH, 'election timer'),
    message(48, 0, 1, 'RequestVote term 1', 57),
    lost(48, 0, 2, 'RequestVote term 1', 'partition'),
    state(57, 1, 'follower', 1, 'voted for n1, log empty, committed 0', FRESH, 'receives RequestVote term 1 from n1'),
    message(57, 1, 0, 'Vote term 1', 68),
    state(68, 0, 'leader', 1, 'voted for n1, log empty, committed 0', 'term 1, voted for n1, log empty, committed 0', 'receives Vote term 1 from n2'),
    message(68, 0, 1, 'AppendEntries term 1, empty', 76),
    lost(68, 0, 2, 'AppendEntries term 1, empty', 'partition'),
    { kind: 'invoke', atUs: 84_000, node: 0, request: { client: 1, number: 1, command: { kind: 'write', key: 0, value: 1 } } },
    state(84, 0, 'leader', 1, 'voted for n1, log 1:1, committed 0', 'term 1, voted for n1, log empty, committed 0', 'client 1 asks write'),
    message(84, 0, 1, 'AppendEntries term 1, 1:1', 93),
    { ...(message(84, 0, 1, 'AppendEntries term 1, 1:1', 104) as TraceEvent & { kind: 'message' }), id: nextId - 2 },
    lost(84, 0, 2, 'AppendEntries term 1, 1:1', 'partition'),
    state(93, 1, 'follower', 1, 'voted for n1, log 1:1, committed 0', 'term 1, voted for n1, log empty, committed 0', 'receives AppendEntries term 1, 1:1 from n1'),
    message(93, 1, 0, 'Appended term 1, 1', 103),
    state(103, 0, 'leader', 1, 'voted for n1, log 1:1, committed 1', 'term 1, voted for n1, log 1:1, committed 0', 'receives Appended term 1, 1 from n2'),
    { kind: 'complete', atUs: 103_000, client: 1, number: 1, node: 0, response: { status: 'ok' } },
    { kind: 'fault', atUs: 122_000, untilUs: 170_000, fault: 'crash', nodes: [1], text: 'n2 crashes and loses its disk' },
    { kind: 'down', atUs: 122_000, node: 1 },
    lost(128, 0, 1, 'AppendEntries term 1, empty', 'down'),
    lost(128, 0, 2, 'AppendEntries term 1, empty', 'partition'),
    { kind: 'fault', atUs: 150_000, untilUs: 240_000, fault: 'slow', nodes: [0], text: 'n1 sends 60 ms late' },
    { kind: 'up', atUs: 170_000, node: 1 },
    state(170, 1, 'follower', 0, 'voted for nobody, log empty, committed 0', undefined, 'starts'),
    message(178, 0, 1, 'AppendEntries term 1, empty', 247),
    lost(178, 0, 2, 'AppendEntries term 1, empty', 'unfinished'),
    { kind: 'timer', atUs: 184_000, node: 2, timer: 'election' },
    state(184, 2, 'candidate', 1, 'voted for n3, log empty, committed 0', FRESH, 'election timer'),
    lost(184, 2, 0, 'RequestVote term 1', 'loss'),
    message(184, 2, 1, 'RequestVote term 1', 196),
    { kind: 'invoke', atUs: 190_000, node: 2, request: { client: 2, number: 1, command: { kind: 'read', key: 0 } } },
    { kind: 'complete', atUs: 190_000, client: 2, number: 1, node: 2, response: { status: 'redirect' } },
    state(196, 1, 'follower', 1, 'voted for n3, log empty, committed 0', FRESH, 'receives RequestVote term 1 from n3'),
    message(196, 1, 2, 'Vote term 1', 208),
    state(208, 2, 'leader', 1, 'voted for n3, log empty, committed 0', 'term 1, voted for n3, log empty, committed 0', 'receives Vote term 1 from n2'),
    { kind: 'violation', atUs: 208_000, node: 2, property: 'election safety', text: 'n1 and n3 both lead term 1' },
    message(208, 2, 0, 'AppendEntries term 1, empty', 217),
    message(208, 2, 1, 'AppendEntries term 1, empty', 220),
  ],
};
