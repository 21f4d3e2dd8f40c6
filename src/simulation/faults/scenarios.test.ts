import { expect, test } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import { checkFaults } from './check-faults.ts';
import { describeFault } from './describe-fault.ts';
import { SCENARIOS, type ScenarioSetting, scenarioFaults } from './scenarios.ts';

const setting: ScenarioSetting = { nodeCount: 5, durationMs: 10_000, timeScaleMs: 300 };
const names = ['n1', 'n2', 'n3', 'n4', 'n5'];
const told = (name: string): string[] => scenarioFaults(name, setting).map((fault) => describeFault(fault, names));

test('names are unique', () => {
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
});

test.each(SCENARIOS.map((each) => [each.name, each] as const))(
  '%s fits clusters and runs of any size',
  (_, scenario) => {
    for (const nodeCount of [1, 2, 3, 4, 7]) {
      for (const durationMs of [100, 10_000, 600_000]) {
        for (const timeScaleMs of [0.5, 10, 300, 10_000]) {
          const faults = scenario.faults({ nodeCount, durationMs, timeScaleMs });
          expect(() => checkFaults(faults, nodeCount, durationMs)).not.toThrow();
          expect(faults.length === 0).toBe(scenario.name === 'none');
        }
      }
    }
  },
);

test('every scenario that a design is asked about is there', () => {
  const asked =
    'none one-node-down f-nodes-down f-plus-one-nodes-down minority-partition majority-partition asymmetric-partition ' +
    'partial-partition flapping-link split-brain leader-flapping slow-leader disk-stall clock-skew clock-jump pause ' +
    'message-reordering message-duplication message-loss crash-during-recovery amnesia torn-write rolling-restart ' +
    'replication-lag coordinator-crash stale-reads';
  expect(SCENARIOS.map(({ name }) => name)).toEqual(expect.arrayContaining(asked.split(' ')));
});

test.each([
  ['none', []],
  ['one-node-down', ['the follower down from 2000 to 5000 ms']],
  ['leader-lost', ['the leader down from 2000 ms on']],
  ['f-nodes-down', ['the minority down from 2000 to 5000 ms']],
  ['f-plus-one-nodes-down', ['n1, n2, n3 down from 2000 to 5000 ms']],
  ['minority-partition', ['the other-minority cut off from 2000 to 5000 ms']],
  ['majority-partition', ['the minority cut off from 2000 to 5000 ms']],
  ['asymmetric-partition', ['the leader cut off, heard by nobody from 2000 to 5000 ms']],
  ['partial-partition', ['the leader cut off from the follower from 2000 to 5000 ms']],
  ['flapping-link', ['the follower cut off, on and off every 450 ms from 2000 to 5000 ms']],
  ['slow-leader', ['the leader slower by 150 ms a message from 2000 to 5000 ms']],
  ['disk-stall', ['the disk of the leader slower by 600 ms a write from 2000 to 5000 ms']],
  ['clock-skew', ['the clock of the leader at 0.5 times its rate from 2000 to 5000 ms']],
  ['clock-jump', ['the clock of n1 at 1 times its rate, after a jump of 6000 ms from 2000 to 5000 ms']],
  ['pause', ['the leader paused from 2000 to 5000 ms']],
  ['message-loss', ['links losing 20% from 2000 to 5000 ms']],
  ['message-duplication', ['links duplicating 33% from 2000 to 5000 ms']],
  ['message-reordering', ['links delaying 50% by up to 300 ms from 2000 to 5000 ms']],
  ['amnesia', ['the follower down, its disk lost from 2000 to 5000 ms']],
  ['torn-write', ['the leader down, its write torn from 2000 to 5000 ms']],
  ['crash-during-recovery', ['n1 down from 2000 to 3500 ms', 'n1 down from 3515 to 4115 ms']],
] as const)('%s, in words', (name, words) => {
  expect(told(name)).toEqual(words);
});

test('a rolling restart meets every node once, and one at a time', () => {
  const faults = scenarioFaults('rolling-restart', setting);
  expect(faults.map((fault) => ('nodes' in fault ? fault.nodes : []))).toEqual([[0], [1], [2], [3], [4]]);
  for (const [index, { atMs }] of faults.entries()) {
    if (index > 0) expect(atMs).toBeGreaterThan(faults[index - 1]?.untilMs ?? 0);
  }
});

test.each(['leader-flapping', 'coordinator-crash'])('%s leaves time for the next before it strikes again', (name) => {
  const faults = scenarioFaults(name, setting);
  expect(faults.length).toBe(5);
  for (const [index, { atMs }] of faults.entries()) {
    if (index > 0) expect(atMs - (faults[index - 1]?.untilMs ?? 0)).toBeGreaterThan(setting.timeScaleMs);
  }
});

test('an unknown name is refused with all names', () => {
  const result = attempt(() => scenarioFaults('split-brian', setting));
  expect(result).toMatchObject({
    ok: false,
    failure: { code: 'input/invalid', path: 'scenario', received: '"split-brian"' },
  });
  for (const { name } of SCENARIOS) expect(result.ok ? '' : result.failure.expected).toContain(name);
});
