import { describe, expect, it } from 'vitest';
import { type SettingValue, standardSettings } from '../../protocols/settings.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { exploreFully, exploreToViolation } from './explore-fully.ts';
import { kafkaIsrModel } from './kafka-isr.ts';
import { searchPlainly, stateAfter } from './plain-search.ts';

function build(settings: Record<string, SettingValue>): TransitionSystem {
  return kafkaIsrModel.build({ ...standardSettings(kafkaIsrModel.settings), ...settings });
}

// All figures: TLC on the modules of hachikuji/kafka-specification with LogSize, MaxRecords and MaxLeaderEpoch 2, as these settings have them.
// KIP-320 with three replicas (737,794 states, no violation) is left to the benchmark.
describe('Kafka in-sync replicas', () => {
  it.each([
    { variant: 'kip279', unique: 9027, generated: 23_425, depth: 18 },
    { variant: 'kip320_first_try', unique: 8429 },
    { variant: 'kip320', unique: 5973, generated: 11_839, depth: 18 },
  ])(
    'has with two replicas the states that TLC finds, and keeps its records with $variant',
    ({ variant, ...counts }) => {
      expect(exploreFully(build({ variant, replicas: 2, weak_isr: true }))).toMatchObject({
        ...counts,
        violations: {},
        reached: new Set(['a record is committed']),
      });
    },
  );

  it.each(['truncate_to_hw', 'kip101', 'kip279', 'kip320_first_try', 'kip320'])(
    'is explored the same by the plain search (%s)',
    (variant) => {
      const settings = { variant, replicas: 2, log_size: 1, max_records: 2 };
      const plain = searchPlainly(build(settings));
      expect(exploreFully(build(settings))).toEqual(plain);
    },
  );

  it.each([
    { variant: 'truncate_to_hw', replicas: 2, steps: 9 },
    { variant: 'truncate_to_hw', replicas: 3, steps: 8 },
    { variant: 'kip101', replicas: 2, steps: 11 },
    { variant: 'kip101', replicas: 3, steps: 10 },
    { variant: 'kip279', replicas: 3, steps: 10 },
    { variant: 'kip320_first_try', replicas: 3, steps: 12 },
  ])('loses a committed record in $steps steps with $variant and $replicas replicas', ({ steps, ...settings }) => {
    expect(exploreToViolation(build(settings)).violations).toEqual({ StrongIsr: steps });
  });

  it('tells how a leader of an old epoch misleads a follower (KIP-279)', () => {
    const system = build({ variant: 'kip279' });
    const words = stateAfter(system, [
      'controller elects b1 in epoch 0',
      'controller elects b2 in epoch 1',
      'controller elects b1 in epoch 2',
      'b1 becomes leader of epoch 2',
      'b1 writes record 0 in epoch 2',
      'b1 takes b2 out of the in-sync replicas',
      'b3 follows b1 in epoch 0',
      'b3 fetches offset 0 from b1',
      'b1 raises its high watermark to 1',
      'b3 follows b2 in epoch 1 and truncates its log to 0',
    ]);
    expect(system.describeState(words, 0)).toMatchObject({
      quorumState: { leader: 'b1', leaderEpoch: 2, isr: ['b1', 'b3'] },
      replicas: [
        { name: 'b1', leader: 'b1', leaderEpoch: 2, hw: 1, log: [{ id: 0, epoch: 2 }] },
        { name: 'b2', leader: 'NONE', leaderEpoch: -1, hw: 0, log: [] },
        { name: 'b3', leader: 'b2', leaderEpoch: 1, hw: 0, log: [] },
      ],
    });
    const [strongIsr] = system.properties;
    expect(strongIsr?.kind === 'always' && strongIsr.complaint?.(words, 0)).toBe(
      'b1 has the high watermark 1, but b3, in sync, lacks its record at offset 0',
    );
  });
});
