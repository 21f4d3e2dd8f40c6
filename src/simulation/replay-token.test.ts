import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import { canonicalJson, fingerprint } from '../kernel/canonical-json.ts';
import { attempt } from '../kernel/failure.ts';
import type { Fault } from './faults/fault.ts';
import { SCENARIOS } from './faults/scenarios.ts';
import { prepare } from './prepare.ts';
import { readReplayToken, replayToken } from './replay-token.ts';
import { type SimulationRequest, STANDARD_REQUEST, STANDARD_WORKLOAD } from './request.ts';

const REQUEST: SimulationRequest = { ...STANDARD_REQUEST, protocol: 'abd-register', nodes: 3 };

/** Of `REQUEST`, as the first version wrote it. */
const OLD_TOKEN = [
  'q1.f669963c.eyJkaXNrV3JpdGVNYXhNcyI6MCwiZGlza1dyaXRlTWluTXMiOjAsImR1cmF0aW9uTXMiOjEwMDAwLCJmYXVsdHMi',
  'OltdLCJuZXR3b3JrIjp7ImNsaWVudE9uZVdheU1zIjoxLCJjbGllbnRSZWdpb25zIjpbXSwiZGF0YXNldCI6ImF3cy0yMDIwIiwi',
  'ZGlzdHJpYnV0aW9uIjoidW5pZm9ybSIsImR1cGxpY2F0aW9uUHJvYmFiaWxpdHkiOjAsImZpZm8iOmZhbHNlLCJsb3NzUHJvYmFi',
  'aWxpdHkiOjAsIm9uZVdheU1zIjoxLCJwYXlsb2FkQnl0ZXMiOjI1NiwicmVnaW9ucyI6W10sInJlb3JkZXJpbmdNcyI6MCwicmVv',
  'cmRlcmluZ1Byb2JhYmlsaXR5IjowLCJzcHJlYWRNcyI6Mn0sIm5vZGVzIjozLCJwcm90b2NvbCI6ImFiZC1yZWdpc3RlciIsInJ1',
  'bnMiOjIwLCJzY2VuYXJpbyI6InN3YXJtIiwic2VlZCI6MSwic2V0dGluZ3MiOnt9LCJzZXR0bGVNcyI6NTAwMCwic3RvcEF0Vmlv',
  'bGF0aW9uIjpmYWxzZSwid29ya2xvYWQiOnsiY2xpZW50cyI6Mywia2V5cyI6MywicmVhZEZyYWN0aW9uIjowLjUsInJldHJ5Ijp7',
  'ImF0dGVtcHRzIjo1LCJpbml0aWFsRGVsYXlNcyI6NTAsImppdHRlciI6MC4yLCJtYXhEZWxheU1zIjo1MDAwLCJtdWx0aXBsaWVy',
  'IjoyLCJ0aW1lb3V0TXMiOjEwMDB9LCJ0aGlua01zIjoyMCwiemlwZiI6MH19',
].join('');

const COMMAND: Fault = {
  kind: 'command',
  atMs: 5,
  nodes: ['leader'],
  command: { kind: 'transfer', expected: null, nodes: [1] },
};

/** A token as anybody could make it: the fingerprint fits whatever is inside. */
function forged(value: unknown): string {
  const text = typeof value === 'string' ? value : canonicalJson(value);
  const body = btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return `q1.${fingerprint(text).slice(0, 8)}.${body}`;
}

const refusal = (token: string) => attempt(() => readReplayToken(token));

test.each(SCENARIOS.map(({ name, faults }) => [name, faults] as const))(
  'a request with the faults of %s comes back as it was',
  (_name, faultsOf) => {
    const faults = faultsOf({ nodeCount: 5, durationMs: 10_000, timeScaleMs: 300 });
    const request = { ...REQUEST, variant: 'x', settings: { a: 'ü → b'.slice(0, 1) }, faults };
    expect(readReplayToken(replayToken(request))).toEqual(request);
  },
);

test('so does one with a script and with an administrative command', () => {
  const script = [{ atMs: 1.5, client: 0, contact: 2, command: { kind: 'cas', key: 0, value: 3, expected: null } }];
  const request = { ...REQUEST, workload: { ...STANDARD_WORKLOAD, ratePerSecond: 2, script }, faults: [COMMAND] };
  expect(readReplayToken(replayToken(request))).toEqual(request);
});

const ACCEPTORS = [
  { promised: 33, acceptedBallot: 32, accepted: 7 },
  { promised: 33, acceptedBallot: 0, accepted: null },
];

/** Nine logs of a thousand entries of high terms. */
const LOGS = Array.from({ length: 9 }, () => ({
  term: 2_000_000,
  votedFor: null,
  log: Array.from({ length: 1000 }, (_, index) => 1_000_000 + index),
  commitIndex: 1000,
  role: 'follower' as const,
  reachable: true,
}));

test.each([
  ['acceptors', 'paxos', ACCEPTORS],
  ['logs as long as may be given', 'raft', LOGS],
])('so does one with given states: %s', (_what, protocol, given) => {
  const request: SimulationRequest = { ...REQUEST, protocol, nodes: given.length, given };
  const back = readReplayToken(replayToken(request));
  expect(back).toEqual(request);
  expect(prepare(back).optionsOf(1, stepBudget(1)).given).toHaveLength(given.length);
});

test('a token from before states could be given is read as it was', () => {
  expect(readReplayToken(OLD_TOKEN)).toEqual(REQUEST);
});

test('a token is one word, the same for the same request', () => {
  expect(replayToken(REQUEST)).toMatch(/^q1\.[0-9a-f]{8}\.[\w-]+$/);
  expect(replayToken(structuredClone(REQUEST))).toBe(replayToken(REQUEST));
});

describe('a token that is none of ours is refused as such', () => {
  const token = replayToken(REQUEST);
  test.each([
    ['empty', ''],
    ['another version', token.replace('q1', 'q9')],
    ['cut', token.slice(0, -5)],
    ['one letter changed', `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`],
    ['more parts', `${token}.x`],
    ['not base64', 'q1.00000000.###'],
    ['somebody else’s', 'q1.00000000.e30'],
    ['too long', `q1.00000000.${'A'.repeat(300_000)}`],
    ['no JSON', forged('{')],
    ['not an object', forged([1])],
    ['null', forged(null)],
    ['empty inside', forged({})],
  ])('%s', (_how, given) => {
    expect(refusal(given)).toMatchObject({ ok: false, failure: { code: 'simulation/foreign_token', path: 'replay' } });
  });
});

describe('what a right fingerprint covers is looked at all the same', () => {
  const { clients: _, ...withoutClients } = STANDARD_WORKLOAD;
  test.each<[string, object, string]>([
    ['a number that is a text', { nodes: '3' }, 'request.nodes'],
    ['a number that is none', { durationMs: null }, 'request.durationMs'],
    ['too many clients', { workload: { ...STANDARD_WORKLOAD, clients: 1e9 } }, 'request.workload.clients'],
    ['too many keys', { workload: { ...STANDARD_WORKLOAD, keys: 1e12 } }, 'request.workload.keys'],
    ['a member too few', { workload: withoutClients }, 'request.workload.clients'],
    ['a member too many', { more: 1 }, 'request.more'],
    ['a fault of no kind', { faults: [{ kind: 'flood', atMs: 1 }] }, 'request.faults[0].kind'],
    ['a fault of an inherited kind', { faults: [{ kind: 'constructor', atMs: 1 }] }, 'request.faults[0].kind'],
    ['a fault without nodes', { faults: [{ kind: 'pause', atMs: 1 }] }, 'request.faults[0].nodes'],
    ['a role that is none', { faults: [{ kind: 'pause', atMs: 1, nodes: ['boss'] }] }, 'request.faults[0].nodes'],
    ['given states that are no list', { given: {} }, 'request.given'],
    ['a given node without a log', { given: [{ ...LOGS[0], log: null }] }, 'request.given[0].log'],
    ['a given acceptor that has promised words', { given: [{ ...ACCEPTORS[0], promised: 'x' }] }, 'request.given[0]'],
    ['a given state of neither kind', { given: [ACCEPTORS[0], {}] }, 'request.given[1]'],
    ['settings that are a list', { settings: [] }, 'request.settings'],
    ['a setting that is an object', { settings: { a: {} } }, 'request.settings.a'],
    [
      'a clock that stands',
      { faults: [{ kind: 'clock', atMs: 1, nodes: [0], rate: 0, jumpMs: 0 }] },
      'request.faults[0]',
    ],
  ])('%s', (_how, change, at) => {
    const result = refusal(forged({ ...REQUEST, ...change }));
    expect(result).toMatchObject({ ok: false, failure: { code: 'simulation/foreign_token' } });
    expect(result.ok ? '' : result.failure.message).toContain(`version: ${at}`);
  });

  test('names that do not exist are found when the run is prepared', () => {
    const request = readReplayToken(forged({ ...REQUEST, protocol: 'constructor' }));
    expect(attempt(() => prepare(request))).toMatchObject({ ok: false, failure: { path: 'protocol' } });
  });

  test('whatever is put into a request, it is refused in words or can be prepared', () => {
    const members = Object.keys(REQUEST) as (keyof SimulationRequest)[];
    const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(0, -1, 1e308, '', [], {}, null, true));
    fc.assert(
      fc.property(
        fc.constantFrom(...members, 'faults', 'given', 'network.', 'workload.'),
        fc.string(),
        anything,
        (name, inner, each) => {
          const at = name.replace('.', '') as keyof SimulationRequest;
          const value = name.endsWith('.')
            ? { ...(REQUEST[at] as object), [inner]: each }
            : name === 'faults' || name === 'given'
              ? [each]
              : each;
          attempt(() => prepare(readReplayToken(forged({ ...REQUEST, [at]: value }))));
        },
      ),
      { seed: 42, numRuns: 400 },
    );
  });
});
