/**
 * Missionaries and cannibals, as L. Lamport specifies it (MissionariesAndCannibals of tlaplus/Examples): all must cross a river in a small
 * boat, and on no bank may missionaries be outnumbered. A step moves a set of people, so people are told apart. A path that breaks
 * `not solved` is a solution.
 *
 * A state is one word: who is on the east bank, a bit for each person with missionaries first, and above them whether the boat is there.
 */
import { numberOf, type Setting, type SettingValues } from '../../protocols/settings.ts';
import type { Successors } from '../successors.ts';
import type { TransitionSystem } from '../transition-system.ts';
import type { ModelDefinition } from './model-definition.ts';
import { sizeOf } from './server-sets.ts';

const SETTINGS: readonly Setting[] = [
  { name: 'missionaries', kind: 'integer', standard: 3, min: 1, max: 6, description: 'is the number of missionaries' },
  { name: 'cannibals', kind: 'integer', standard: 3, min: 1, max: 6, description: 'is the number of cannibals' },
  { name: 'boat', kind: 'integer', standard: 2, min: 1, max: 6, description: 'is how many people the boat carries' },
];

export const missionariesModel: ModelDefinition = {
  name: 'missionaries',
  title: 'Missionaries and cannibals',
  description:
    'A puzzle: bring all across the river (Lamport, MissionariesAndCannibals.tla); the counterexample solves it.',
  settings: SETTINGS,
  build,
};

interface Party {
  readonly missionaries: number;
  readonly cannibals: number;
  readonly boat: number;
}

function build(settings: SettingValues): TransitionSystem {
  const party: Party = {
    missionaries: numberOf(settings, 'missionaries'),
    cannibals: numberOf(settings, 'cannibals'),
    boat: numberOf(settings, 'boat'),
  };
  const all = allOf(party);
  return {
    width: 1,
    initial: (into) => {
      into.copy(Int32Array.of(all | boatBit(party)), 0);
      into.keep(0);
    },
    expand: (words, at, into) => expand(party, words, at, into),
    properties: [
      {
        kind: 'always',
        name: 'not solved',
        statement: 'Somebody is on the east bank; a path that breaks this is a solution of the puzzle.',
        source: 'Solution of MissionariesAndCannibals.tla',
        holds: (words, at) => ((words[at] as number) & all) !== 0,
        complaint: () => 'everybody is on the west bank: solved',
      },
    ],
    describeState: (words, at) => {
      const word = words[at] as number;
      const isEast = (word & boatBit(party)) !== 0;
      return {
        bank_of_boat: isEast ? 'E' : 'W',
        who_is_on_bank: { E: namesOf(party, word & all), W: namesOf(party, all & ~word) },
      };
    },
    describeAction: (words, at, action) => {
      const isEast = ((words[at] as number) & boatBit(party)) !== 0;
      return {
        text: `the boat takes ${namesOf(party, action & all).join(' and ')} to the ${isEast ? 'west' : 'east'} bank`,
      };
    },
  };
}

function expand(party: Party, words: Int32Array, at: number, into: Successors): void {
  const word = words[at] as number;
  const all = allOf(party);
  const isEast = (word & boatBit(party)) !== 0;
  const here = isEast ? word & all : all & ~word;
  // All subsets of those on the bank of the boat, in descending order.
  for (let movers = here; movers !== 0; movers = (movers - 1) & here) {
    if (sizeOf(movers) > party.boat) continue;
    const east = (word & all) ^ movers;
    const cases = waysToBeSafe(party, east) * waysToBeSafe(party, all & ~east);
    for (let number = 0; number < cases; number++) {
      const next = into.copy(words, at);
      into.words[next] = isEast ? east : east | boatBit(party);
      into.keep(movers + number * boatBit(party));
    }
  }
}

/**
 * A bank is safe with cannibals alone, or where they do not outnumber the missionaries. Both are true of an empty bank, which makes two steps of
 * one crossing as TLC counts.
 */
function waysToBeSafe({ missionaries }: Party, bank: number): number {
  const faithful = sizeOf(bank & ((1 << missionaries) - 1));
  return (faithful === 0 ? 1 : 0) + (sizeOf(bank >>> missionaries) <= faithful ? 1 : 0);
}

function allOf({ missionaries, cannibals }: Party): number {
  return (1 << (missionaries + cannibals)) - 1;
}

function boatBit({ missionaries, cannibals }: Party): number {
  return 1 << (missionaries + cannibals);
}

function namesOf({ missionaries, cannibals }: Party, people: number): readonly string[] {
  const names = [
    ...Array.from({ length: missionaries }, (_, index) => `m${index + 1}`),
    ...Array.from({ length: cannibals }, (_, index) => `c${index + 1}`),
  ];
  return names.filter((_, person) => (people & (1 << person)) !== 0);
}
