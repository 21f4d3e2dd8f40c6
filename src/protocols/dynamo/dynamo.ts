/**
 * Dynamo: a key-value store that always takes writes, and sorts versions out afterwards (DeCandia et al., SOSP 2007).
 *
 * All nodes are equal. A key lives on N of them, its preference list: here key k on the nodes k, k+1, ... of the ring, without virtual
 * nodes (placement is another matter). Any node coordinates any request. R and W decide how many replicas a read and a write wait for; with
 * R + W > N and strict quorums each read meets each write that was acknowledged before. That is a regular register at best,
 * never a linearizable one: even with blocking read repair the order of writes is the one of their clocks.
 *
 * - `versions.ts`: vector clocks, last-writer-wins, merging;
 * - `dynamo-coordinator.ts`: reads, writes, sloppy quorums, read repair;
 * - `dynamo-replica.ts`: storage, hinted handoff, anti-entropy, tombstones;
 * - `dynamo-state.ts`: the data of all these.
 *
 * There is no failure detector but silence, and membership is fixed.
 */
import type { Input, Protocol } from '../protocol.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { isOpen, onGetReply, onPutReply, onRequest, onRetry } from './dynamo-coordinator.ts';
import { dynamoProperties } from './dynamo-properties.ts';
import {
  antiEntropyTimer,
  gcTimer,
  handoffTimer,
  onAntiEntropy,
  onGet,
  onHandoff,
  onHandoffReply,
  onHandoffTimer,
  onPut,
  onSync,
  onTombstoneGc,
} from './dynamo-replica.ts';
import type {
  DynamoConfig,
  DynamoDurable,
  DynamoMessage,
  DynamoOutput,
  DynamoState,
  DynamoStep,
} from './dynamo-state.ts';
import { TIMERS } from './dynamo-state.ts';
import { describeSiblings, type Siblings } from './versions.ts';

export const dynamo: Protocol<DynamoConfig, DynamoState, DynamoMessage, DynamoDurable> = {
  timers: Object.values(TIMERS),
  initial: (config, self, durable, incarnation) => {
    const { store = [], hints = [] } = durable ?? {};
    const state: DynamoState = {
      config,
      self,
      incarnation,
      store,
      hints,
      sessions: [],
      settling: [],
      contexts: [],
      distance: 1,
      doomed: [],
    };
    const outputs: DynamoOutput[] = [];
    if (hints.length > 0) outputs.push(handoffTimer(state));
    if (config.antiEntropyMs > 0) outputs.push(antiEntropyTimer(state));
    if (config.gcGraceMs > 0) outputs.push(gcTimer(state));
    return { state, outputs };
  },
  step,
  properties: dynamoProperties,
  describe: {
    role: (state) => (state.sessions.some(isOpen) ? 'coordinator' : 'replica'),
    state: describeState,
    message: describeMessage,
    messageBytes,
  },
};

function step(state: DynamoState, input: Input<DynamoMessage>): DynamoStep {
  switch (input.kind) {
    case 'request':
      return onRequest(state, input.request, input.clockMs);
    case 'message':
      return onMessage(state, input.from, input.message);
    case 'timer':
      return onTimer(state, input.timer);
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

function onMessage(state: DynamoState, from: number, message: DynamoMessage): DynamoStep {
  switch (message.kind) {
    case 'get':
      return onGet(state, from, message);
    case 'get_reply':
      return onGetReply(state, from, message);
    case 'put':
      return onPut(state, from, message);
    case 'put_reply':
      return onPutReply(state, from, message);
    case 'handoff':
      return onHandoff(state, from, message);
    case 'handoff_reply':
      return onHandoffReply(state, from, message);
    case 'sync':
      return onSync(state, from, message);
  }
}

function onTimer(state: DynamoState, timer: string): DynamoStep {
  switch (timer) {
    case TIMERS.retry:
      return onRetry(state);
    case TIMERS.handoff:
      return onHandoffTimer(state);
    case TIMERS.antiEntropy:
      return onAntiEntropy(state);
    case TIMERS.gc:
      return onTombstoneGc(state);
    default:
      return { state, outputs: NO_OUTPUTS };
  }
}

function describeState({ store, hints, sessions }: DynamoState): string {
  const held = store.flatMap((siblings, key) =>
    siblings.length === 0 ? [] : [`key ${key}: ${describeSiblings(siblings)}`],
  );
  const kept = hints.map(
    ({ node, key, siblings }) => `hint for n${node + 1}, key ${key}: ${describeSiblings(siblings)}`,
  );
  const open = sessions.filter(isOpen).map(({ client, number, phase, key, siblings, heard }) => {
    const names = heard.map((node) => `n${node + 1}`).join(' ') || 'nobody';
    return `${phase} for ${client}/${number} of key ${key}: ${describeSiblings(siblings)}, heard ${names}`;
  });
  return [...held, ...kept, ...open].join('; ') || 'empty';
}

function describeMessage(message: DynamoMessage): string {
  switch (message.kind) {
    case 'get':
      return `Get key ${message.key} for ${message.client}/${message.number}`;
    case 'get_reply':
      return `GetReply for ${message.client}/${message.number}: ${describeSiblings(message.siblings)}`;
    case 'put': {
      const hint = message.hintFor === null ? '' : `, hint for n${message.hintFor + 1}`;
      return `Put key ${message.key} for ${message.client}/${message.number}: ${describeSiblings(message.siblings)}${hint}`;
    }
    case 'put_reply':
      return `PutReply for ${message.client}/${message.number}`;
    case 'handoff':
      return `Handoff key ${message.key}: ${describeSiblings(message.siblings)}`;
    case 'handoff_reply':
      return `HandoffReply key ${message.key}`;
    case 'sync':
      return message.isReply ? 'SyncReply' : 'Sync';
  }
}

/** 24 bytes of header, 8 an entry of a clock, 24 and the payload a version. */
function messageBytes(message: DynamoMessage, payloadBytes: number): number {
  const bytesOf = (siblings: Siblings): number =>
    siblings.reduce((sum, { context }) => sum + 24 + payloadBytes + 8 * context.length, 0);
  if (message.kind === 'sync') return message.store.reduce((sum, siblings) => sum + bytesOf(siblings), 24);
  return 'siblings' in message ? 24 + bytesOf(message.siblings) : 24;
}
