/**
 * What a Byzantine replica does. Inside it runs the honest protocol, and corrupts what leaves it:
 * - equivocate: as primary it gives one sequence number to two requests, one for the replicas with an even index and one for the others; as backup
 *   it agrees with each replica about whatever that one prepares, so that each believes to have it on its side.
 * - lie: it votes for the null request wherever others vote for a real one, answers clients wrongly, and as primary proposes a request
 *   of before in place of the new one.
 * - withhold: it leaves the replicas with an odd index out of all that it sends, and answers no client.
 * All of them hide in a VIEW-CHANGE what they have prepared. None forges: what they send about others is what they were sent.
 */
import type { Input, Request } from '../protocol.ts';
import { digestOf, NULL_DIGEST, type PbftMessage, type PbftOutput, type PbftState } from './pbft-state.ts';

/** Remembers the last two different requests that came by. */
export function noteDecoys(state: PbftState, input: Input<PbftMessage>): PbftState {
  const request = requestIn(input);
  const digest = digestOf(request);
  if (request === null || state.decoys.some((each) => digestOf(each) === digest)) return state;
  return { ...state, decoys: [...state.decoys.slice(-1), request] };
}

function requestIn(input: Input<PbftMessage>): Request | null {
  if (input.kind === 'request') return input.request;
  if (input.kind !== 'message') return null;
  return input.message.kind === 'request' || input.message.kind === 'pre_prepare' ? input.message.request : null;
}

/** Turns what an honest replica would do after `input` into what this one does. */
export function corrupt(
  state: PbftState,
  input: Input<PbftMessage>,
  honest: readonly PbftOutput[],
): readonly PbftOutput[] {
  const outputs = honest.flatMap((output) => corruptOne(state, output));
  return state.config.behavior === 'equivocate' ? [...outputs, ...agreement(state, input)] : outputs;
}

function corruptOne(state: PbftState, output: PbftOutput): PbftOutput[] {
  const { behavior } = state.config;
  if (output.kind === 'respond') return corruptResponse(state, output);
  if (output.kind !== 'send' || output.to === state.self) return [output];
  if (behavior === 'withhold' && output.to % 2 === 1) return [];
  const message = corruptMessage(state, output.to, output.message);
  return message === undefined ? [] : [{ kind: 'send', to: output.to, message }];
}

function corruptResponse({ config }: PbftState, output: PbftOutput & { readonly kind: 'respond' }): PbftOutput[] {
  if (config.behavior === 'withhold') return [];
  return config.behavior === 'lie' ? [{ ...output, response: { status: 'ok', value: -1 } }] : [output];
}

function corruptMessage(state: PbftState, to: number, message: PbftMessage): PbftMessage | undefined {
  const { behavior } = state.config;
  switch (message.kind) {
    case 'view_change':
      return { kind: 'view_change', change: { ...message.change, prepared: [] } };
    case 'pre_prepare':
      return behavior === 'withhold' ? message : withOtherRequest(state, to, message);
    case 'prepare':
    case 'commit':
      if (behavior === 'equivocate') return undefined;
      return behavior === 'lie' ? { ...message, digest: NULL_DIGEST } : message;
    default:
      return message;
  }
}

/** Another genuine request under the same number. Where it knows no other, the equivocator says nothing. */
function withOtherRequest(
  { config, decoys }: PbftState,
  to: number,
  message: PbftMessage & { readonly kind: 'pre_prepare' },
): PbftMessage | undefined {
  if (config.behavior === 'equivocate' && to % 2 === 0) return message;
  const request = decoys.find((each) => digestOf(each) !== message.digest);
  if (request === undefined) return config.behavior === 'equivocate' ? undefined : message;
  return { ...message, digest: digestOf(request), request };
}

/** Tells the sender of a prepare that it agrees. */
function agreement({ self }: PbftState, input: Input<PbftMessage>): PbftOutput[] {
  if (input.kind !== 'message' || input.message.kind !== 'prepare' || input.from === self) return [];
  const { view, seq, digest } = input.message;
  const to = input.from;
  return [
    { kind: 'send', to, message: { kind: 'prepare', view, seq, digest } },
    { kind: 'send', to, message: { kind: 'commit', view, seq, digest } },
  ];
}
