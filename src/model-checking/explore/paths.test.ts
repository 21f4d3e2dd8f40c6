/**
 * Paths of random walks and of depth-first searches, and what is left of them when they are shortened.
 */
import { describe, expect, it } from 'vitest';
import { stepBudget } from '../../kernel/budget.ts';
import { type SettingValue, standardSettings } from '../../protocols/settings.ts';
import { modelNamed } from '../models/catalogue.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { Exploration, STANDARD_EXPLORATION } from './exploration.ts';
import type { Finding } from './explorer.ts';
import { pathOf } from './path.ts';
import { RandomWalk, type RandomWalkOptions } from './random-walk.ts';
import { shortenPath } from './shorten-path.ts';

const STEPS_MAX = 10_000_000;

function build(name: string, settings: Readonly<Record<string, SettingValue>>): TransitionSystem {
  const model = modelNamed(name);
  return model.build({ ...standardSettings(model.settings), ...settings });
}

function walked(system: TransitionSystem, options: Partial<RandomWalkOptions>): RandomWalk {
  const standard = { seed: 1, walks: 200, depthMax: 100, bytesMax: 1e9, goesOnAfterViolation: false };
  const walk = new RandomWalk(system, { ...standard, ...options });
  expect(walk.run(stepBudget(STEPS_MAX))).toBe(true);
  return walk;
}

function textsOf(system: TransitionSystem, { actions }: Finding): readonly string[] {
  const path = pathOf(system, actions, false);
  return path.slice(1).map(({ action }, at) => system.describeAction(path[at]!.words, 0, action).text);
}

function isBrokenAtEnd(system: TransitionSystem, { property, actions }: Finding): boolean {
  const last = pathOf(system, actions, false).at(-1)!;
  const found = system.properties.find(({ name }) => name === property)!;
  return found.kind === 'always' && !found.holds(last.words, 0);
}

describe('random walks', () => {
  const system = (): TransitionSystem => build('two_phase_commit', { rms: 3, mistake: 'commit_on_majority' });

  it('go the same ways with the same seed, and others with another', () => {
    const [one, same, other] = [7, 7, 8].map((seed) =>
      walked(system(), { seed, walks: 20, goesOnAfterViolation: true }),
    );
    expect(same!.measures).toEqual(one!.measures);
    expect(same!.findings).toEqual(one!.findings);
    expect(other!.measures).not.toEqual(one!.measures);
  });

  it('find a breach by a path that the system can take', () => {
    const walk = walked(system(), {});
    expect(walk.ending).toEqual({ kind: 'violated' });
    const [finding] = walk.findings;
    expect(finding).toMatchObject({ property: 'TCConsistent', isShortest: false });
    expect(isBrokenAtEnd(system(), finding!)).toBe(true);
  });

  it('show nothing of the paths that they did not take, and say so', () => {
    const walk = walked(build('two_phase_commit', { rms: 3 }), { walks: 50 });
    expect(walk.ending).toEqual({
      kind: 'stopped',
      reason: '50 random walks were made; walks show nothing of the paths that they did not take',
    });
    expect(walk.findings).toEqual([]);
    expect(walk.measures.unique).toBeLessThanOrEqual(288);
  });

  it('stay within their length', () => {
    expect(walked(build('ping_pong', {}), { walks: 5, depthMax: 12 }).measures.depth).toBeLessThanOrEqual(12);
  });
});

describe('a path that is not a shortest one', () => {
  const CASES = [
    { name: 'two_phase_commit', settings: { rms: 3, mistake: 'commit_on_majority' } },
    { name: 'static_raft', settings: { symmetry: 'none', max_term: 2, mistake: 'vote_without_log_check' } },
    { name: 'kafka_isr', settings: { variant: 'truncate_to_hw', replicas: 2 } },
  ] as const;

  it.each(CASES)('is shortened until no step can be left out: $name', ({ name, settings }) => {
    const system = build(name, settings);
    const options = { ...STANDARD_EXPLORATION, order: 'depth_first', usesSymmetry: false } as const;
    const search = new Exploration(system, options);
    search.run(stepBudget(STEPS_MAX));
    const [long] = search.findings;
    const short = shortenPath(system, long!);
    expect(isBrokenAtEnd(system, short)).toBe(true);
    expect(short.actions.length).toBeLessThanOrEqual(long!.actions.length);
    expect(shortenPath(system, short)).toEqual(short);
    const breadth = new Exploration(system, { ...STANDARD_EXPLORATION, usesSymmetry: false });
    breadth.run(stepBudget(STEPS_MAX));
    const shortest = breadth.findings[0]!;
    expect(short.actions.length).toBeGreaterThanOrEqual(shortest.actions.length);
    // What is shortest stays as it is.
    expect(shortenPath(system, shortest)).toBe(shortest);
  });

  it('loses what did not matter', () => {
    const system = build('two_phase_commit', { rms: 3, mistake: 'commit_on_majority' });
    const walk = walked(system, { seed: 3 });
    const texts = textsOf(system, shortenPath(system, walk.findings[0]!));
    expect(texts.map((text) => text.replace(/rm \d/, 'an rm')).toSorted()).toEqual([
      'an rm chooses to abort',
      'an rm prepares',
      'an rm prepares',
      'an rm receives Commit',
      'tm commits',
      'tm receives Prepared from an rm',
      'tm receives Prepared from an rm',
    ]);
  });
});
