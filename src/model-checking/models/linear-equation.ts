/**
 * Two counters of eight bits that wrap around, looking for a solution of ax + by = c modulo 256: the model by which Stateright tests its own
 * checkers (src/checker/bfs.rs and dfs.rs). It has 256 x 256 states, whatever the equation.
 */
import { numberOf, type Setting, type SettingValues } from '../../protocols/settings.ts';
import type { TransitionSystem } from '../transition-system.ts';
import type { ModelDefinition } from './model-definition.ts';

const MODULUS = 256;
const LARGEST = MODULUS - 1;

const SETTINGS: readonly Setting[] = [
  { name: 'a', kind: 'integer', standard: 2, min: 0, max: LARGEST, description: 'is the factor of x' },
  { name: 'b', kind: 'integer', standard: 4, min: 0, max: LARGEST, description: 'is the factor of y' },
  { name: 'c', kind: 'integer', standard: 7, min: 0, max: LARGEST, description: 'is what ax + by shall be' },
];

export const linearEquationModel: ModelDefinition = {
  name: 'linear_equation',
  title: 'A linear equation modulo 256',
  description: 'Two counters that look for a solution of ax + by = c modulo 256 (Stateright, tests of its checkers).',
  settings: SETTINGS,
  build,
};

const INCREASE_X = 0;
const INCREASE_Y = 1;

function build(settings: SettingValues): TransitionSystem {
  const a = numberOf(settings, 'a');
  const b = numberOf(settings, 'b');
  const c = numberOf(settings, 'c');
  return {
    width: 2,
    initial: (into) => {
      into.copy(new Int32Array(2), 0);
      into.keep(0);
    },
    expand: (words, at, into) => {
      for (let counter = INCREASE_X; counter <= INCREASE_Y; counter++) {
        const next = into.copy(words, at);
        into.words[next + counter] = ((words[at + counter] as number) + 1) % MODULUS;
        into.keep(counter);
      }
    },
    properties: [
      {
        kind: 'sometimes',
        name: 'solvable',
        statement: `${a}x + ${b}y = ${c} modulo ${MODULUS} has a solution.`,
        source: 'Stateright, LinearEquation',
        reached: (words, at) => (a * (words[at] as number) + b * (words[at + 1] as number)) % MODULUS === c,
      },
    ],
    describeState: (words, at) => ({ x: words[at], y: words[at + 1] }),
    describeAction: (_words, _at, action) => ({ text: action === INCREASE_X ? 'increase x' : 'increase y' }),
  };
}
