/**
 * Random small histories for tests: a few processes work on one real object; some operations stay open, and in some histories an answer is made up.
 */
import type { Prng } from '../kernel/prng.ts';
import type { History, Operation, Outcome, Value } from './history.ts';
import { type ModelSpec, modelOf } from './models/catalogue.ts';

export interface RandomObject {
  readonly name: string;
  readonly spec: ModelSpec;
  /** What a process asks. */
  readonly ask: (prng: Prng, serial: number) => Pick<Operation, 'f' | 'input'> & { readonly key?: Value };
  /** What the object answers in a state; the state is that of the model, without this operation. */
  readonly answer: (state: Value, question: Pick<Operation, 'f' | 'input'>) => Value;
}

export interface RandomShape {
  readonly operations: number;
  readonly processes: number;
  /** One operation in so many stays open. */
  readonly openOneIn: number;
  /** One history in so many is spoilt in places. */
  readonly spoiltOneIn: number;
}

type Draft = { -readonly [Name in keyof Operation]: Operation[Name] };

export function randomHistory(prng: Prng, object: RandomObject, shape: RandomShape): History {
  const model = modelOf(object.spec);
  const operations: Draft[] = [];
  const states: Value[] = [model.initial];
  const isSpoilt = prng.nextInt(shape.spoiltOneIn) === 0;
  const running: (Draft | undefined)[] = Array.from({ length: shape.processes });
  const names = running.map((_, index) => index);
  let event = 0;
  let nextName = running.length;
  while (operations.length < shape.operations || running.some((draft) => draft !== undefined)) {
    const process = prng.nextInt(shape.processes);
    const draft = running[process];
    if (draft === undefined) {
      if (operations.length === shape.operations) continue;
      const question = object.ask(prng, operations.length);
      const opened = openOperation(operations.length, names[process] as number, question, event++);
      operations.push(opened);
      running[process] = opened;
    } else if (draft.completed === Infinity) {
      // It takes effect now, and completes at a later turn.
      draft.completed = -1;
      applyTo(states, draft, object, model, isSpoilt && prng.nextInt(2) === 0 ? prng : undefined);
    } else {
      finish(draft, event++, prng.nextInt(shape.openOneIn) === 0 ? 'open' : draft.outcome);
      running[process] = undefined;
      if (draft.outcome === 'open') names[process] = nextName++;
    }
  }
  return { operations, processes: Array.from({ length: nextName }, (_, index) => `${index}`), remarks: [] };
}

function openOperation(
  id: number,
  process: number,
  { f, input, key }: ReturnType<RandomObject['ask']>,
  event: number,
): Draft {
  const line = event + 1;
  return {
    id,
    process,
    f,
    key,
    input,
    output: null,
    outcome: 'ok',
    invoked: event,
    completed: Infinity,
    invokedLine: line,
  };
}

/** Takes effect, in the present state or, when spoilt, on the answer of any earlier one. */
function applyTo(
  states: Value[],
  draft: Draft,
  object: RandomObject,
  model: ReturnType<typeof modelOf>,
  spoil: Prng | undefined,
): void {
  const now = states[states.length - 1] ?? null;
  const seen = spoil === undefined ? now : (states[spoil.nextInt(states.length)] ?? null);
  draft.output = object.answer(seen, draft);
  const action = model.interpret({ ...draft, completed: draft.invoked + 1 });
  const after = action === undefined ? now : model.step(now, action);
  // What cannot happen is refused, unless the history is to be wrong.
  if (after === undefined && spoil === undefined) draft.outcome = 'failed';
  if (after !== undefined) states.push(after);
}

function finish(draft: Draft, event: number, outcome: Outcome): void {
  draft.outcome = outcome;
  draft.completed = outcome === 'open' ? Infinity : event;
  if (outcome !== 'ok') draft.output = null;
  if (outcome !== 'open') draft.completedLine = event + 1;
}

const pick = <T>(prng: Prng, choices: readonly [T, ...T[]]): T => choices[prng.nextInt(choices.length)] as T;
const small = (prng: Prng): number => prng.nextInt(3);
const ofLists = (state: Value): readonly Value[] => (Array.isArray(state) ? (state as readonly Value[]) : []);
const isIn = (state: Value, value: Value): boolean => ofLists(state).includes(value);
const member = (state: Value, name: string): Value | undefined =>
  typeof state === 'object' && state !== null && !Array.isArray(state)
    ? (state as Readonly<Record<string, Value>>)[name]
    : undefined;

/** A transaction's reads filled in. */
const readIn = (state: Value, micros: Value, unwritten: Value): Value => {
  const local: Record<string, Value> = {};
  return ofLists(micros).map((micro) => {
    const [verb = null, key = null, value = null] = ofLists(micro);
    const name = JSON.stringify(key);
    const held = local[name] ?? member(state, name) ?? unwritten;
    if (verb === 'r') return [verb, key, held];
    local[name] = verb === 'w' ? value : [...ofLists(held), value];
    return [verb, key, value];
  });
};

const queueOf = (
  name: 'fifo-queue' | 'stack' | 'unordered-queue',
  put: string,
  take: string,
  unique: boolean,
): RandomObject => ({
  name: `${name} ${unique ? 'of unique elements' : 'of repeated elements'}`,
  spec: { name },
  ask: (prng, serial) =>
    prng.nextInt(2) === 0 ? { f: put, input: unique ? serial : small(prng) } : { f: take, input: null },
  answer: (state, { f }) => {
    if (f === put) return null;
    const elements = name === 'unordered-queue' ? ofLists(ofLists(state)[0] ?? null) : ofLists(state);
    return (name === 'stack' ? elements[elements.length - 1] : elements[0]) ?? null;
  },
});

const registerOf = (failedCasObserves: boolean): RandomObject => ({
  name: `cas-register${failedCasObserves ? ', failed compare-and-sets observed' : ''}`,
  spec: { name: 'cas-register', failedCasObserves },
  ask: (prng) =>
    pick<{ f: string; input: Value }>(prng, [
      { f: 'read', input: null },
      { f: 'write', input: small(prng) },
      { f: 'cas', input: [small(prng), small(prng)] },
    ]),
  answer: (state, { f }) => (f === 'read' ? state : null),
});

const PIECES = ['a', 'b', 'ab'] as const;

export const RANDOM_OBJECTS: readonly RandomObject[] = [
  {
    name: 'register of unique values',
    spec: { name: 'register' },
    ask: (prng, serial) => (prng.nextInt(2) === 0 ? { f: 'write', input: serial } : { f: 'read', input: null }),
    answer: (state, { f }) => (f === 'read' ? state : null),
  },
  {
    name: 'register of repeated values',
    spec: { name: 'register', initial: 0 },
    ask: (prng) => (prng.nextInt(2) === 0 ? { f: 'write', input: small(prng) } : { f: 'read', input: null }),
    answer: (state, { f }) => (f === 'read' ? state : null),
  },
  registerOf(false),
  registerOf(true),
  {
    name: 'kv',
    spec: { name: 'kv', initial: '' },
    ask: (prng) => ({
      key: prng.nextInt(2),
      ...pick<{ f: string; input: Value }>(prng, [
        { f: 'get', input: null },
        { f: 'get', input: null },
        { f: 'put', input: pick(prng, PIECES) },
        { f: 'append', input: pick(prng, PIECES) },
        { f: 'append', input: pick(prng, PIECES) },
        { f: 'delete', input: null },
        { f: 'cas', input: [pick(prng, PIECES), pick(prng, PIECES)] },
      ]),
    }),
    answer: (state, { f }) => (f === 'get' ? state : null),
  },
  {
    name: 'multi-register',
    spec: { name: 'multi-register', initial: 0 },
    ask: (prng) => ({
      f: 'txn',
      input: Array.from({ length: 1 + prng.nextInt(2) }, () => [
        pick(prng, ['r', 'w']),
        pick(prng, ['x', 'y']),
        small(prng),
      ]),
    }),
    answer: (state, { input }) => readIn(state, input, 0),
  },
  {
    name: 'counter',
    spec: { name: 'counter' },
    ask: (prng) =>
      pick<{ f: string; input: Value }>(prng, [
        { f: 'read', input: null },
        { f: 'inc', input: null },
        { f: 'add', input: 1 + small(prng) },
        { f: 'dec', input: 1 },
      ]),
    answer: (state, { f }) => (f === 'read' ? state : null),
  },
  {
    name: 'set by element',
    spec: { name: 'set' },
    ask: (prng) => ({ f: pick(prng, ['add', 'remove', 'contains']), input: small(prng) }),
    answer: (state, { f, input }) => (f === 'add' ? !isIn(state, input) : isIn(state, input)),
  },
  {
    name: 'set read as a whole',
    spec: { name: 'set' },
    ask: (prng) => {
      const f = pick(prng, ['add', 'add', 'remove', 'read', 'read']);
      return { f, input: f === 'read' ? null : small(prng) };
    },
    answer: (state, { f }) => (f === 'read' ? state : null),
  },
  {
    name: 'growing set',
    spec: { name: 'set' },
    ask: (prng, serial) => (prng.nextInt(2) === 0 ? { f: 'add', input: serial } : { f: 'read', input: null }),
    answer: (state, { f }) => (f === 'read' ? state : null),
  },
  queueOf('fifo-queue', 'enqueue', 'dequeue', true),
  queueOf('fifo-queue', 'enqueue', 'dequeue', false),
  queueOf('unordered-queue', 'enqueue', 'dequeue', true),
  queueOf('unordered-queue', 'enqueue', 'dequeue', false),
  queueOf('stack', 'push', 'pop', true),
  queueOf('stack', 'push', 'pop', false),
  {
    name: 'mutex',
    spec: { name: 'mutex' },
    ask: (prng) => ({ f: pick(prng, ['acquire', 'release']), input: null }),
    answer: () => null,
  },
  {
    name: 'mutex released by its owner',
    spec: { name: 'mutex', ownerReleases: true },
    ask: (prng) => ({ f: pick(prng, ['acquire', 'release']), input: null }),
    answer: () => null,
  },
  {
    name: 'list-append',
    spec: { name: 'list-append' },
    ask: (prng, serial) => ({
      f: 'txn',
      input: Array.from({ length: 1 + prng.nextInt(2) }, (_, index) => {
        const key = pick(prng, ['x', 'y']);
        return prng.nextInt(2) === 0 ? ['r', key, null] : ['append', key, 10 * serial + index];
      }),
    }),
    answer: (state, { input }) => readIn(state, input, []),
  },
  {
    name: 'append-only list',
    spec: { name: 'list-append' },
    ask: (prng, serial) =>
      prng.nextInt(2) === 0 ? { f: 'txn', input: [['append', 'x', serial]] } : { f: 'txn', input: [['r', 'x', null]] },
    answer: (state, { input }) => readIn(state, input, []),
  },
  {
    name: 'a traffic light given as a table',
    spec: {
      name: 'table',
      initial: 'red',
      rows: [
        { from: 'red', f: 'next', to: 'green' },
        { from: 'green', f: 'next', to: 'amber' },
        { from: 'amber', f: 'next', to: 'red' },
        { from: 'red', f: 'look', output: 'stop', to: 'red' },
        { from: 'amber', f: 'look', output: 'stop', to: 'amber' },
        { from: 'green', f: 'look', output: 'go', to: 'green' },
        { from: 'green', f: 'fail', to: 'red' },
        { from: 'green', f: 'fail', to: 'amber' },
      ],
    },
    ask: (prng) => ({ f: pick(prng, ['next', 'look', 'look', 'fail']), input: null }),
    answer: (state, { f }) => (f === 'look' ? (isIn(state, 'green') ? 'go' : 'stop') : null),
  },
];
