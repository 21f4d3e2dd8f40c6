import { describe, expect, it } from 'vitest';
import { stepBudget } from '../kernel/budget.ts';
import { attempt } from '../kernel/failure.ts';
import { protocolNamed } from '../protocols/catalogue.ts';
import { readSettings } from '../protocols/settings.ts';
import { Check } from './check.ts';
import { type CheckRequest, type SearchRequest, STANDARD_SEARCH, type Subject } from './check-request.ts';
import type { ClusterRequest } from './cluster/cluster-request.ts';
import { ByteReader, ByteWriter } from './explore/saved-bytes.ts';

const BYTES_MAX = 1e8;

const ONE_TIMEOUT = { termMax: 1, messagesPerLinkMax: 1, timeoutsMax: 1, attemptsMax: 1 };
const NO_FAULTS = { crashes: 0, diskLosses: 0, losses: 0, partitions: 0 };

const model = (name: string, config: Record<string, string>): Subject => ({ kind: 'model', model: name, config });

function cluster(change: Partial<ClusterRequest> = {}, protocol = 'raft'): Subject {
  const definition = protocolNamed(protocol);
  return {
    kind: 'protocol',
    cluster: {
      protocol,
      nodes: 3,
      settings: readSettings(protocol, definition.settings, {}),
      network: 'unordered_non_duplicating',
      bounds: ONE_TIMEOUT,
      faults: NO_FAULTS,
      operations: [[{ kind: 'write', key: 0, value: 1 }]],
      judgesHistory: true,
      ...change,
    },
  };
}

function requestOf(subject: Subject, search: Partial<SearchRequest> = {}): CheckRequest {
  return { subject, search: { ...STANDARD_SEARCH, ...search }, properties: [], fairness: 'weak' };
}

function saved(check: Check): Uint8Array {
  const into = new ByteWriter(BYTES_MAX);
  check.save(into);
  expect(into.isFull).toBe(false);
  return into.written;
}

/** Many short slices, each by another check that knows nothing but what the one before saved. */
function inSlices(request: CheckRequest, steps: number): { readonly check: Check; readonly slices: number } {
  let check = new Check(request);
  let slices = 1;
  while (!check.run(stepBudget(steps))) {
    expect(check.canGoOn).toBe(true);
    check = new Check(request, new ByteReader(saved(check)));
    slices += 1;
  }
  return { check, slices };
}

function outcomeOf(check: Check): unknown {
  const { bytes: _, ...counts } = check.measures;
  return { counts, ending: check.ending, properties: check.properties, finding: check.finding };
}

const SUBJECTS: readonly (readonly [string, CheckRequest, number])[] = [
  ['a model, breadth-first', requestOf(model('two_phase_commit', { rms: '4' })), 2000],
  ['a model by whole states', requestOf(model('two_phase_commit', { rms: '4' }), { isExact: true }), 2000],
  ['a model, depth-first', requestOf(model('two_phase_commit', { rms: '4' }), { order: 'depth_first' }), 2000],
  ['actors whose history is judged', requestOf(model('single_copy_register', { clients: '3' })), 1000],
  [
    'a broken model under symmetry, all of it counted',
    requestOf(model('increment_lock', { threads: '4', lock: 'false' }), {
      order: 'depth_first',
      goesOnAfterViolation: true,
    }),
    100,
  ],
  ['a cluster with a crash', requestOf(cluster({ faults: { ...NO_FAULTS, crashes: 1 } })), 500],
  [
    'a cluster that breaks, with the way there',
    requestOf(
      cluster({
        variant: 'forgets-vote',
        bounds: { ...ONE_TIMEOUT, timeoutsMax: 2 },
        faults: { ...NO_FAULTS, crashes: 1 },
      }),
    ),
    1000,
  ],
  [
    'a cluster with a loss by whole states, depth-first, without symmetry',
    requestOf(cluster({ faults: { ...NO_FAULTS, losses: 1 } }), {
      isExact: true,
      order: 'depth_first',
      usesSymmetry: false,
    }),
    2000,
  ],
  [
    'a cluster on an ordered network that is cut',
    requestOf(cluster({ network: 'ordered', faults: { ...NO_FAULTS, partitions: 1 } })),
    1000,
  ],
];

describe('an exploration that is saved and gone on with again and again', () => {
  it.each(SUBJECTS)('gives what it gives in one run: %s', (_name, request, steps) => {
    const whole = new Check(request);
    whole.run(stepBudget(1e9));
    const { check, slices } = inSlices(request, steps);
    expect(slices).toBeGreaterThan(2);
    expect(outcomeOf(check)).toEqual(outcomeOf(whole));
  });
});

it('more states may be allowed to what stopped at the limit', () => {
  const request = requestOf(model('two_phase_commit', { rms: '4' }), { statesMax: 500 });
  const check = new Check(request);
  expect(check.run(stepBudget(1e9))).toBe(true);
  expect(check.canGoOn).toBe(true);
  const more = { ...request, search: { ...request.search, statesMax: 10_000 } };
  const next = new Check(more, new ByteReader(saved(check)));
  next.run(stepBudget(1e9));
  expect(next.measures).toMatchObject({ unique: 1568, generated: 8258, depth: 14 });
  expect(next.canGoOn).toBe(false);
});

it('what must come true is judged by the next, where time was left for exploring only', () => {
  const request = requestOf(model('increment_lock', { threads: '4', lock: 'true' }));
  const properties = ['eventually counter = 4'];
  const awaiting = { ...request, properties };
  const whole = new Check(awaiting);
  whole.run(stepBudget(1e9));
  const check = new Check(awaiting);
  expect(check.run(stepBudget(whole.measures.generated + 10))).toBe(true);
  const unjudged = { status: 'unknown', text: 'no time was left to judge it' };
  expect(check.properties.at(-1)).toMatchObject(unjudged);
  expect(check.canGoOn).toBe(true);
  const next = new Check(awaiting, new ByteReader(saved(check)));
  next.run(stepBudget(1e9));
  expect(next.properties).toEqual(whole.properties);
  expect(next.canGoOn).toBe(false);
  // One that had all its time for judging would need more each time.
  const again = new Check(awaiting, new ByteReader(saved(check)));
  again.run(stepBudget(10));
  expect(again.properties.at(-1)).toMatchObject(unjudged);
  expect(again.canGoOn).toBe(false);
});

it('walks and iterative deepening cannot be gone on with', () => {
  for (const order of ['random_walk', 'iterative_deepening'] as const) {
    const check = new Check(requestOf(model('two_phase_commit', { rms: '5' }), { order }));
    expect(check.run(stepBudget(1000))).toBe(false);
    expect(check.canGoOn).toBe(false);
  }
});

it('what another protocol saved is refused, and so is what was cut off', () => {
  const raft = new Check(requestOf(cluster()));
  raft.run(stepBudget(500));
  const bytes = saved(raft);
  const foreign = requestOf(cluster({}, 'multi-paxos'));
  for (const [request, given] of [
    [foreign, bytes],
    [raft.request, bytes.subarray(0, bytes.length / 2)],
    [raft.request, bytes.subarray(0, 10)],
  ] as const)
    expect(attempt(() => new Check(request, new ByteReader(given)))).toMatchObject({
      ok: false,
      failure: { code: 'model/foreign_checkpoint' },
    });
});

it('what would be larger than a limit is not written to the end', () => {
  const check = new Check(requestOf(model('two_phase_commit', { rms: '5' })));
  check.run(stepBudget(10_000));
  const into = new ByteWriter(1000);
  check.save(into);
  expect(into.isFull).toBe(true);
  expect(into.written.length).toBeLessThanOrEqual(1000);
});
