/**
 * What Dynamo claims, depending on how it is set: what becomes of acknowledged writes, when replicas agree, what a quorum read sees.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { AlwaysProperty, ClusterView, Complaint, EventuallyProperty, Monitor, Property } from '../property.ts';
import type { Clock } from '../vector-clock.ts';
import { joinClocks, NO_CLOCK } from '../vector-clock.ts';
import type { DynamoConfig, DynamoState, Session } from './dynamo-state.ts';
import { isReplica, nodeAt } from './dynamo-state.ts';
import type { Siblings, Version } from './versions.ts';
import {
  areSameVersions,
  clockOf,
  compareStamps,
  describeSiblings,
  knowledgeOf,
  mergeSiblings,
  NO_SIBLINGS,
} from './versions.ts';

const SOURCE = 'decandia2007';

export function dynamoProperties(config: DynamoConfig): readonly Property<DynamoState>[] {
  const { replicas, readQuorum, writeQuorum, isSloppy, versioning, antiEntropyMs, gcGraceMs } = config;
  const meets = !isSloppy && readQuorum + writeQuorum > replicas && gcGraceMs === 0;
  return [
    siblingsAreConcurrent(versioning),
    deletedStaysDeleted(versioning),
    ...(meets ? [quorumReads(versioning)] : []),
    ...(config.claimsMonotonicReads ? [monotonicReads(versioning)] : []),
    ...(versioning === 'vector_clock' && antiEntropyMs > 0 && gcGraceMs === 0 ? [nothingDropped] : []),
    ...(antiEntropyMs > 0 ? [replicasConverge] : []),
    ...(isSloppy ? [hintsHandedOver] : []),
    operationsEnd,
    {
      kind: 'sometimes',
      name: 'a value is read',
      statement: 'A read finds a value that was written.',
      reached: ({ states }) =>
        states.some(({ sessions }) =>
          sessions.some((each) => each.isRead && each.phase === 'done' && each.siblings.length > 0),
        ),
    },
  ];
}

function siblingsAreConcurrent(versioning: DynamoConfig['versioning']): Property<DynamoState> {
  const complaintOf = (node: NodeIndex, key: number, siblings: Siblings): Complaint =>
    siblings.length < 2 || mergeSiblings(versioning, NO_SIBLINGS, siblings).length === siblings.length
      ? undefined
      : `n${node + 1} holds key ${key} as ${describeSiblings(siblings)}, of which one replaces another`;
  return {
    kind: 'always',
    name: 'siblings are concurrent',
    statement: 'No version that a replica keeps replaces another that it keeps.',
    source: SOURCE,
    holds: ({ states }) => {
      for (const { self, store } of states)
        for (const [key, siblings] of store.entries()) {
          const complaint = complaintOf(self, key, siblings);
          if (complaint !== undefined) return complaint;
        }
      return undefined;
    },
    monitor: () => ({
      changed: (node, before, { store }) => {
        if (store === before?.store) return undefined;
        for (let key = 0; key < store.length; key++) {
          const siblings = store[key] ?? NO_SIBLINGS;
          const complaint = siblings === before?.store[key] ? undefined : complaintOf(node, key, siblings);
          if (complaint !== undefined) return complaint;
        }
        return undefined;
      },
    }),
  };
}

function deletedStaysDeleted(versioning: DynamoConfig['versioning']): AlwaysProperty<DynamoState> {
  return {
    kind: 'always',
    name: 'a deleted key stays deleted',
    statement: 'A replica that deleted versions of a key holds none of them ever again.',
    source: SOURCE,
    step: (node, before, after) => undeleted(node, before, after, versioning),
    monitor: () => deletionMonitor(versioning),
  };
}

/** What was deleted at a node, by key: everything in the clock, or everything with a smaller stamp. */
interface Deleted {
  readonly clock: Clock;
  readonly latest: Version | undefined;
}

function deletionMonitor(versioning: DynamoConfig['versioning']): Monitor<DynamoState> {
  const byNode: Deleted[][] = [];
  return {
    changed: (node, before, { store }) => {
      if (before === undefined) byNode[node] = [];
      if (store === before?.store) return undefined;
      const byKey = byNode[node] ?? [];
      byNode[node] = byKey;
      for (let key = 0; key < store.length; key++) {
        const siblings = store[key] ?? NO_SIBLINGS;
        if (siblings === before?.store[key]) continue;
        const deleted = byKey[key] ?? NOTHING_DELETED;
        const complaint = cameBack(node, key, siblings, deleted, versioning);
        if (complaint !== undefined) return complaint;
        byKey[key] = siblings.reduce(withDeletion, deleted);
      }
      return undefined;
    },
  };
}

const NOTHING_DELETED: Deleted = { clock: NO_CLOCK, latest: undefined };

/** Looks at the tombstones that the node still had. */
function undeleted(
  node: NodeIndex,
  before: DynamoState,
  after: DynamoState,
  versioning: DynamoConfig['versioning'],
): Complaint {
  if (before.store === after.store) return undefined;
  for (const [key, siblings] of after.store.entries()) {
    const was = before.store[key] ?? NO_SIBLINGS;
    if (siblings === was) continue;
    const complaint = cameBack(node, key, siblings, was.reduce(withDeletion, NOTHING_DELETED), versioning);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function cameBack(
  node: NodeIndex,
  key: number,
  siblings: Siblings,
  deleted: Deleted,
  versioning: DynamoConfig['versioning'],
): Complaint {
  const back = siblings.find((version) => version.value !== null && isDeleted(version, deleted, versioning));
  return back && `n${node + 1} deleted key ${key} and holds ${describeSiblings([back])} again`;
}

function isDeleted(version: Version, { clock, latest }: Deleted, versioning: DynamoConfig['versioning']): boolean {
  if (versioning === 'vector_clock') return (clock[version.client] ?? 0) >= version.number;
  return latest !== undefined && compareStamps(version, latest) < 0;
}

function withDeletion(deleted: Deleted, version: Version): Deleted {
  if (version.value !== null) return deleted;
  const { client, number, context } = version;
  const isLatest = deleted.latest === undefined || compareStamps(version, deleted.latest) > 0;
  return {
    clock: joinClocks(joinClocks(deleted.clock, context), clockOf(client, number)),
    latest: isLatest ? version : deleted.latest,
  };
}

function quorumReads(versioning: DynamoConfig['versioning']): AlwaysProperty<DynamoState> {
  return {
    kind: 'always',
    name: 'quorum reads see acknowledged writes',
    statement: 'A read that begins after a write was acknowledged finds that write, or what replaced it.',
    source: SOURCE,
    monitor: () => readMonitor(versioning, false),
  };
}

function monotonicReads(versioning: DynamoConfig['versioning']): AlwaysProperty<DynamoState> {
  return {
    kind: 'always',
    name: 'monotonic reads',
    statement: 'A read finds all that any read found which ended before it began, or what replaced it.',
    source: SOURCE,
    monitor: () => readMonitor(versioning, true),
  };
}

/** What every read that begins now must find of a key. */
interface Floor {
  readonly clock: Clock;
  readonly siblings: Siblings;
}

interface Begun {
  readonly number: number;
  readonly floor: Floor;
  isDone: boolean;
}

function readMonitor(versioning: DynamoConfig['versioning'], countsReads: boolean): Monitor<DynamoState> {
  const floors: Floor[] = [];
  const byNode: Begun[][] = [];
  const floorOf = (key: number): Floor => floors[key] ?? { clock: NO_CLOCK, siblings: NO_SIBLINGS };

  const follow = (node: NodeIndex, session: Session): Complaint => {
    const byClient = byNode[node] ?? [];
    byNode[node] = byClient;
    let begun = byClient[session.client];
    if (begun?.number !== session.number) {
      begun = { number: session.number, floor: floorOf(session.key), isDone: false };
      byClient[session.client] = begun;
    }
    if (session.phase !== 'done' || begun.isDone) return undefined;
    begun.isDone = true;
    const complaint = session.isRead ? belowFloor(node, session, begun.floor, versioning) : undefined;
    if (!session.isRead || countsReads) {
      const { clock, siblings } = floorOf(session.key);
      floors[session.key] = {
        clock: joinClocks(
          clock,
          session.isRead ? knowledgeOf(session.siblings) : clockOf(session.client, session.number),
        ),
        siblings: mergeSiblings(versioning, siblings, session.siblings),
      };
    }
    return complaint;
  };

  return {
    changed: (node, before, { sessions }) => {
      if (before === undefined) byNode[node] = [];
      if (sessions === before?.sessions) return undefined;
      for (const session of sessions) {
        const complaint = before?.sessions.includes(session) === true ? undefined : follow(node, session);
        if (complaint !== undefined) return complaint;
      }
      return undefined;
    },
  };
}

function belowFloor(
  node: NodeIndex,
  session: Session,
  floor: Floor,
  versioning: DynamoConfig['versioning'],
): Complaint {
  const { client, key, siblings } = session;
  const known = knowledgeOf(siblings);
  const isFound =
    versioning === 'vector_clock'
      ? joinClocks(known, floor.clock) === known
      : mergeSiblings(versioning, siblings, floor.siblings) === siblings;
  if (isFound) return undefined;
  return `n${node + 1} answered client ${client} with key ${key} as ${describeSiblings(siblings)}, when ${describeSiblings(floor.siblings)} had been seen before it asked`;
}

/** Each acknowledged write is among the siblings of each replica, or known to one of them. */
const nothingDropped: EventuallyProperty<DynamoState> = {
  kind: 'eventually',
  name: 'no acknowledged write is silently dropped',
  statement: 'Every acknowledged write is among the siblings, or was known to the writer of one that replaced it.',
  source: SOURCE,
  holds: (view) => {
    const known = view.states.map(({ store }) => store.map(knowledgeOf));
    for (const { request, response } of view.answered) {
      const { client, number, command } = request;
      if (response.status !== 'ok' || command.kind === 'read') continue;
      const key = command.key ?? 0;
      for (const node of replicasOf(view, key))
        if ((known[node]?.[key]?.[client] ?? 0) < number)
          return `n${node + 1} knows nothing of request ${number} of client ${client}, which wrote ${command.value ?? 'a tombstone'} to key ${key}`;
    }
    return undefined;
  },
};

const replicasConverge: EventuallyProperty<DynamoState> = {
  kind: 'eventually',
  name: 'replicas converge',
  statement: 'All replicas of a key hold the same versions.',
  source: SOURCE,
  holds: (view) => {
    const keys = Math.max(0, ...view.states.map(({ store }) => store.length));
    for (let key = 0; key < keys; key++) {
      const [first = 0, ...others] = replicasOf(view, key);
      const held = comparedOf(view.states[first], key);
      for (const node of others) {
        const other = comparedOf(view.states[node], key);
        if (!areSameVersions(held, other))
          return `n${first + 1} holds key ${key} as ${describeSiblings(held)}, n${node + 1} as ${describeSiblings(other)}`;
      }
    }
    return undefined;
  },
};

/** Tombstones that are collected go at a time of each replica's own. */
function comparedOf(state: DynamoState | undefined, key: number): Siblings {
  const held = state?.store[key] ?? NO_SIBLINGS;
  return state?.config.gcGraceMs === 0 ? held : held.filter(({ value }) => value !== null);
}

const hintsHandedOver: EventuallyProperty<DynamoState> = {
  kind: 'eventually',
  name: 'hints are handed over',
  statement: 'No node keeps a hint any more.',
  source: SOURCE,
  holds: ({ states, up }) => {
    for (const { self, hints } of states) {
      const hint = hints.find(({ node }) => up[node] === true);
      if (hint !== undefined && up[self] === true)
        return `n${self + 1} still keeps key ${hint.key} for n${hint.node + 1}`;
    }
    return undefined;
  },
};

const operationsEnd: EventuallyProperty<DynamoState> = {
  kind: 'eventually',
  name: 'operations end',
  statement: 'No coordinator waits for a quorum any more.',
  holds: ({ states, up }) => {
    for (const { self, sessions } of states) {
      const open = sessions.find(({ phase }) => phase !== 'done');
      if (open !== undefined && up[self] === true)
        return `n${self + 1} still works on request ${open.number} of client ${open.client}, with ${open.heard.length} answers`;
    }
    return undefined;
  },
};

/** Replicas of the key that run, in the order of its preference list. */
function replicasOf({ states, up }: ClusterView<DynamoState>, key: number): NodeIndex[] {
  const config = states[0]?.config;
  if (config === undefined) return [];
  const walk = Array.from({ length: config.nodes }, (_, position) => nodeAt(config, key, position));
  return walk.filter((node) => isReplica(config, key, node) && up[node] === true);
}
