/**
 * The two invariants of the paper, and what they are for.
 */
import type { AlwaysProperty, Answered, ClusterView, Complaint, Property } from '../property.ts';
import type { ChainConfig, ChainState, Server, Update, View } from './chain-state.ts';
import { predecessorOf, successorOf } from './chain-state.ts';

type State = ChainState;

const SOURCE = 'vanrenesse2004';

export function chainProperties({ servers }: ChainConfig): readonly Property<State>[] {
  return [
    updatePropagation,
    nothingLost(servers),
    {
      kind: 'sometimes',
      name: 'an update is acknowledged',
      statement: 'The tail answers an update.',
      reached: ({ answered }) => answered.some(isAcknowledgedWrite),
    },
    {
      kind: 'eventually',
      name: 'updates in flight reach the tail',
      statement: 'What any server of the chain has in its history, the tail has too, and all servers know the view.',
      source: SOURCE,
      holds: (view) => inFlight(view, servers),
    },
  ];
}

const updatePropagation: AlwaysProperty<State> = {
  kind: 'always',
  name: 'update propagation',
  statement: 'The history of a server is a prefix of the history of its predecessor.',
  source: SOURCE,
  holds: ({ states }) => {
    for (const state of states) {
      const complaint = state.role === 'server' ? againstPredecessor(state, states, 0) : undefined;
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  },
  monitor: () => ({
    /** Histories grow at the end: what was compared before needs no second look while the neighbours stay. */
    changed: (_, before, after, { states }) => {
      if (after.role !== 'server') return undefined;
      const known = before?.role === 'server' && before.view === after.view ? before.hist.length : 0;
      if (before?.role === 'server' && before.view === after.view && before.hist === after.hist) return undefined;
      const successor = known === 0 ? successorOf(after) : null;
      const next = successor === null ? undefined : states[successor];
      return (
        againstPredecessor(after, states, known) ??
        (next?.role === 'server' ? againstPredecessor(next, states, 0) : undefined)
      );
    },
  }),
};

/** Compares a server with its predecessor, where both are in the same view. */
function againstPredecessor(state: Server, states: readonly State[], known: number): Complaint {
  const place = predecessorOf(state);
  const predecessor = place === null ? undefined : states[place];
  if (predecessor?.role !== 'server' || predecessor.view.view !== state.view.view) return undefined;
  for (let index = known; index < state.hist.length; index++) {
    const [own, theirs] = [state.hist[index], predecessor.hist[index]];
    if (isSame(own, theirs)) continue;
    const there = theirs === undefined ? 'nothing' : String(theirs.value);
    return `${nameOf(state)} has ${own?.value} as update ${index + 1}, where its predecessor ${nameOf(predecessor)} has ${there}`;
  }
  return undefined;
}

function isSame(one: Update | undefined, other: Update | undefined): boolean {
  return one?.client === other?.client && one?.number === other?.number;
}

/** Judged at every server that the master's chain counts on, whenever it changes. */
function nothingLost(servers: number): AlwaysProperty<State> {
  return {
    kind: 'always',
    name: 'no acknowledged write is lost',
    statement: 'Every server of the chain has every update that a client was told is done.',
    source: SOURCE,
    holds: (view) => {
      const acknowledged = view.answered.filter(isAcknowledgedWrite);
      for (const server of membersOf(view, servers)) {
        const complaint = lossesAt(server, acknowledged);
        if (complaint !== undefined) return complaint;
      }
      return undefined;
    },
    monitor: () => ({
      changed: (_, before, after, view) => {
        const isNewView = after.role === 'master' && before?.role === 'master' && before.view !== after.view;
        if (!isNewView) return undefined;
        const acknowledged = view.answered.filter(isAcknowledgedWrite);
        return membersOf({ states: view.states }, servers, after.view)
          .map((server) => lossesAt(server, acknowledged))
          .find((complaint) => complaint !== undefined);
      },
      answered: (answer, view) =>
        isAcknowledgedWrite(answer)
          ? membersOf(view, servers)
              .map((server) => lossesAt(server, [answer]))
              .find((complaint) => complaint !== undefined)
          : undefined,
    }),
  };
}

function membersOf({ states }: Pick<ClusterView<State>, 'states'>, servers: number, view?: View): Server[] {
  const chain = view?.chain ?? states[servers]?.view.chain ?? [];
  return chain.flatMap((place) => {
    const state = states[place];
    return state?.role === 'server' ? [state] : [];
  });
}

function lossesAt({ self, hist, seen }: Server, acknowledged: readonly Answered[]): Complaint {
  const lost = acknowledged.filter(({ request: { client, number } }) => {
    const last = seen.find((each) => each.client === client);
    if (last === undefined || last.number < number) return true;
    return last.number !== number && !hist.some((each) => each.client === client && each.number === number);
  });
  const [first] = lost;
  return first === undefined
    ? undefined
    : `n${self + 1}, a server of the chain, lacks ${lost.length} acknowledged: ${lost
        .slice(0, 5)
        .map(({ request }) => `${request.command.value} for key ${request.command.key ?? 0}`)
        .join(', ')}`;
}

function inFlight(view: ClusterView<State>, servers: number): Complaint {
  const master = view.states[servers];
  const members = membersOf(view, servers);
  const tail = members.at(-1);
  if (master === undefined || tail === undefined) return 'the chain is empty';
  const stale = members.find((server) => server.view.view !== master.view.view);
  if (stale !== undefined)
    return `${nameOf(stale)} is in view ${stale.view.view}, when the master is in ${master.view.view}`;
  const ahead = members.find((server) => server.acked < server.hist.length && server.stuckAt === server.acked);
  return ahead === undefined
    ? undefined
    : `${nameOf(ahead)} has ${ahead.hist.length} updates, of which ${ahead.acked} are acknowledged; its tail ${nameOf(tail)} has ${tail.hist.length}`;
}

function isAcknowledgedWrite({ request, response }: Answered): boolean {
  return request.command.kind === 'write' && response.status === 'ok';
}

function nameOf({ self }: Server): string {
  return `n${self + 1}`;
}
