import { expect, it } from 'vitest';
import { type SettingValue, standardSettings } from '../../protocols/settings.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { exploreFully } from './explore-fully.ts';
import { linearEquationModel } from './linear-equation.ts';

function build(settings: Record<string, SettingValue>): TransitionSystem {
  return linearEquationModel.build({ ...standardSettings(linearEquationModel.settings), ...settings });
}

it('has 65,536 states where the equation has no solution', () => {
  // Stateright 0.31.0, src/checker/bfs.rs and dfs.rs: 256 * 256 states for 2x + 4y = 7. The farthest is 255 + 255 steps away.
  const findings = exploreFully(build({}));
  expect(findings).toMatchObject({ unique: 65_536, generated: 1 + 2 * 65_536, depth: 511, reached: new Set() });
});

it('reaches a solution where there is one', () => {
  // The same tests solve 2x + 10y = 14.
  expect(exploreFully(build({ b: 10, c: 14 })).reached).toEqual(new Set(['solvable']));
});
