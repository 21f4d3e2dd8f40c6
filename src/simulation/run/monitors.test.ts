import { describe, expect, test } from 'vitest';
import type { Answered, ClusterView, Property } from '../../protocols/property.ts';
import type { NodeState } from '../../protocols/protocol.ts';
import { Monitors } from './monitors.ts';

interface Counter extends NodeState<unknown> {
  readonly count: number;
}

const state = (self: number, count: number): Counter => ({ config: {}, self, count });

const answer: Answered = {
  request: { client: 0, number: 1, command: { kind: 'read' } },
  response: { status: 'ok', value: 9 },
  node: 1,
};

function cluster(properties: readonly Property<Counter>[]) {
  const states = [state(0, 0), state(1, 0)];
  const answered: Answered[] = [];
  const view: ClusterView<Counter> = { states, up: [true, true], answered };
  const monitors = new Monitors(properties, view);
  return {
    monitors,
    set: (atUs: number, node: number, count: number): void => {
      const before = states[node];
      const after = state(node, count);
      states[node] = after;
      monitors.changed(atUs, node, before, after);
    },
    answer: (atUs: number): void => {
      answered.push(answer);
      monitors.answered(atUs, answer);
    },
  };
}

const text = { statement: '' };
const small: Property<Counter> = {
  ...text,
  kind: 'always',
  name: 'small',
  holds: ({ states }) => (states.some(({ count }) => count > 5) ? 'a count is above 5' : undefined),
};
/** The same by what changes. */
const smallMonitored: Property<Counter> = {
  ...text,
  kind: 'always',
  name: 'small',
  monitor: () => ({ changed: (_node, _before, { count }) => (count > 5 ? 'a count is above 5' : undefined) }),
};

test.each([
  ['looked at', small],
  ['monitored', smallMonitored],
])('a property that is %s is told once, at the change that breaks it', (_how, property) => {
  const { monitors, set } = cluster([property]);
  set(10, 0, 5);
  set(20, 1, 6);
  set(30, 0, 7);
  expect(monitors.violations).toEqual([{ property: 'small', text: 'a count is above 5', atUs: 20, node: 1 }]);
});

describe('a monitor', () => {
  test('goes before the look at the whole cluster', () => {
    const { monitors, set } = cluster([{ ...small, monitor: () => ({}) }]);
    set(10, 0, 9);
    expect(monitors.violations).toEqual([]);
  });

  test('is a fresh one for each run', () => {
    const remembering: Property<Counter> = {
      ...text,
      kind: 'always',
      name: 'changes once',
      monitor: () => {
        let changes = 0;
        return { changed: () => (++changes > 1 ? 'changed twice' : undefined) };
      },
    };
    const first = cluster([remembering]);
    const second = cluster([remembering]);
    first.set(10, 0, 1);
    second.set(20, 0, 1);
    expect([first.monitors.violations, second.monitors.violations]).toEqual([[], []]);
    second.set(30, 0, 2);
    expect(second.monitors.violations).toHaveLength(1);
  });
});

test('answers are judged, and the node that gave them is named', () => {
  const property: Property<Counter> = {
    ...text,
    kind: 'always',
    name: 'true answers',
    holds: ({ answered, states }) =>
      answered.length > 0 && states[1]?.count !== 9 ? 'n2 answered 9, and holds 0' : undefined,
  };
  const { monitors, set, answer: tell } = cluster([property]);
  set(10, 0, 1);
  tell(20);
  expect(monitors.violations).toEqual([
    { property: 'true answers', text: 'n2 answered 9, and holds 0', atUs: 20, node: 1 },
  ]);
});

test('an example is remembered when it has passed; what must come true is judged when asked', () => {
  const { monitors, set } = cluster([
    { ...text, kind: 'sometimes', name: 'three', reached: ({ states }) => states[0]?.count === 3 },
    { ...text, kind: 'sometimes', name: 'four', reached: ({ states }) => states[0]?.count === 4 },
    {
      ...text,
      kind: 'eventually',
      name: 'equal',
      holds: ({ states }) => (states[0]?.count === states[1]?.count ? undefined : 'n1 and n2 differ'),
    },
  ]);
  for (const count of [1, 3, 2]) set(count, 0, count);
  expect(monitors.reached).toEqual(['three']);
  expect(monitors.pending()).toEqual([{ property: 'equal', text: 'n1 and n2 differ' }]);
  set(5, 1, 2);
  expect(monitors.pending()).toEqual([]);
  expect(monitors.violations).toEqual([]);
});

test('nothing need come true while more has failed than the protocol is made for', () => {
  const { monitors, set } = cluster([
    { ...text, kind: 'eventually', name: 'equal', holds: () => 'n1 and n2 differ' },
    {
      ...text,
      kind: 'eventually',
      name: 'small',
      excuses: ({ states }) => states[0]?.count === 9,
      holds: () => undefined,
    },
  ]);
  set(10, 0, 9);
  expect(monitors.pending()).toBeUndefined();
  set(20, 0, 1);
  expect(monitors.pending()).toEqual([{ property: 'equal', text: 'n1 and n2 differ' }]);
});
