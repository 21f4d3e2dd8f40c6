import { describe, expect, it } from 'vitest';
import { type SettingValue, standardSettings } from '../../protocols/settings.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { exploreFully } from './explore-fully.ts';
import { incrementLockModel } from './increment-lock.ts';
import { searchPlainly, stateAfter } from './plain-search.ts';

function build(settings: Record<string, SettingValue>): TransitionSystem {
  return incrementLockModel.build({ ...standardSettings(incrementLockModel.settings), ...settings });
}

describe('increments of a shared counter', () => {
  it('has the 17 states under a lock that Stateright finds, and keeps its properties', () => {
    // Stateright 0.31.0, examples/increment_lock.rs with 2 threads: 17 unique, 17 generated.
    const findings = { unique: 17, generated: 17, violations: {} };
    expect(searchPlainly(build({}))).toMatchObject(findings);
    expect(exploreFully(build({}))).toMatchObject(findings);
  });

  it('has the 13 states and 8 orbits without a lock that Stateright documents', () => {
    // The essay of examples/increment.rs lists them all.
    expect(searchPlainly(build({ lock: false })).unique).toBe(13);
    expect(searchPlainly(build({ lock: false, symmetry: 'orbits' })).unique).toBe(8);
  });

  it('loses an update without a lock, in 4 steps', () => {
    expect(searchPlainly(build({ lock: false })).violations).toEqual({ fin: 4 });
    const system = build({ lock: false });
    const words = stateAfter(system, [
      'thread 2 reads the counter',
      'thread 1 reads the counter',
      'thread 2 writes the counter',
      'thread 1 writes the counter',
    ]);
    const [fin] = system.properties;
    expect(fin?.kind === 'always' && fin.complaint?.(words, 0)).toBe('2 threads have written and the counter is 1');
  });

  it('has one representative for all states that differ in the order of threads', () => {
    for (const lock of [true, false]) {
      const sorted = searchPlainly(build({ threads: 4, lock }), {
        keyOf: ({ counter, locked, threads }) => [
          counter,
          locked,
          (threads as unknown[]).map((each) => JSON.stringify(each)).sort(),
        ],
      });
      const { unique, generated, depth } = searchPlainly(build({ threads: 4, lock, symmetry: 'orbits' }));
      expect({ unique, generated, depth }).toEqual({
        unique: sorted.unique,
        generated: sorted.generated,
        depth: sorted.depth,
      });
    }
  });
});
