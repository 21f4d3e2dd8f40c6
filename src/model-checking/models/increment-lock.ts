/**
 * Threads that increment a shared counter, with and without a lock (Stateright, examples/increment_lock.rs and increment.rs). A thread
 * reads the counter into a local variable, then writes it back plus one, as two atomic instructions; with a lock it takes the lock before
 * and releases it after. Without, updates are lost.
 *
 * A state is the counter and the lock in the first word, then one word a thread: where it is in its program, and its local variable. Threads are
 * interchangeable: sorted words represent an orbit.
 */
import { choiceOf, flagOf, numberOf, type Setting, type SettingValues } from '../../protocols/settings.ts';
import type { Successors } from '../successors.ts';
import type { ActionDescription, StateDescription, SystemProperty, TransitionSystem } from '../transition-system.ts';
import type { ModelDefinition } from './model-definition.ts';

const SYMMETRIES = ['none', 'orbits'] as const;

const SETTINGS: readonly Setting[] = [
  {
    name: 'threads',
    kind: 'integer',
    standard: 2,
    min: 1,
    max: 16,
    description: 'is the number of threads, each of which increments the counter once',
  },
  {
    name: 'lock',
    kind: 'boolean',
    standard: true,
    description: 'lets threads take a lock before they read and release it after they wrote',
  },
  {
    name: 'symmetry',
    kind: 'choice',
    standard: 'none',
    options: SYMMETRIES,
    description: 'with orbits, explores one of all states that differ only in the order of the threads',
  },
];

export const incrementLockModel: ModelDefinition = {
  name: 'increment_lock',
  title: 'Increments under a lock',
  description:
    'Threads that increment a shared counter in two steps, under a lock or not (Stateright increment_lock.rs, increment.rs).',
  settings: SETTINGS,
  build,
};

/** The next instruction of a thread, in the order of the program; without a lock it begins at READ and ends after WRITE. */
const LOCK = 0;
const READ = 1;
const WRITE = 2;
const RELEASE = 3;
const DONE = 4;
const INSTRUCTIONS = ['lock', 'read', 'write', 'release', 'done'] as const;
const STEP_TEXTS = ['takes the lock', 'reads the counter', 'writes the counter', 'releases the lock'] as const;

/** A thread's word is its local variable times this, plus its instruction; the first word the counter times this, plus whether the lock is held. */
const LOW = 8;

function build(settings: SettingValues): TransitionSystem {
  const threads = numberOf(settings, 'threads');
  const hasLock = flagOf(settings, 'lock');
  const system: TransitionSystem = {
    width: threads + 1,
    initial: (into) => {
      const first = into.copy(new Int32Array(threads + 1), 0);
      into.words.fill(hasLock ? LOCK : READ, first + 1, first + 1 + threads);
      into.keep(0);
    },
    expand: (words, at, into) => expand(threads, hasLock, words, at, into),
    properties: hasLock ? [fin(threads), mutex(threads)] : [fin(threads)],
    fairnessClass: (_words, _at, action) => action,
    describeState: (words, at) => describeState(threads, words, at),
    describeAction: (words, at, action) => describeAction(words, at, action),
  };
  if (choiceOf(settings, 'symmetry', SYMMETRIES) === 'none') return system;
  return { ...system, canonicalise: (words, at) => void words.subarray(at + 1, at + 1 + threads).sort() };
}

function expand(threads: number, hasLock: boolean, words: Int32Array, at: number, into: Successors): void {
  const first = words[at] as number;
  const isHeld = first % LOW === 1;
  const counter = Math.floor(first / LOW);
  for (let thread = 0; thread < threads; thread++) {
    const word = words[at + 1 + thread] as number;
    const instruction = word % LOW;
    if (instruction === DONE || (instruction === LOCK && isHeld)) continue;
    const next = into.copy(words, at);
    const own = next + 1 + thread;
    into.words[own] = word + 1;
    if (instruction === LOCK) into.words[next] = first + 1;
    if (instruction === READ) into.words[own] = counter * LOW + WRITE;
    if (instruction === WRITE) {
      into.words[next] = first - counter * LOW + (Math.floor(word / LOW) + 1) * LOW;
      if (!hasLock) into.words[own] = word - WRITE + DONE;
    }
    if (instruction === RELEASE) into.words[next] = first - 1;
    into.keep(thread);
  }
}

function fin(threads: number): SystemProperty {
  return {
    kind: 'always',
    name: 'fin',
    statement: 'The counter equals the number of threads that have written.',
    source: 'Stateright increment_lock.rs',
    holds: (words, at) => Math.floor((words[at] as number) / LOW) === countOf(threads, words, at, RELEASE, DONE),
    complaint: (words, at) => {
      const written = countOf(threads, words, at, RELEASE, DONE);
      return `${written} threads have written and the counter is ${Math.floor((words[at] as number) / LOW)}`;
    },
  };
}

function mutex(threads: number): SystemProperty {
  return {
    kind: 'always',
    name: 'mutex',
    statement: 'At most one thread is between taking and releasing the lock.',
    source: 'Stateright increment_lock.rs',
    holds: (words, at) => countOf(threads, words, at, READ, RELEASE) <= 1,
    complaint: (words, at) => `${countOf(threads, words, at, READ, RELEASE)} threads hold the lock`,
  };
}

/** How many threads are at an instruction from `from` to `to`. */
function countOf(threads: number, words: Int32Array, at: number, from: number, to: number): number {
  let count = 0;
  for (let index = at + 1; index <= at + threads; index++) {
    const instruction = (words[index] as number) % LOW;
    if (instruction >= from && instruction <= to) count += 1;
  }
  return count;
}

function describeState(threads: number, words: Int32Array, at: number): StateDescription {
  const first = words[at] as number;
  return {
    counter: Math.floor(first / LOW),
    locked: first % LOW === 1,
    threads: Array.from(words.subarray(at + 1, at + 1 + threads), (word) => ({
      next: INSTRUCTIONS[word % LOW],
      local: Math.floor(word / LOW),
    })),
  };
}

function describeAction(words: Int32Array, at: number, thread: number): ActionDescription {
  const process = `thread ${thread + 1}`;
  return { text: `${process} ${STEP_TEXTS[(words[at + 1 + thread] as number) % LOW]}`, process };
}
