import { describe, expect, it } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import { type SettingValue, standardSettings } from '../../protocols/settings.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { dieHardModel } from './die-hard.ts';
import { exploreFully } from './explore-fully.ts';
import { searchPlainly, stateAfter } from './plain-search.ts';

function build(settings: Record<string, SettingValue>): TransitionSystem {
  return dieHardModel.build({ ...standardSettings(dieHardModel.settings), ...settings });
}

describe('the water jugs of Die Hard', () => {
  it('has the states that TLC finds, and a solution of 6 steps', () => {
    // TLC on DieHard.tla (tlaplus/Examples 32a32c7): 16 distinct, 97 generated, depth 8; NotSolved is broken after 6 steps.
    const findings = { unique: 16, generated: 97, depth: 8, violations: { 'not solved': 6 } };
    expect(searchPlainly(build({}))).toMatchObject(findings);
    expect(exploreFully(build({}))).toMatchObject(findings);
  });

  it('is solved as in the film', () => {
    const system = build({});
    const small = 'jug 1 of 3';
    const big = 'jug 2 of 5';
    const words = stateAfter(system, [
      `fill ${big}`,
      `pour ${big} into ${small}`,
      `empty ${small}`,
      `pour ${big} into ${small}`,
      `fill ${big}`,
      `pour ${big} into ${small}`,
    ]);
    expect(system.describeState(words, 0)).toEqual({ contents: { [small]: 3, [big]: 4 } });
    const [notSolved] = system.properties;
    expect(notSolved?.kind === 'always' && notSolved.complaint?.(words, 0)).toBe(`${big} contains 4 gallons: solved`);
  });

  it('has no solution where the goal is no multiple of what divides all jugs', () => {
    expect(searchPlainly(build({ jugs: '2,6,4', goal: 3 })).violations).toEqual({});
    // Bezout: with jugs of 3 and 6, every content is a multiple of 3.
    expect(searchPlainly(build({ jugs: '3,6', goal: 4 })).violations).toEqual({});
  });

  it('measures 4 of the 8 gallons that the classic puzzle with three jugs divides', () => {
    // With a tap: fill 3, pour into 5, fill 3, pour into 5 (1 stays), and so on; a jug of 8 only adds ways.
    expect(searchPlainly(build({ jugs: '3,5,8' })).violations).toEqual({ 'not solved': 6 });
  });

  it.each(['', '3,', '3,x', '0,5', '2.5', '1,2,3,4,5,6,7,8,9'])('does not take %j for jugs', (jugs) => {
    const result = attempt(() => build({ jugs }));
    expect(result.ok ? undefined : result.failure.code).toBe('input/invalid');
  });
});
