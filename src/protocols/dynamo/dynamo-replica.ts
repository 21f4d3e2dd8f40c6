/**
 * Dynamo's nodes as replicas: what they store, hand over, compare and forget (sections 4.6 and 4.7).
 *
 * A node stores before it says so. A stand-in keeps what it took as a hint, apart from its own keys, and hands it over until the
 * owner has it. Anti-entropy goes around the ring, one peer after the other, so that any two nodes meet; Merkle trees would
 * save bytes and change nothing else, and are left out. Tombstones are collected at the second collection that sees them.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import type { DynamoMessage, DynamoOutput, DynamoState, DynamoStep, Hint, Store } from './dynamo-state.ts';
import { isReplica, TIMERS, withSiblings } from './dynamo-state.ts';
import type { Siblings } from './versions.ts';
import { mergeSiblings, NO_SIBLINGS } from './versions.ts';

type MessageOf<Kind extends DynamoMessage['kind']> = Extract<DynamoMessage, { kind: Kind }>;

/** A stand-in answers with what it keeps for others, too. */
export function onGet(state: DynamoState, from: NodeIndex, message: MessageOf<'get'>): DynamoStep {
  const { client, number, incarnation, key } = message;
  let siblings = state.store[key] ?? NO_SIBLINGS;
  for (const hint of state.hints)
    if (hint.key === key) siblings = mergeSiblings(state.config.versioning, siblings, hint.siblings);
  const reply: DynamoMessage = { kind: 'get_reply', client, number, incarnation, siblings };
  return { state, outputs: [{ kind: 'send', to: from, message: reply }] };
}

export function onPut(state: DynamoState, from: NodeIndex, message: MessageOf<'put'>): DynamoStep {
  const { client, number, incarnation, key, siblings, hintFor } = message;
  const reply: DynamoOutput = { kind: 'send', to: from, message: { kind: 'put_reply', client, number, incarnation } };
  const next = hintFor === null ? stored(state, key, siblings) : hinted(state, hintFor, key, siblings);
  if (next === state) return { state, outputs: [reply] };
  const outputs: DynamoOutput[] = [persisted(next), reply];
  if (state.hints.length === 0 && next.hints.length > 0) outputs.push(handoffTimer(state));
  return { state: next, outputs };
}

function stored(state: DynamoState, key: number, siblings: Siblings): DynamoState {
  const mine = state.store[key] ?? NO_SIBLINGS;
  const merged = mergeSiblings(state.config.versioning, mine, siblings);
  return merged === mine ? state : { ...state, store: withSiblings(state.store, key, merged) };
}

function hinted(state: DynamoState, node: NodeIndex, key: number, siblings: Siblings): DynamoState {
  const index = state.hints.findIndex((hint) => hint.node === node && hint.key === key);
  const kept = state.hints[index]?.siblings ?? NO_SIBLINGS;
  const merged = mergeSiblings(state.config.versioning, kept, siblings);
  if (merged === kept) return state;
  const hint: Hint = { node, key, siblings: merged };
  return { ...state, hints: index === -1 ? [...state.hints, hint] : state.hints.with(index, hint) };
}

function persisted({ store, hints }: DynamoState): DynamoOutput {
  return { kind: 'persist', durable: { store, hints } };
}

export function handoffTimer({ config: { handoffMs } }: DynamoState): DynamoOutput {
  return { kind: 'set_timer', timer: TIMERS.handoff, minMs: handoffMs, maxMs: handoffMs };
}

export function onHandoffTimer(state: DynamoState): DynamoStep {
  if (state.hints.length === 0) return { state, outputs: NO_OUTPUTS };
  const outputs: DynamoOutput[] = state.hints.map(({ node, key, siblings }) => ({
    kind: 'send',
    to: node,
    message: { kind: 'handoff', key, siblings },
  }));
  return { state, outputs: [...outputs, handoffTimer(state)] };
}

export function onHandoff(
  state: DynamoState,
  from: NodeIndex,
  message: MessageOf<'handoff' | 'handoff_reply'>,
): DynamoStep {
  const { key, siblings } = message;
  const next = stored(state, key, siblings);
  const reply: DynamoOutput = { kind: 'send', to: from, message: { kind: 'handoff_reply', key, siblings } };
  return { state: next, outputs: next === state ? [reply] : [persisted(next), reply] };
}

/** The owner has it: the hint goes, unless it grew meanwhile. */
export function onHandoffReply(
  state: DynamoState,
  from: NodeIndex,
  message: MessageOf<'handoff' | 'handoff_reply'>,
): DynamoStep {
  const { versioning } = state.config;
  const isHandedOver = ({ node, key, siblings }: Hint): boolean =>
    node === from && key === message.key && mergeSiblings(versioning, message.siblings, siblings) === message.siblings;
  const hints = state.hints.filter((hint) => !isHandedOver(hint));
  if (hints.length === state.hints.length) return { state, outputs: NO_OUTPUTS };
  const next = { ...state, hints };
  const outputs = [persisted(next)];
  if (hints.length === 0) outputs.push({ kind: 'cancel_timer', timer: TIMERS.handoff });
  return { state: next, outputs };
}

export function antiEntropyTimer({ config: { antiEntropyMs } }: DynamoState): DynamoOutput {
  return { kind: 'set_timer', timer: TIMERS.antiEntropy, minMs: antiEntropyMs * 0.9, maxMs: antiEntropyMs * 1.1 };
}

export function onAntiEntropy(state: DynamoState): DynamoStep {
  const { config, self, distance, store } = state;
  const next = { ...state, distance: distance + 1 < config.nodes ? distance + 1 : 1 };
  const to = (self + distance) % config.nodes;
  const message: DynamoMessage = { kind: 'sync', store, isReply: false };
  return { state: next, outputs: [{ kind: 'send', to, message }, antiEntropyTimer(state)] };
}

/** Takes over what is new of the keys that both hold, and tells the other what it lacks. */
export function onSync(state: DynamoState, from: NodeIndex, message: MessageOf<'sync'>): DynamoStep {
  const { config, self } = state;
  let next = state;
  for (let key = 0; key < message.store.length; key++)
    if (isReplica(config, key, self)) next = stored(next, key, message.store[key] ?? NO_SIBLINGS);
  const outputs: DynamoOutput[] = next === state ? [] : [persisted(next)];
  if (!message.isReply && lacksSome(next, from, message.store))
    outputs.push({ kind: 'send', to: from, message: { kind: 'sync', store: next.store, isReply: true } });
  return { state: next, outputs };
}

function lacksSome({ config, store }: DynamoState, node: NodeIndex, theirs: Store): boolean {
  return store.some((siblings, key) => {
    const held = theirs[key] ?? NO_SIBLINGS;
    return isReplica(config, key, node) && mergeSiblings(config.versioning, held, siblings) !== held;
  });
}

export function gcTimer({ config: { gcGraceMs } }: DynamoState): DynamoOutput {
  return { kind: 'set_timer', timer: TIMERS.gc, minMs: gcGraceMs, maxMs: gcGraceMs };
}

export function onTombstoneGc(state: DynamoState): DynamoStep {
  const doomed: string[] = [];
  const store = state.store.map((siblings, key) =>
    siblings.filter(({ client, number, value }) => {
      if (value !== null) return true;
      const name = `${key}/${client}/${number}`;
      if (state.doomed.includes(name)) return false;
      doomed.push(name);
      return true;
    }),
  );
  const isSame = store.every((siblings, key) => siblings.length === state.store[key]?.length);
  const next = { ...state, store: isSame ? state.store : store, doomed };
  return { state: next, outputs: isSame ? [gcTimer(state)] : [persisted(next), gcTimer(state)] };
}
