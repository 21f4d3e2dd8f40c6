import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnyDefinition } from '../definition.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { createScriptedCluster, type ScriptedEvent } from '../scripted-cluster.ts';
import { readSettings } from '../settings.ts';
import { runTranscript } from '../transcript.ts';
import { primaryBackup } from './primary-backup.ts';
import { primaryBackupDefinition } from './primary-backup-definition.ts';
import type { PrimaryBackupConfig, PrimaryBackupMessage, PrimaryBackupState } from './primary-backup-state.ts';

const definition = primaryBackupDefinition as unknown as AnyDefinition;

interface Options {
  readonly nodes?: number;
  readonly settings?: Readonly<Record<string, string>>;
  readonly variant?: string;
}

function configOf({ nodes = 3, settings = {}, variant }: Options): PrimaryBackupConfig {
  const values = readSettings('primary-backup', primaryBackupDefinition.settings, settings);
  return primaryBackupDefinition.configure({ nodes, settings: values, ...(variant === undefined ? {} : { variant }) });
}

const FAILOVER_TWO = `settle
request n1 1 1 write 0 1
fire n1 ship
settle
request n1 1 2 write 0 2
request n1 2 1 write 1 3
crash n1
fire store lease
settle
fire store poll
settle
request n2 3 1 read 0`;

function complaintsIn(options: Options, script: (cluster: ReturnType<typeof clusterOf>) => void): string[] {
  const cluster = clusterOf(options);
  script(cluster);
  return primaryBackup
    .properties(configOf(options))
    .flatMap((each) => (each.kind === 'always' ? [each.holds?.(cluster)] : []))
    .filter((each) => each !== undefined);
}

function clusterOf(options: Options) {
  const config = configOf(options);
  return createScriptedCluster({ protocol: primaryBackup, config, nodeCount: config.replicas + 1 });
}

type Cluster = ReturnType<typeof clusterOf>;

function write(cluster: Cluster, node: number, number: number): void {
  cluster.request(node, 1, number, { kind: 'write', key: 0, value: number });
}

function failOver(cluster: Cluster): void {
  cluster.fire(cluster.states.length - 1, 'lease');
  cluster.settle();
  if (cluster.timers.at(-1)?.has('poll') === true) cluster.fire(cluster.states.length - 1, 'poll');
  cluster.settle();
}

/** n1 acknowledges what it can of two writes whose shipment nobody receives, and crashes; the store fails over. */
function crashBeforeShipping(cluster: Cluster): void {
  cluster.settle();
  write(cluster, 0, 1);
  write(cluster, 0, 2);
  for (let to = 1; to < cluster.states.length - 1; to++) while (cluster.drop(0, to));
  cluster.crash(0);
  failOver(cluster);
}

describe('asynchronous mode', () => {
  test('loses what was acknowledged and not shipped, and says which', () => {
    const complaints = complaintsIn({ variant: 'async-failover-loss' }, crashBeforeShipping);
    expect(complaints).toEqual([
      'n2, primary of epoch 2, lacks 2 acknowledged writes: 1 for key 0 (acknowledged by n1 to client 1), 2 for key 0 (acknowledged by n1 to client 1)',
    ]);
  });

  test('counts the writes that it does not name', () => {
    const complaints = complaintsIn({ settings: { mode: 'asynchronous' } }, (cluster) => {
      cluster.settle();
      for (let number = 1; number <= 9; number++) write(cluster, 0, number);
      cluster.crash(0);
      failOver(cluster);
    });
    expect(complaints[0]).toMatch(/lacks 9 acknowledged writes: .* and 4 more$/);
  });

  test('keeps what was shipped', () => {
    const complaints = complaintsIn({ settings: { mode: 'asynchronous' } }, (cluster) => {
      cluster.settle();
      write(cluster, 0, 1);
      cluster.fire(0, 'ship');
      cluster.settle();
      cluster.crash(0);
      failOver(cluster);
      expect(cluster.states[1]).toMatchObject({ log: [{ value: 1 }], lead: { start: 1 } });
    });
    expect(complaints).toEqual([]);
  });

  test('reads as a story', async () => {
    const text = runTranscript({
      definition,
      config: configOf({ nodes: 2, settings: { mode: 'asynchronous' } }),
      script: FAILOVER_TWO,
    });
    expect(text).toContain('n2 tells client 3: {"status":"ok","value":1}');
    await expect(
      `# Asynchronous failover: n1 acknowledges 2 and 3, and crashes before the next shipment. n2 takes over without them: a read of key 0 gives 1.\n${text}`,
    ).toMatchFileSnapshot('testdata/asynchronous-failover.txt');
  });
});

describe('synchronous and semi-synchronous modes', () => {
  test.each(['synchronous', 'semi_synchronous'])('%s loses nothing under the same schedule', (mode) => {
    expect(complaintsIn({ settings: { mode } }, crashBeforeShipping)).toEqual([]);
  });

  test('synchronous acknowledges only when every backup has the write', () => {
    const cluster = clusterOf({ settings: { mode: 'synchronous' } });
    cluster.settle();
    write(cluster, 0, 1);
    cluster.deliver(0, 1);
    cluster.deliver(1, 0);
    expect(cluster.answered).toEqual([]);
    cluster.settle();
    expect(cluster.answered).toHaveLength(1);
  });

  test('semi-synchronous falls back after its timeout, and then loses writes as asynchronous does', () => {
    const options = { settings: { fallback_ms: '10000' } };
    const complaints = complaintsIn(options, (cluster) => {
      cluster.settle();
      write(cluster, 0, 1);
      for (const to of [1, 2]) cluster.drop(0, to);
      expect(cluster.answered).toHaveLength(0);
      cluster.fire(0, 'fallback');
      expect(cluster.answered).toHaveLength(1);
      cluster.crash(0);
      failOver(cluster);
    });
    expect(complaints[0]).toContain('lacks 1 acknowledged write: 1 for key 0');
  });

  test('the first replica that answers may lack what the most advanced one has', () => {
    const onlyThirdHasIt = (cluster: Cluster): void => {
      cluster.settle();
      write(cluster, 0, 1);
      cluster.drop(0, 1);
      cluster.settle();
      cluster.crash(0);
      failOver(cluster);
    };
    expect(complaintsIn({ settings: { promote: 'first' } }, onlyThirdHasIt)[0]).toContain(
      'n2, primary of epoch 2, lacks 1',
    );
    expect(complaintsIn({}, onlyThirdHasIt)).toEqual([]);
  });
});

describe('an old primary that returns', () => {
  /** n1 has a write that nobody acknowledged; n2 takes over, and takes a write; n1 comes back. */
  function returns(cluster: Cluster): void {
    crashBeforeShipping(cluster);
    const promoted = cluster.states.findIndex(
      (state) => state.role === 'replica' && state.lead !== null && state.epoch > 1,
    );
    cluster.restart(0);
    cluster.settle();
    write(cluster, promoted, 3);
    cluster.settle();
    cluster.fire(promoted, 'ship');
    cluster.settle();
  }

  test('cuts its divergent tail', () => {
    expect(complaintsIn({ nodes: 2 }, returns)).toEqual([]);
    const cluster = clusterOf({});
    returns(cluster);
    expect(
      cluster.states.slice(0, 3).map((state) => (state.role === 'replica' ? state.log.map(({ value }) => value) : [])),
    ).toEqual([[3], [3], [3]]);
  });

  test('has an errant transaction in the variant', () => {
    expect(complaintsIn({ variant: 'semisync-recovered-extra-txn' }, returns)[0]).toBe(
      'n1 has 1 of epoch 1 at index 1, where its primary n2 has 3 of epoch 2',
    );
  });
});

const MODE_SETTINGS: readonly Readonly<Record<string, string>>[] = [
  { mode: 'synchronous' },
  { mode: 'synchronous', promote: 'first' },
  { mode: 'semi_synchronous' },
  { mode: 'semi_synchronous', failover: 'manual' },
  { mode: 'semi_synchronous', failover: 'none' },
  { mode: 'asynchronous', failover: 'none' },
];

describe('random schedules', () => {
  test('keep all properties wherever nothing may be lost', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(2, 3, 4), fc.constantFrom(...MODE_SETTINGS), (seed, nodes, settings) => {
        const config = configOf({ nodes, settings });
        const outcome = runRandomSchedule({ definition, config, seed, steps: 500 });
        for (const name of outcome.reached) reached.add(name);
        expect(outcome).toMatchObject({ byHolds: undefined, byMonitors: undefined, unsettled: [] });
      }),
      { seed: 42, numRuns: 150 },
    );
    expect([...reached]).toEqual(['a write is acknowledged']);
  });

  test.each([
    ['async-failover-loss', 'no acknowledged write is lost'],
    ['semisync-recovered-extra-txn', 'replicas are prefix-consistent'],
  ])('find %s, by holds and by monitor', (variant, property) => {
    const outcomes = Array.from({ length: 60 }, (_, seed) =>
      runRandomSchedule({ definition, config: configOf({ variant }), seed, steps: 500 }),
    );
    for (const by of ['byHolds', 'byMonitors'] as const)
      expect(outcomes.some((outcome) => outcome[by]?.startsWith(property) === true)).toBe(true);
  });
});

describe('a setup', () => {
  test('with more acks than backups is refused', () => {
    expect(() => configOf({ nodes: 2, settings: { acks: '2' } })).toThrow('fewer backups');
  });

  test('whose lease is shorter than two heartbeats is refused', () => {
    expect(() => configOf({ settings: { lease_ms: '100', heartbeat_ms: '80' } })).toThrow('two heartbeats');
  });
});

test('a synchronous write takes 2(n - 1) messages', () => {
  const config = configOf({ nodes: 4, settings: { mode: 'synchronous' } });
  let sent = 0;
  const cluster = createScriptedCluster({
    protocol: primaryBackup,
    config,
    nodeCount: 5,
    onEvent: (event: ScriptedEvent<PrimaryBackupState, PrimaryBackupMessage>) => {
      if (event.kind === 'sent') sent += 1;
    },
  });
  cluster.settle();
  sent = 0;
  write(cluster, 0, 1);
  cluster.settle();
  expect(sent).toBe(primaryBackupDefinition.messagesPerOperation?.(config).count);
});
