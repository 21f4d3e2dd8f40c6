/**
 * Zab, the atomic broadcast of ZooKeeper, with a store of reads and writes on top (Junqueira, Reed, Serafini, Zab: High-performance
 * broadcast for primary-backup systems, DSN 2011; Reed, Junqueira, A simple totally ordered broadcast protocol, LADIS 2008). Of the
 * two forms this is the one that ZooKeeper runs, Zab 1.0: the leader is elected to be the most recent and goes on with its own history.
 *
 * A server looks for a leader (fast leader election), then the elected one proposes a new epoch (discovery), brings a quorum to its own
 * history (synchronisation), and broadcasts. acceptedEpoch, the epoch last promised, and currentEpoch, the epoch whose history was
 * taken over, are durable with the history, each before it is acknowledged. Two quorums meet, so an epoch has one leader, and a leader
 * has all that was committed before it.
 *
 * The paper has FIFO channels, which TCP gives. Here messages may be lost, repeated and overtaken: what must not be torn apart travels
 * as one message, what is answered is repeated until it is, and what a message was made for is checked where it arrives.
 * Reads are broadcast like writes (standard), or answered by the server that is asked as in ZooKeeper, with or without a sync before.
 * Not here: observers, dynamic reconfiguration, sessions that expire.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { type Input, NO_OUTPUTS, type Protocol } from '../protocol.ts';
import { onAck, onCommit, onLeaderTick, onPing, onProposal, onRequest } from './zab-broadcast.ts';
import { describeZab } from './zab-describe.ts';
import { onAckEpoch, onFollowerInfo, onFollowerTick, onNewEpoch } from './zab-discovery.ts';
import { look, onElectionTimer, onFinalizeTimer, onNotification } from './zab-election.ts';
import { EMPTY_HISTORY, lastPlace, NO_ZXID } from './zab-history.ts';
import { zabProperties } from './zab-properties.ts';
import { onSync, onSynced } from './zab-reads.ts';
import {
  ELECTION,
  FINALIZE,
  LIMIT,
  persist,
  TICK,
  type ZabConfig,
  type ZabDurable,
  type ZabMessage,
  type ZabOutput,
  type ZabState,
  type ZabStep,
} from './zab-state.ts';
import { onAckNewLeader, onNewLeader, onUpToDate } from './zab-synchronization.ts';

export const zab: Protocol<ZabConfig, ZabState, ZabMessage, ZabDurable> = {
  timers: [ELECTION, FINALIZE, TICK, LIMIT],
  initial: (config, self, durable) => {
    const state = stateFrom(config, self, durable ?? { acceptedEpoch: 0, currentEpoch: 0, history: EMPTY_HISTORY });
    const outputs: ZabOutput[] = [];
    if (durable === undefined) persist(state, outputs);
    const looking = look(state);
    return { state: looking.state, outputs: [...outputs, ...looking.outputs] };
  },
  step,
  properties: () => zabProperties,
  describe: describeZab,
};

/** What a server knows that has just read its disk. Only the snapshot is known to be committed. */
function stateFrom(config: ZabConfig, self: NodeIndex, durable: ZabDurable): ZabState {
  const { acceptedEpoch, currentEpoch, history } = durable;
  return {
    config,
    self,
    role: 'looking',
    phase: 'election',
    acceptedEpoch,
    currentEpoch,
    history,
    delivered: history.snapshot.index,
    database: history.snapshot.database,
    election: {
      round: 0,
      vote: { leader: self, epoch: currentEpoch, zxid: NO_ZXID },
      ballots: [],
      settled: [],
      isFinal: false,
      resends: 0,
    },
    leader: null,
    acceptedFrom: null,
    isSynced: false,
    pendingReads: [],
    leadership: null,
    loaded: lastPlace(history),
    retained: [],
  };
}

function step(state: ZabState, input: Input<ZabMessage>): ZabStep {
  switch (input.kind) {
    case 'message':
      return onMessage(state, input.from, input.message);
    case 'timer':
      return onTimer(state, input.timer);
    case 'request':
      return onRequest(state, input.request);
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

function onTimer(state: ZabState, timer: string): ZabStep {
  if (timer === TICK) return state.role === 'leading' ? onLeaderTick(state) : onFollowerTick(state);
  if (timer === LIMIT) return state.role === 'following' ? look(state) : { state, outputs: NO_OUTPUTS };
  return timer === FINALIZE ? onFinalizeTimer(state) : onElectionTimer(state);
}

function onMessage(state: ZabState, from: NodeIndex, message: ZabMessage): ZabStep {
  switch (message.kind) {
    case 'proposal':
      return onProposal(state, from, message);
    case 'ack':
    case 'pong':
      return onAck(state, from, message);
    case 'commit':
      return onCommit(state, from, message);
    case 'ping':
      return onPing(state, from, message);
    case 'sync':
      return onSync(state, from, message);
    case 'synced':
      return onSynced(state, from, message);
    case 'notification':
      return onNotification(state, from, message);
    case 'follower_info':
      return onFollowerInfo(state, from, message);
    case 'new_epoch':
      return onNewEpoch(state, from, message);
    case 'ack_epoch':
      return onAckEpoch(state, from, message);
    case 'new_leader':
      return onNewLeader(state, from, message);
    case 'ack_new_leader':
      return onAckNewLeader(state, from, message);
    case 'up_to_date':
      return onUpToDate(state, from, message);
  }
}
