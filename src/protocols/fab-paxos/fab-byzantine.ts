/**
 * What a Byzantine node does. Inside it runs the honest protocol, and corrupts what leaves it:
 * - equivocate: as leader it proposes one value to the nodes whose index has not its own parity, and another to the rest; as acceptor it tells each
 *   node that it has accepted what that one has, but reports to the next leader the value that fewer were given, before it is asked.
 * - lie: as acceptor and in reports it names another value than it accepted, as leader it proposes another than it may, and answers clients
 *   and learners wrongly.
 * - withhold: it leaves the nodes with an odd index out of all that it sends, and answers no client.
 * All of them hide their commit proofs. None forges: what they send about others is what they were sent.
 */
import type { Input } from '../protocol.ts';
import {
  type FabMessage,
  type FabOutput,
  type FabState,
  leaderOf,
  type Proposal,
  type Report,
} from './fab-paxos-state.ts';

/** Remembers the first two different values that came by. */
export function noteDecoys(state: FabState, input: Input<FabMessage>): FabState {
  const value = valueIn(input);
  if (value === undefined || state.decoys.length === 2 || state.decoys.includes(value)) return state;
  return { ...state, decoys: [...state.decoys, value] };
}

function valueIn(input: Input<FabMessage>): number | undefined {
  if (input.kind === 'request') return input.request.command.value;
  if (input.kind !== 'message') return undefined;
  return input.message.kind === 'propose' ? input.message.proposal.value : undefined;
}

/** Turns what an honest node would do after `input` into what this one does. `known` is what it knew before to equivocate with. */
export function corrupt(
  state: FabState,
  known: readonly number[],
  input: Input<FabMessage>,
  honest: readonly FabOutput[],
): readonly FabOutput[] {
  const outputs = honest.flatMap((output) => corruptOne(state, output));
  if (state.config.behavior !== 'equivocate') return outputs;
  if (known.length === 1 && state.decoys.length === 2) outputs.push(...lateProposals(state));
  return [...outputs, ...agreement(state, input), ...earlyReport(state, input)];
}

function corruptOne(state: FabState, output: FabOutput): FabOutput[] {
  const { behavior } = state.config;
  if (output.kind === 'respond') {
    if (behavior === 'withhold') return [];
    return behavior === 'lie' ? [{ ...output, response: { status: 'ok', value: -1 } }] : [output];
  }
  if (output.kind !== 'send' || output.to === state.self) return [output];
  if (behavior === 'withhold' && output.to % 2 === 1) return [];
  const message = corruptMessage(state, output.to, output.message);
  return message === undefined ? [] : [{ kind: 'send', to: output.to, message }];
}

function corruptMessage(state: FabState, to: number, message: FabMessage): FabMessage | undefined {
  const { behavior } = state.config;
  switch (message.kind) {
    case 'commit_proof':
      return undefined;
    case 'report':
      return { kind: 'report', report: falseReport(state, message.report) };
    case 'propose':
      return falseProposal(state, to, message.proposal);
    case 'accepted':
      if (behavior === 'equivocate') return undefined;
      return behavior === 'lie' ? { ...message, value: otherThan(state, message.value) ?? message.value } : message;
    case 'learned':
      return behavior === 'lie' ? { kind: 'learned', value: -1 } : message;
    case 'pull':
      return message;
  }
}

function falseReport(state: FabState, report: Report): Report {
  const { behavior } = state.config;
  if (behavior === 'withhold') return { ...report, acceptedView: -1, accepted: null, proof: null };
  const other = report.accepted === null ? undefined : otherThan(state, report.accepted);
  if (other === undefined) return { ...report, proof: null };
  const acceptedView = behavior === 'lie' ? report.view - 1 : report.acceptedView;
  return { ...report, acceptedView, accepted: other, proof: null };
}

/** Where it knows no other value yet, the equivocator says nothing to those that are to get it. */
function falseProposal(state: FabState, to: number, proposal: Proposal): FabMessage | undefined {
  const { behavior } = state.config;
  const isHonest = behavior === 'withhold' || (behavior === 'equivocate' && to % 2 !== state.self % 2);
  if (isHonest) return { kind: 'propose', proposal };
  const value = otherThan(state, proposal.value);
  if (value === undefined) return behavior === 'equivocate' ? undefined : { kind: 'propose', proposal };
  return { kind: 'propose', proposal: { ...proposal, value } };
}

/** To those whom it had to leave out as long as it knew one value. */
function lateProposals({ config, self, view, proposal, decoys }: FabState): FabOutput[] {
  const value = decoys.find((each) => each !== proposal?.value);
  if (proposal?.view !== view || value === undefined) return [];
  const message: FabMessage = { kind: 'propose', proposal: { ...proposal, value } };
  const left = Array.from({ length: config.nodes }, (_, to) => to).filter((to) => to % 2 === self % 2 && to !== self);
  return left.map((to) => ({ kind: 'send', to, message }));
}

function otherThan({ decoys }: FabState, value: number): number | undefined {
  return decoys.find((each) => each !== value);
}

/** Tells whoever accepts that it has accepted the same. */
function agreement({ self }: FabState, input: Input<FabMessage>): FabOutput[] {
  if (input.kind !== 'message' || input.message.kind !== 'accepted' || input.from === self) return [];
  return [{ kind: 'send', to: input.from, message: input.message }];
}

/** Is the first to report to the leader after this one. */
function earlyReport(state: FabState, input: Input<FabMessage>): FabOutput[] {
  const { config, self, acceptedView, accepted } = state;
  if (input.kind !== 'message' || input.from === self || accepted === null) return [];
  const { message } = input;
  const view =
    message.kind === 'accepted' ? message.view + 1 : message.kind === 'report' ? message.report.view + 1 : -1;
  const to = leaderOf(config, view);
  if (view <= acceptedView || to === self) return [];
  const report = falseReport(state, { node: self, view, acceptedView, accepted, proof: null });
  return [{ kind: 'send', to, message: { kind: 'report', report } }];
}
