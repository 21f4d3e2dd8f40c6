/**
 * What replication is for, judged when a new primary takes over: what was acknowledged is there, and nothing else has crept in.
 */
import type { AlwaysProperty, Answered, ClusterView, Complaint, Monitor, Property } from '../property.ts';
import type { Entry, PrimaryBackupState, Replica } from './primary-backup-state.ts';

type State = PrimaryBackupState;

/** Lost writes that are named; the rest is counted. */
const NAMED_MAX = 5;

export function primaryBackupProperties(): readonly Property<State>[] {
  return [
    nothingLost,
    prefixConsistent,
    onePrimary,
    {
      kind: 'sometimes',
      name: 'a write is acknowledged',
      statement: 'A client is told that its write is done.',
      reached: ({ answered }) => answered.some(isAcknowledgedWrite),
    },
    {
      kind: 'eventually',
      name: 'all replicas follow one primary',
      statement: 'There is a primary, and every replica that runs has joined its epoch.',
      holds: (view) => {
        const primary = latestPrimary(view);
        if (primary === undefined || view.up[primary.self] !== true) return 'no primary is up';
        const stray = view.states.find(
          (state) => state.role === 'replica' && view.up[state.self] === true && state.joined !== primary.epoch,
        );
        return stray?.role === 'replica'
          ? `${nameOf(stray)} has joined epoch ${stray.joined} only, when ${nameOf(primary)} leads epoch ${primary.epoch}`
          : undefined;
      },
    },
  ];
}

const nothingLost: AlwaysProperty<State> = {
  kind: 'always',
  name: 'no acknowledged write is lost',
  statement: 'The primary of the latest epoch has every write that a client was told is done.',
  holds: (view) => {
    const primary = latestPrimary(view);
    return primary === undefined ? undefined : lossesAt(primary, view.answered.filter(isAcknowledgedWrite));
  },
  monitor: lossMonitor,
};

/** Looks at a primary when it takes over, and afterwards only at what others acknowledge. */
function lossMonitor(): Monitor<State> {
  let latest = 0;
  return {
    changed: (_, before, after, view) => {
      if (after.role !== 'replica' || after.lead === null || after.epoch <= latest) return undefined;
      latest = after.epoch;
      const isNew = before?.role !== 'replica' || before.lead === null;
      return isNew ? lossesAt(after, view.answered.filter(isAcknowledgedWrite)) : undefined;
    },
    answered: (answer, view) => {
      if (!isAcknowledgedWrite(answer)) return undefined;
      const node = view.states[answer.node];
      const isLatest = node?.role === 'replica' && node.lead !== null && node.epoch === latest;
      const primary = isLatest ? undefined : latestPrimary(view);
      return primary === undefined ? undefined : lossesAt(primary, [answer]);
    },
  };
}

function lossesAt(primary: Replica, acknowledged: readonly Answered[]): Complaint {
  const held = new Set(primary.log.map(({ client, number }) => `${client}/${number}`));
  const lost = acknowledged.filter(({ request }) => !held.has(`${request.client}/${request.number}`));
  if (lost.length === 0) return undefined;
  const named = lost.slice(0, NAMED_MAX).map(({ request, node }) => {
    const { key, value } = request.command;
    return `${value} for key ${key ?? 0} (acknowledged by n${node + 1} to client ${request.client})`;
  });
  const more = lost.length > NAMED_MAX ? ` and ${lost.length - NAMED_MAX} more` : '';
  const what = lost.length === 1 ? '1 acknowledged write' : `${lost.length} acknowledged writes`;
  return `${nameOf(primary)}, primary of epoch ${primary.epoch}, lacks ${what}: ${named.join(', ')}${more}`;
}

const prefixConsistent: AlwaysProperty<State> = {
  kind: 'always',
  name: 'replicas are prefix-consistent',
  statement: 'A backup that has joined the epoch of a primary has a prefix of its log: no errant transaction.',
  holds: ({ states }) => {
    for (const backup of states) {
      const primary = backup.role === 'replica' ? primaryOf(backup, states) : undefined;
      if (backup.role !== 'replica' || primary === undefined) continue;
      const index = backup.log.findIndex((entry, at) => !isSameEntry(entry, primary.log[at]));
      if (index !== -1) return errantAt(backup, primary, index);
    }
    return undefined;
  },
  monitor: () => ({
    /** Logs of one epoch grow by the same entries: the last one tells. */
    changed: (_, before, after, { states }) => {
      if (after.role !== 'replica' || after.lead !== null) return undefined;
      if (before?.role === 'replica' && before.log === after.log && before.joined === after.joined) return undefined;
      const primary = primaryOf(after, states);
      const last = after.log.length - 1;
      if (primary === undefined || last === -1 || isSameEntry(after.log[last], primary.log[last])) return undefined;
      return errantAt(
        after,
        primary,
        after.log.findIndex((entry, at) => !isSameEntry(entry, primary.log[at])),
      );
    },
  }),
};

/** Who leads the epoch that the backup has joined, while both are in it. */
function primaryOf(backup: Replica, states: readonly State[]): Replica | undefined {
  if (backup.lead !== null || backup.joined !== backup.epoch) return undefined;
  for (const state of states)
    if (state.role === 'replica' && state.lead !== null && state.epoch === backup.joined) return state;
  return undefined;
}

function isSameEntry(one: Entry | undefined, other: Entry | undefined): boolean {
  return one?.epoch === other?.epoch && one?.client === other?.client && one?.number === other?.number;
}

function errantAt(backup: Replica, primary: Replica, index: number): Complaint {
  const [own, theirs] = [backup.log[index], primary.log[index]];
  const there = theirs === undefined ? 'nothing' : `${theirs.value} of epoch ${theirs.epoch}`;
  return `${nameOf(backup)} has ${own?.value} of epoch ${own?.epoch} at index ${index + 1}, where its primary ${nameOf(primary)} has ${there}`;
}

const onePrimary: AlwaysProperty<State> = {
  kind: 'always',
  name: 'one primary per epoch',
  statement: 'No two replicas lead the same epoch.',
  holds: ({ states }) => {
    const primaries = states.filter((state): state is Replica => state.role === 'replica' && state.lead !== null);
    for (const one of primaries) {
      const other = primaries.find((each) => each.self > one.self && each.epoch === one.epoch);
      if (other !== undefined) return bothLead(one.self, other.self, one.epoch);
    }
    return undefined;
  },
  monitor: () => {
    const leaders: (number | undefined)[] = [];
    return {
      changed: (node, _, after) => {
        if (after.role !== 'replica' || after.lead === null) return undefined;
        const leader = leaders[after.epoch];
        leaders[after.epoch] = node;
        return leader === undefined || leader === node ? undefined : bothLead(leader, node, after.epoch);
      },
    };
  },
};

function bothLead(one: number, other: number, epoch: number): Complaint {
  return `n${one + 1} and n${other + 1} both lead epoch ${epoch}`;
}

/** The primary of the latest epoch that has had one; undefined when that one is gone. */
function latestPrimary({ states }: Pick<ClusterView<State>, 'states'>): Replica | undefined {
  let epoch = 0;
  for (const state of states) if (state.role === 'replica') epoch = Math.max(epoch, state.joined);
  for (const state of states)
    if (state.role === 'replica' && state.lead !== null && state.epoch === epoch) return state;
  return undefined;
}

function isAcknowledgedWrite({ request, response }: Answered): boolean {
  return request.command.kind === 'write' && response.status === 'ok';
}

function nameOf({ self }: Replica): string {
  return `n${self + 1}`;
}
