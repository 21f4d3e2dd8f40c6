import { describe, expect, it } from 'vitest';
import { type SettingValue, standardSettings } from '../../protocols/settings.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { exploreFully } from './explore-fully.ts';
import { missionariesModel } from './missionaries.ts';
import { searchPlainly, stateAfter } from './plain-search.ts';

function build(settings: Record<string, SettingValue>): TransitionSystem {
  return missionariesModel.build({ ...standardSettings(missionariesModel.settings), ...settings });
}

describe('missionaries and cannibals', () => {
  it('has the states that TLC finds, and the solution of 11 crossings', () => {
    // TLC on MissionariesAndCannibals.tla (tlaplus/Examples 32a32c7) without the invariant Solution: 64 distinct, 283 generated, depth 13.
    const findings = { unique: 64, generated: 283, depth: 13, violations: { 'not solved': 11 } };
    expect(searchPlainly(build({}))).toMatchObject(findings);
    expect(exploreFully(build({}))).toMatchObject(findings);
  });

  it('has no solution for four of each in a boat for two, but one for three in the boat', () => {
    // Known since Alcuin: two seats serve up to three couples, three seats up to five.
    expect(exploreFully(build({ missionaries: 4, cannibals: 4 })).violations).toEqual({});
    expect(exploreFully(build({ missionaries: 4, cannibals: 4, boat: 3 })).violations).toEqual({ 'not solved': 9 });
  });

  it('says who crosses and where everybody is', () => {
    const system = build({ missionaries: 1, cannibals: 1 });
    const words = stateAfter(system, [
      'the boat takes m1 and c1 to the west bank',
      'the boat takes m1 to the east bank',
    ]);
    expect(system.describeState(words, 0)).toEqual({ bank_of_boat: 'E', who_is_on_bank: { E: ['m1'], W: ['c1'] } });
  });
});
