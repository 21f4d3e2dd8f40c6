import { describe, expect, it } from 'vitest';
import { type SettingValue, standardSettings } from '../../protocols/settings.ts';
import type { StateDescription, TransitionSystem } from '../transition-system.ts';
import { exploreFully } from './explore-fully.ts';
import { searchPlainly, stateAfter } from './plain-search.ts';
import { twoPhaseCommitModel } from './two-phase-commit.ts';

function build(settings: Record<string, SettingValue>): TransitionSystem {
  return twoPhaseCommitModel.build({ ...standardSettings(twoPhaseCommitModel.settings), ...settings });
}

describe('two-phase commit', () => {
  // TLC on TwoPhase.tla (tlaplus/Examples 32a32c7) and Stateright 0.31.0 examples/2pc.rs; 8 managers (1,745,408) are left to the benchmark.
  it.each([
    { rms: 3, unique: 288, generated: 1146, depth: 11 },
    { rms: 5, unique: 8832, generated: 58_146, depth: 17 },
  ])('has as many states with $rms resource managers as TLC and Stateright find', ({ rms, ...counts }) => {
    expect(searchPlainly(build({ rms }))).toMatchObject({
      ...counts,
      violations: {},
      reached: new Set(['abort agreement', 'commit agreement']),
    });
  });

  // TLC with SYMMETRY Permutations(RM) for 3 to 7; a plain canonicaliser for more.
  it.each([
    { rms: 3, unique: 80, generated: 318, depth: 11 },
    { rms: 5, unique: 314, generated: 2048, depth: 17 },
    { rms: 7, unique: 920, generated: 8410, depth: 23 },
    { rms: 10, unique: 3300, generated: 43_298, depth: 32 },
  ])('has as many orbits with $rms resource managers as TLC finds', ({ rms, ...counts }) => {
    expect(searchPlainly(build({ rms, symmetry: 'orbits' }))).toMatchObject({ ...counts, violations: {} });
  });

  // The same, beyond what TLC can sort; 16 managers and more take four words a state.
  it.each([
    { rms: 16, unique: 21_335, generated: 450_859, depth: 50 },
    { rms: 20, unique: 54_922 },
  ])('has $unique orbits with $rms resource managers', ({ rms, ...counts }) => {
    expect(exploreFully(build({ rms, symmetry: 'orbits' }))).toMatchObject({ ...counts, violations: {} });
  });

  it.each(
    twoPhaseCommitModel.settings.flatMap((each) => (each.name === 'mistake' && 'options' in each ? each.options : [])),
  )('has one representative for all states that differ in the order of resource managers (mistake: %s)', (mistake) => {
    const sorted = searchPlainly(build({ rms: 4, mistake }), { keyOf: sortedByManager });
    const { unique, generated, depth } = searchPlainly(build({ rms: 4, mistake, symmetry: 'orbits' }));
    expect({ unique, depth }).toEqual({ unique: sorted.unique, depth: sorted.depth });
    expect(generated).toBe(sorted.generated);
  });

  it.each([
    { mistake: 'commit_on_majority', rms: 3, steps: 7 },
    { mistake: 'abort_after_prepared', rms: 2, steps: 7 },
    { mistake: 'decision_not_logged', rms: 2, steps: 9 },
  ])('breaks atomicity in $steps steps with the mistake $mistake', ({ mistake, rms, steps }) => {
    expect(searchPlainly(build({ rms, mistake })).violations).toEqual({ TCConsistent: steps });
  });

  it('says in words what happens', () => {
    const system = build({ rms: 2 });
    const words = stateAfter(system, [
      'rm 2 prepares',
      'tm receives Prepared from rm 2',
      'tm aborts',
      'rm 1 receives Abort',
    ]);
    expect(system.describeState(words, 0)).toEqual({
      rmState: ['aborted', 'prepared'],
      tmState: 'aborted',
      tmPrepared: ['rm 2'],
      msgs: ['Prepared rm 2', 'Abort'],
    });
  });

  it('says which resource managers disagree', () => {
    const system = build({ rms: 2, mistake: 'abort_after_prepared' });
    const votes = [
      'rm 1 prepares',
      'rm 2 prepares',
      'tm receives Prepared from rm 1',
      'tm receives Prepared from rm 2',
    ];
    const words = stateAfter(system, [...votes, 'tm commits', 'rm 1 receives Commit', 'rm 2 chooses to abort']);
    const [consistent] = system.properties;
    expect(consistent?.kind === 'always' && consistent.complaint?.(words, 0)).toBe(
      'rm 1 has committed and rm 2 has aborted',
    );
  });
});

/** What is true of each resource manager, in an order of its own. */
function sortedByManager({ rmState, tmState, tmPrepared, msgs }: StateDescription): unknown {
  const states = rmState as string[];
  const managers = states.map((state, rm) => {
    const name = `rm ${rm + 1}`;
    return `${state} ${(tmPrepared as string[]).includes(name)} ${(msgs as string[]).includes(`Prepared ${name}`)}`;
  });
  return [tmState, managers.sort(), (msgs as string[]).filter((each) => !each.startsWith('Prepared'))];
}
