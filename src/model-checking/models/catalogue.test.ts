import { describe, expect, it } from 'vitest';
import { attempt } from '../../kernel/failure.ts';
import { createPrng } from '../../kernel/prng.ts';
import { type SettingValues, standardSettings } from '../../protocols/settings.ts';
import { Successors } from '../successors.ts';
import type { TransitionSystem } from '../transition-system.ts';
import { MODELS, modelNamed } from './catalogue.ts';
import type { ModelDefinition } from './model-definition.ts';

const STEPS = 60;

/** A model as it stands, and with each of its choices changed: symmetry, mistakes, networks. */
const VARIANTS = MODELS.flatMap((model) =>
  [{}, ...choicesOf(model)].map((changed: SettingValues) => ({
    name: [model.name, ...Object.entries(changed).flat()].join(' '),
    model,
    changed,
  })),
);

function choicesOf({ settings }: ModelDefinition): readonly SettingValues[] {
  return settings.flatMap((setting) =>
    setting.kind === 'choice'
      ? setting.options.filter((option) => option !== setting.standard).map((option) => ({ [setting.name]: option }))
      : [],
  );
}

describe('the reference models', () => {
  it('are found by name, and otherwise all are named', () => {
    for (const model of MODELS) expect(modelNamed(model.name)).toBe(model);
    expect(new Set(MODELS.map(({ name }) => name)).size).toBe(MODELS.length);
    const unknown = attempt(() => modelNamed('two-phase'));
    expect(unknown.ok ? '' : unknown.failure.expected).toContain('two_phase_commit');
  });

  it.each(VARIANTS)('keep the rules of a transition system: $name', ({ model, changed }) => {
    const system = model.build({ ...standardSettings(model.settings), ...changed });
    const names = system.properties.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    walk(system, (words, into) => {
      expectCodesAndTexts(system, words, into);
      expectSameElsewhere(system, words, into);
      expectOneRepresentative(system, words);
    });
  });
});

/** No two successors of a state have one code; states and actions can be told. */
function expectCodesAndTexts(system: TransitionSystem, words: Int32Array, into: Successors): void {
  const codes = [...into.actions.subarray(0, into.count)];
  expect(new Set(codes).size).toBe(codes.length);
  const untold = codes.filter((code) => !/^\S.*\S$/.test(system.describeAction(words, 0, code).text));
  expect(untold).toEqual([]);
  const told = system.describeState(words, 0);
  expect(JSON.parse(JSON.stringify(told))).toEqual(told);
}

/** Successors depend on the state alone: not on where it stands in a row, nor on whether there was room for them. */
function expectSameElsewhere(system: TransitionSystem, words: Int32Array, into: Successors): void {
  const padded = new Int32Array(system.width + 3).fill(-1);
  padded.set(words, 3);
  const again = withRoomFor(1000, system.width);
  system.expand(padded, 3, again);
  expect(rowsOf(again)).toEqual(rowsOf(into));
  expect(padded.subarray(3)).toEqual(words);
}

function withRoomFor(count: number, width: number): Successors {
  const roomy = new Successors(width);
  for (let index = 0; index < count; index++) {
    roomy.copy(new Int32Array(width), 0);
    roomy.keep(0);
  }
  roomy.clear();
  return roomy;
}

/** A representative represents itself, and its successors are those of the state but for the order. */
function expectOneRepresentative(system: TransitionSystem, words: Int32Array): void {
  if (system.canonicalise === undefined) return;
  const once = words.slice();
  system.canonicalise(once, 0);
  const twice = once.slice();
  system.canonicalise(twice, 0);
  expect(twice).toEqual(once);
  expect(representativesAfter(system, once)).toEqual(representativesAfter(system, words));
}

function representativesAfter(system: TransitionSystem, words: Int32Array): readonly string[] {
  const into = new Successors(system.width);
  system.expand(words, 0, into);
  const rows = rowsOf(into).map(({ words: row }) => {
    system.canonicalise?.(row, 0);
    return row.join(' ');
  });
  return rows.toSorted();
}

/** A random walk, from the start again where it ends or leaves the boundary. */
function walk(system: TransitionSystem, visit: (words: Int32Array, into: Successors) => void): void {
  const prng = createPrng(42);
  let words: Int32Array | undefined;
  for (let step = 0; step < STEPS; step++) {
    const into = new Successors(system.width);
    if (words === undefined) system.initial(into);
    else {
      system.expand(words, 0, into);
      visit(words, into);
    }
    const row: Int32Array | undefined = into.count === 0 ? undefined : rowsOf(into)[prng.nextInt(into.count)]?.words;
    words = row !== undefined && system.isWithinBoundary?.(row, 0) === false ? undefined : row;
  }
}

function rowsOf({ width, words, actions, count }: Successors): { action: number; words: Int32Array }[] {
  return Array.from({ length: count }, (_, row) => ({
    action: actions[row] as number,
    words: words.slice(row * width, (row + 1) * width),
  }));
}
