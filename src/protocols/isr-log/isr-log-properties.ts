/**
 * The properties of the TLA+ specification, and that nothing acknowledged is lost.
 */
import type { AlwaysProperty, Answered, ClusterView, Complaint, Property } from '../property.ts';
import type { IsrLogConfig, IsrLogState, LogRecord, Replica } from './isr-log-state.ts';

type State = IsrLogState;

const NAMED_MAX = 5;

export function isrLogProperties({ replicas }: IsrLogConfig): readonly Property<State>[] {
  return [
    strongIsr(replicas),
    nothingLost,
    logsAgree,
    {
      kind: 'sometimes',
      name: 'a record is committed',
      statement: 'A high watermark moves.',
      reached: ({ states }) => states.some((state) => state.role === 'replica' && state.hw > 0),
    },
    {
      kind: 'eventually',
      name: 'all replicas follow the leader',
      statement: 'There is a leader, and every replica that runs is in its epoch and fetches.',
      holds: notFollowing,
    },
  ];
}

/** Every leader's records below its high watermark are on every member of the ISR that the controller holds. */
function strongIsr(replicas: number): AlwaysProperty<State> {
  const all = (states: readonly State[]): Complaint => {
    for (const state of states) {
      const complaint = state.role === 'replica' ? missingFrom(state, 0, states, replicas) : undefined;
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  };
  return {
    kind: 'always',
    name: 'strong ISR',
    statement: 'Committed records are on every member of the ISR.',
    holds: ({ states }) => all(states),
    monitor: () => ({
      changed: (_, before, after, { states }) => {
        if (after.role === 'controller')
          return before?.role === 'controller' && before.partition.isr === after.partition.isr
            ? undefined
            : all(states);
        if (
          before?.role !== 'replica' ||
          after.log.length < before.log.length ||
          (after.lead !== null && before.lead === null)
        )
          return all(states);
        return after.hw > before.hw ? missingFrom(after, before.hw, states, replicas) : undefined;
      },
    }),
  };
}

function missingFrom(leader: Replica, from: number, states: readonly State[], replicas: number): Complaint {
  const controller = states[replicas];
  if (leader.lead === null || controller?.role !== 'controller') return undefined;
  for (const member of controller.partition.isr) {
    const state = states[member];
    if (state?.role !== 'replica') continue;
    for (let offset = from; offset < leader.hw; offset++) {
      const [committed, own] = [leader.log[offset], state.log[offset]];
      if (isSame(committed, own)) continue;
      const there = own === undefined ? 'nothing' : `${own.value} of epoch ${own.epoch}`;
      return `n${member + 1} is in the ISR and has ${there} at offset ${offset}, where n${leader.self + 1} has committed ${committed?.value} of epoch ${committed?.epoch}`;
    }
  }
  return undefined;
}

function isSame(one: LogRecord | undefined, other: LogRecord | undefined): boolean {
  return one?.epoch === other?.epoch && one?.client === other?.client && one?.number === other?.number;
}

const nothingLost: AlwaysProperty<State> = {
  kind: 'always',
  name: 'no acknowledged record is lost',
  statement: 'The leader of the latest epoch has every record that a client was told is written.',
  holds: (view) => {
    const leader = latestLeader(view);
    return leader === undefined ? undefined : lossesAt(leader, view.answered.filter(isAcknowledged));
  },
  monitor: () => {
    let latest = 0;
    return {
      changed: (_, before, after, view) => {
        if (after.role !== 'replica' || after.lead === null) return undefined;
        const isNew = before?.role !== 'replica' || before.epoch !== after.epoch || before.lead === null;
        if (!isNew || after.epoch < latest) return undefined;
        latest = after.epoch;
        return lossesAt(after, view.answered.filter(isAcknowledged));
      },
      answered: (answer, view) => {
        const leader = isAcknowledged(answer) ? latestLeader(view) : undefined;
        return leader === undefined || leader.self === answer.node ? undefined : lossesAt(leader, [answer]);
      },
    };
  },
};

function lossesAt(leader: Replica, acknowledged: readonly Answered[]): Complaint {
  const held = new Set(leader.log.map(({ client, number }) => `${client}/${number}`));
  const lost = acknowledged.filter(({ request }) => !held.has(`${request.client}/${request.number}`));
  if (lost.length === 0) return undefined;
  const named = lost
    .slice(0, NAMED_MAX)
    .map(({ request, node }) => `${request.command.value} (acknowledged by n${node + 1})`);
  const more = lost.length > NAMED_MAX ? ` and ${lost.length - NAMED_MAX} more` : '';
  const what = lost.length === 1 ? '1 acknowledged record' : `${lost.length} acknowledged records`;
  return `n${leader.self + 1}, leader of epoch ${leader.epoch}, lacks ${what}: ${named.join(', ')}${more}`;
}

const logsAgree: AlwaysProperty<State> = {
  kind: 'always',
  name: 'logs agree up to the high watermark',
  statement: 'Two replicas have the same records below the high watermarks of both.',
  holds: ({ states }) => {
    for (const state of states) {
      const complaint = state.role === 'replica' ? disagreement(state, 0, states) : undefined;
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  },
  monitor: () => ({
    changed: (_, before, after, { states }) => {
      if (after.role !== 'replica') return undefined;
      const known = before?.role === 'replica' && after.log.length >= before.log.length ? before.hw : 0;
      return after.hw > known ? disagreement(after, known, states) : undefined;
    },
  }),
};

function disagreement(one: Replica, from: number, states: readonly State[]): Complaint {
  for (const other of states) {
    if (other.role !== 'replica' || other.self === one.self) continue;
    const both = Math.min(one.hw, other.hw);
    for (let offset = from; offset < both; offset++) {
      const [own, theirs] = [one.log[offset], other.log[offset]];
      if (!isSame(own, theirs))
        return `n${one.self + 1} has ${own?.value} of epoch ${own?.epoch} at offset ${offset}, n${other.self + 1} has ${theirs?.value} of epoch ${theirs?.epoch}, and both call it committed`;
    }
  }
  return undefined;
}

function notFollowing(view: ClusterView<State>): Complaint {
  const leader = latestLeader(view);
  if (leader === undefined || view.up[leader.self] !== true) return 'no leader is up';
  const stray = view.states.find(
    (state) =>
      state.role === 'replica' && view.up[state.self] === true && (state.epoch !== leader.epoch || state.isTruncating),
  );
  return stray?.role === 'replica'
    ? `n${stray.self + 1} is in epoch ${stray.epoch}${stray.isTruncating ? ', truncating' : ''}, when n${leader.self + 1} leads epoch ${leader.epoch}`
    : undefined;
}

/** The leader of the latest epoch that any replica has heard of; undefined while there is none. */
function latestLeader({ states }: Pick<ClusterView<State>, 'states'>): Replica | undefined {
  let epoch = 0;
  for (const state of states) if (state.role === 'replica') epoch = Math.max(epoch, state.epoch);
  for (const state of states)
    if (state.role === 'replica' && state.lead !== null && state.epoch === epoch) return state;
  return undefined;
}

function isAcknowledged({ request: { command }, response }: Answered): boolean {
  return response.status === 'ok' && (command.kind === 'write' || command.kind === 'append');
}
