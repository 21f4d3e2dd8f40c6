/**
 * The puzzle of the film Die Hard 3, as L. Lamport specifies it (DieHard and DieHarder of tlaplus/Examples): measure a number of gallons with jugs
 * that have no marks. A step fills a jug, empties one, or pours one into another until either is empty or full. A path that breaks
 * `not solved` is a solution, breadth-first a shortest one.
 *
 * A state has one word a jug: the gallons in it.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { numberOf, type Setting, type SettingValues } from '../../protocols/settings.ts';
import type { Successors } from '../successors.ts';
import type { ActionDescription, SystemProperty, TransitionSystem } from '../transition-system.ts';
import type { ModelDefinition } from './model-definition.ts';

const JUGS_MAX = 8;
const GALLONS_MAX = 1_000_000;

const SETTINGS: readonly Setting[] = [
  {
    name: 'jugs',
    kind: 'text',
    standard: '3,5',
    form: `the gallons that each jug holds, up to ${JUGS_MAX} numbers with commas between them: 3,5`,
    description: 'is how many gallons each jug holds',
  },
  {
    name: 'goal',
    kind: 'integer',
    standard: 4,
    min: 0,
    max: GALLONS_MAX,
    description: 'is how many gallons one of the jugs must contain in the end',
  },
];

export const dieHardModel: ModelDefinition = {
  name: 'die_hard',
  title: 'The water jugs of Die Hard',
  description:
    'A puzzle: measure the goal with jugs that have no marks (Lamport, DieHard.tla); the counterexample solves it.',
  settings: SETTINGS,
  build,
};

const FILL = 0;
const EMPTY = 1;
/** From here on, the jug poured from. The code of an action is this times the jugs, plus the jug filled, emptied or poured into. */
const POUR = 2;

function build(settings: SettingValues): TransitionSystem {
  const sizes = sizesOf(String(settings.jugs));
  return {
    width: sizes.length,
    initial: (into) => {
      into.copy(new Int32Array(sizes.length), 0);
      into.keep(0);
    },
    expand: (words, at, into) => expand(sizes, words, at, into),
    properties: propertiesOf(sizes, numberOf(settings, 'goal')),
    describeState: (words, at) => ({
      contents: Object.fromEntries(sizes.map((size, jug) => [nameOf(size, jug), words[at + jug]])),
    }),
    describeAction: (_words, _at, action) => describeAction(sizes, action),
  };
}

function sizesOf(text: string): readonly number[] {
  const sizes = text.split(',').map((each) => (each.trim() === '' ? Number.NaN : Number(each)));
  const areFine = sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= GALLONS_MAX);
  if (areFine && sizes.length <= JUGS_MAX) return sizes;
  return fail('input/invalid', {
    message: 'the jugs are not given by their sizes',
    path: 'settings.jugs',
    received: renderReceived(text),
    expected: `1 to ${JUGS_MAX} integers from 1 to ${GALLONS_MAX}, with commas between them`,
    nextStep: 'Give e.g. {"settings":{"jugs":"3,5"}}.',
  });
}

function expand(sizes: readonly number[], words: Int32Array, at: number, into: Successors): void {
  const jugs = sizes.length;
  for (let jug = 0; jug < jugs; jug++) {
    const filled = into.copy(words, at);
    into.words[filled + jug] = sizes[jug] as number;
    into.keep(FILL * jugs + jug);
    const emptied = into.copy(words, at);
    into.words[emptied + jug] = 0;
    into.keep(EMPTY * jugs + jug);
    const gallons = words[at + jug] as number;
    for (let other = 0; other < jugs; other++) {
      if (other === jug) continue;
      const poured = Math.min(gallons, (sizes[other] as number) - (words[at + other] as number));
      const next = into.copy(words, at);
      into.words[next + jug] = gallons - poured;
      into.words[next + other] = (words[at + other] as number) + poured;
      into.keep((POUR + jug) * jugs + other);
    }
  }
}

function propertiesOf(sizes: readonly number[], goal: number): readonly SystemProperty[] {
  const solvedIn = (words: Int32Array, at: number): number => sizes.findIndex((_, jug) => words[at + jug] === goal);
  return [
    {
      kind: 'always',
      name: 'not solved',
      statement: `No jug contains ${goal} gallons; a path that breaks this is a solution of the puzzle.`,
      source: 'NotSolved of DieHarder.tla',
      holds: (words, at) => solvedIn(words, at) === -1,
      complaint: (words, at) => {
        const jug = solvedIn(words, at);
        return `${nameOf(sizes[jug] as number, jug)} contains ${goal} gallons: solved`;
      },
    },
  ];
}

function describeAction(sizes: readonly number[], action: number): ActionDescription {
  const jugs = sizes.length;
  const kind = Math.floor(action / jugs);
  const name = (jug: number): string => nameOf(sizes[jug] as number, jug);
  const process = name(action % jugs);
  if (kind === FILL) return { text: `fill ${process}`, process };
  if (kind === EMPTY) return { text: `empty ${process}`, process };
  return { text: `pour ${name(kind - POUR)} into ${process}`, process: name(kind - POUR) };
}

/** The number tells jugs of one size apart. */
function nameOf(size: number, jug: number): string {
  return `jug ${jug + 1} of ${size}`;
}
