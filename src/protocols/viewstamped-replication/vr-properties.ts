/**
 * What Viewstamped Replication claims. An operation counts as committed from the moment that some replica executes it.
 */
import { type ClusterView, type Complaint, judgedOnSteps, type Monitor, type Property } from '../property.ts';
import { describeOperation } from './vr-describe.ts';
import { isPrimary, type Operation, type VrConfig, type VrState } from './vr-state.ts';

type View = ClusterView<VrState>;

const SOURCE = 'liskov2012';

export function vrProperties(config: VrConfig): readonly Property<VrState>[] {
  return [
    {
      kind: 'always',
      name: 'committed operations survive',
      statement:
        'What was once committed under an op-number is what every replica commits there, and is in the log of every later primary.',
      source: SOURCE,
      holds: ({ states }) => firstComplaint(states, lostFrom),
      monitor: committedMonitor,
    },
    {
      kind: 'always',
      name: 'prefixes agree',
      statement: 'No two replicas have committed different operations under one op-number.',
      source: SOURCE,
      holds: differentPrefix,
      monitor: prefixMonitor,
    },
    {
      kind: 'always',
      name: 'one order per view',
      statement:
        'Two replicas that are normal in one view hold the same operation under an op-number: one primary ordered them.',
      source: SOURCE,
      holds: ({ states }) => firstComplaint(states, twoOrders),
      monitor: () => ({
        changed: (_, before, after, { states }) => {
          const isSameView = before !== undefined && before.status === 'normal' && before.view === after.view;
          return isSameView && before.log === after.log
            ? undefined
            : twoOrders(after, states, isSameView ? before.log.length : 0);
        },
      }),
    },
    {
      kind: 'always',
      name: 'numbers only grow',
      statement:
        'While a replica runs, its view and its commit-number never become smaller, nor does its op-number within a view.',
      source: SOURCE,
      ...judgedOnSteps(shrunk),
    },
    {
      kind: 'sometimes',
      name: 'an operation commits',
      statement: 'Some replica has executed an operation.',
      reached: ({ states }) => states.some(({ commit }) => commit > 0),
    },
    {
      kind: 'sometimes',
      name: 'a view change completes',
      statement: 'Some primary is normal in a view after the first.',
      reached: ({ states }) => states.some((state) => state.view > 0 && isPrimary(state)),
    },
    {
      kind: 'eventually',
      name: 'replicas agree',
      statement:
        'All running replicas are normal in one view and have committed all of its log, unless more than f have lost their memory at once.',
      source: SOURCE,
      excuses: ({ states }) => hasForgottenTooMuch(states, config),
      holds: (view) => disagreement(view, config),
    },
  ];
}

const name = (node: number): string => `n${node + 1}`;

/** Looks at each replica among all, from the first op-number on. */
function firstComplaint(
  states: readonly VrState[],
  look: (state: VrState, states: readonly VrState[], from: number) => Complaint,
): Complaint {
  for (const state of states) {
    const complaint = look(state, states, 0);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

interface Committed {
  readonly operation: Operation;
  readonly node: number;
  /** The view in which it was committed first. */
  readonly view: number;
}

function committedMonitor(): Monitor<VrState> {
  const record: Committed[] = [];
  return {
    changed: (node, before, after, { states }) => {
      const known = before?.commit ?? 0;
      for (let index = known; index < after.commit; index++) {
        const operation = after.log[index];
        if (operation === undefined) return `${name(node)} has committed ${index + 1}, which its log lacks`;
        record[index] ??= { operation, node, view: after.view };
      }
      const begins = isPrimary(after) && (before === undefined || !isPrimary(before) || before.view !== after.view);
      return lost(record, after, begins ? undefined : known) ?? lostFrom(after, states, known);
    },
  };
}

/** What `state` has committed above `from`, and another replica, or the primary of a later view, has not. */
function lostFrom(state: VrState, states: readonly VrState[], from: number): Complaint {
  for (const other of states) {
    const end = isPrimary(other) && other.view > state.view ? state.commit : Math.min(state.commit, other.commit);
    for (let index = from; index < end; index++) {
      const operation = state.log[index];
      if (operation === undefined) return `${name(state.self)} has committed ${index + 1}, which its log lacks`;
      const complaint = missing({ operation, node: state.self, view: state.view }, index, other);
      if (complaint !== undefined) return complaint;
    }
  }
  return undefined;
}

/** Compares what was committed above `from`; of a primary that begins a view (`from` undefined), all of the log. */
function lost(record: readonly Committed[], state: VrState, from: number | undefined): Complaint {
  const end = from === undefined ? record.length : state.commit;
  for (let index = from ?? 0; index < end; index++) {
    const known = record[index];
    if (known === undefined || (index >= state.commit && known.view >= state.view)) continue;
    const complaint = missing(known, index, state);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function missing({ operation, node, view }: Committed, index: number, state: VrState): Complaint {
  const own = state.log[index];
  return own !== undefined && isSame(operation, own)
    ? undefined
    : `op-number ${index + 1} was committed as ${describeOperation(operation)} by ${name(node)} in view ${view}, and ${name(state.self)} has ${own === undefined ? 'nothing' : describeOperation(own)} there in view ${state.view}`;
}

function isSame(a: Operation, b: Operation): boolean {
  return a === b || (a.client === b.client && a.number === b.number);
}

function differentPrefix({ states }: View): Complaint {
  const longest = states.reduce((best, state) => (state.commit > best.commit ? state : best));
  for (const state of states) {
    const complaint = differ(longest, state, 0, state.commit);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function prefixMonitor(): Monitor<VrState> {
  const first: { readonly operation: Operation; readonly node: number }[] = [];
  return {
    changed: (node, before, after) => {
      for (let index = before?.commit ?? 0; index < after.commit; index++) {
        const operation = after.log[index];
        if (operation === undefined) continue;
        const known = first[index] ?? { operation, node };
        first[index] = known;
        if (!isSame(known.operation, operation))
          return `${name(known.node)} has ${describeOperation(known.operation)} under op-number ${index + 1} and ${name(node)} ${describeOperation(operation)}`;
      }
      return undefined;
    },
  };
}

/** Looks above `from`; the rest was compared before. */
function twoOrders(state: VrState, states: readonly VrState[], from: number): Complaint {
  if (state.status !== 'normal') return undefined;
  for (const other of states) {
    if (other.self === state.self || other.status !== 'normal' || other.view !== state.view) continue;
    const complaint = differ(other, state, from, Math.min(other.log.length, state.log.length));
    if (complaint !== undefined) return `${complaint} in view ${state.view}`;
  }
  return undefined;
}

function differ(a: VrState, b: VrState, from: number, end: number): Complaint {
  for (let index = from; index < end; index++) {
    const [left, right] = [a.log[index], b.log[index]];
    if (left !== undefined && right !== undefined && !isSame(left, right))
      return `${name(a.self)} has ${describeOperation(left)} under op-number ${index + 1} and ${name(b.self)} ${describeOperation(right)}`;
  }
  return undefined;
}

function shrunk(node: number, before: VrState, after: VrState): Complaint {
  if (after.view < before.view) return `${name(node)} went from view ${before.view} back to ${after.view}`;
  if (after.commit < before.commit)
    return `${name(node)} had committed ${before.commit} operations and now ${after.commit}`;
  const isSameView = before.status === 'normal' && after.status === 'normal' && before.view === after.view;
  return isSameView && after.log.length < before.log.length
    ? `${name(node)} had op-number ${before.log.length} in view ${after.view} and now ${after.log.length}`
    : undefined;
}

/** Beyond the failures that the protocol is made for, a replica waits for ever rather than begin with less than it promised. */
function hasForgottenTooMuch(states: readonly VrState[], { nodes, quorum }: VrConfig): boolean {
  return states.filter(({ status }) => status === 'recovering').length > nodes - quorum;
}

function disagreement({ states, up }: View, config: VrConfig): Complaint {
  if (hasForgottenTooMuch(states, config)) return undefined;
  const running = states.filter(({ self }) => up[self] === true);
  const primary = running.find(isPrimary);
  if (primary === undefined) return 'no replica is a primary';
  const other = running.find(({ status, view }) => status !== 'normal' || view !== primary.view);
  if (other !== undefined)
    return `${name(other.self)} is ${other.status} in view ${other.view} and ${name(primary.self)} is primary of view ${primary.view}`;
  const behind = running.find(({ commit }) => commit < primary.log.length);
  return behind === undefined
    ? undefined
    : `${name(behind.self)} has committed ${behind.commit} of the ${primary.log.length} operations of ${name(primary.self)}`;
}
