/**
 * What replicated data types claim: same updates, same value; in the end all updates everywhere; and no increment counted twice or lost.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { ClusterView, Complaint, Property } from '../property.ts';
import type { Clock } from '../vector-clock.ts';
import { holdsClock, NO_CLOCK } from '../vector-clock.ts';
import type { CrdtConfig, CrdtState } from './crdt-gossip.ts';
import { describeValue, valueAt } from './crdt-gossip.ts';
import { areSameValues, type Payload } from './data-types.ts';

const SOURCE = 'shapiro2011';

export function crdtProperties({ dataType }: CrdtConfig): readonly Property<CrdtState>[] {
  const isCounter = dataType === 'g_counter' || dataType === 'pn_counter';
  return [
    {
      kind: 'always',
      name: 'strong eventual consistency',
      statement: 'Two replicas that have delivered the same updates have the same values.',
      source: SOURCE,
      holds: ({ states }) => firstOf(states, (state) => differsFromSome(state, states, state.self)),
      monitor: () => ({
        changed: (_, before, after, { states }) =>
          before?.payloads === after.payloads && before.clock === after.clock && before.pending === after.pending
            ? undefined
            : differsFromSome(after, states, states.length),
      }),
    },
    ...(isCounter ? [countedOnce, increasesCounted] : []),
    {
      kind: 'sometimes',
      name: 'replicas differ',
      statement: 'Two replicas each have an update that the other lacks.',
      reached: ({ states }) =>
        states.some(({ clock }) =>
          states.some((other) => !holdsClock(clock, other.clock) && !holdsClock(other.clock, clock)),
        ),
    },
    {
      kind: 'eventually',
      name: 'replicas converge',
      statement: 'All replicas have delivered all updates of all replicas, and have the same values.',
      source: SOURCE,
      holds: hasNotConverged,
    },
  ];
}

/** Against the nodes below `end`. Nothing is compared while something waits, for it may be applied or not. */
function differsFromSome(state: CrdtState, states: readonly CrdtState[], end: number): Complaint {
  if (state.pending.length > 0) return undefined;
  for (let node = 0; node < end; node++) {
    const other = states[node];
    if (other === undefined || other === state || other.pending.length > 0) continue;
    if (holdsClock(state.clock, other.clock) && holdsClock(other.clock, state.clock)) {
      const complaint = differs(state, other);
      if (complaint !== undefined) return `with the same updates, ${complaint}`;
    }
  }
  return undefined;
}

/** The lower node is named first. */
function differs(one: CrdtState, other: CrdtState): Complaint {
  if (one.self > other.self) return differs(other, one);
  const keys = Math.max(one.payloads.length, other.payloads.length);
  for (let key = 0; key < keys; key++) {
    if (one.payloads[key] === other.payloads[key]) continue;
    const [mine, theirs] = [valueAt(one, key), valueAt(other, key)];
    if (!areSameValues(mine, theirs))
      return `n${one.self + 1} has key ${key} as ${describeValue(mine)}, n${other.self + 1} as ${describeValue(theirs)}`;
  }
  return undefined;
}

/** What a replica counts of another's updates is never more than that one made. */
const countedOnce: Property<CrdtState> = {
  kind: 'always',
  name: 'increments are counted once',
  statement: 'No replica counts more of what a replica added or took away than that replica does itself.',
  source: SOURCE,
  holds: ({ states }) => firstOf(states, (state) => countsTooMuch(state, states)),
  monitor: () => ({
    changed: (_, before, after, { states }) =>
      before?.payloads === after.payloads ? undefined : countsTooMuch(after, states),
  }),
};

function countsTooMuch(state: CrdtState, states: readonly CrdtState[]): Complaint {
  for (let key = 0; key < state.payloads.length; key++)
    for (const origin of states) {
      const [counted, made] = [countsOf(state.payloads[key]), countsOf(origin.payloads[key])];
      for (const side of ['up', 'down'] as const)
        if ((counted[side][origin.self] ?? 0) > (made[side][origin.self] ?? 0))
          return `n${state.self + 1} counts ${counted[side][origin.self]} ${side} by n${origin.self + 1} at key ${key}, which made ${made[side][origin.self] ?? 0}`;
    }
  return undefined;
}

const increasesCounted: Property<CrdtState> = {
  kind: 'eventually',
  name: 'acknowledged increments are counted',
  statement: 'Every replica counts at least what clients were told was added and taken away.',
  source: SOURCE,
  holds: ({ states, up, answered }) => {
    const least = acknowledged(answered);
    return firstOf(states, (state) => (up[state.self] === true ? countsTooLittle(state, least) : undefined));
  },
};

interface Acknowledged {
  readonly key: number;
  readonly node: NodeIndex;
  readonly side: 'up' | 'down';
  sum: number;
}

/** By key, node and direction; a request counts once however often it was answered. */
function acknowledged(answered: ClusterView<CrdtState>['answered']): Acknowledged[] {
  const sums: Acknowledged[] = [];
  const seen = new Set<string>();
  for (const { request, response, node } of answered) {
    const { client, number, command } = request;
    const isUpdate = command.kind === 'increment' || command.kind === 'decrement';
    if (!isUpdate || response.status !== 'ok' || seen.has(`${client}/${number}`)) continue;
    seen.add(`${client}/${number}`);
    const [key, side] = [command.key ?? 0, command.kind === 'increment' ? 'up' : 'down'] as const;
    const sum = sums.find((each) => each.key === key && each.node === node && each.side === side);
    if (sum === undefined) sums.push({ key, node, side, sum: command.value ?? 1 });
    else sum.sum += command.value ?? 1;
  }
  return sums;
}

function countsTooLittle({ self, payloads }: CrdtState, least: readonly Acknowledged[]): Complaint {
  for (const { key, node, side, sum } of least) {
    const counted = countsOf(payloads[key])[side][node] ?? 0;
    if (counted < sum)
      return `n${self + 1} counts ${counted} ${side} by n${node + 1} at key ${key}, where clients were told of ${sum}`;
  }
  return undefined;
}

const NO_COUNTS: { readonly up: Clock; readonly down: Clock } = { up: NO_CLOCK, down: NO_CLOCK };

function countsOf(payload: Payload | undefined): { readonly up: Clock; readonly down: Clock } {
  return payload?.kind === 'counter' ? payload : NO_COUNTS;
}

function hasNotConverged({ states, up }: ClusterView<CrdtState>): Complaint {
  const running = states.filter(({ self }) => up[self] === true);
  const first = running[0];
  for (const state of running) {
    for (const { self, clock } of states) {
      const [has, made] = [state.clock[self] ?? 0, clock[self] ?? 0];
      if (has < made) return `n${state.self + 1} has ${has} of the ${made} updates of n${self + 1}`;
    }
    const complaint = first === undefined ? undefined : differs(first, state);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function firstOf(states: readonly CrdtState[], complaintOf: (state: CrdtState) => Complaint): Complaint {
  for (const state of states) {
    const complaint = complaintOf(state);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}
