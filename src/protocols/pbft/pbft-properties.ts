/**
 * What PBFT claims (§4.5.1), over the replicas that do not lie.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Answered, ClusterView, Complaint, Monitor, Property } from '../property.ts';
import { digestText, lastSeq, type PbftConfig, type PbftState, type Slot, slotOf } from './pbft-state.ts';

const SOURCE = 'castro1999';

export function pbftProperties(config: PbftConfig): readonly Property<PbftState>[] {
  const honest = Array.from({ length: config.nodes - config.byzantine }, (_, index) => config.byzantine + index);
  return [
    {
      kind: 'always',
      name: 'agreement',
      statement: 'No two honest replicas commit different requests at one sequence number, in whatever views.',
      source: SOURCE,
      holds: ({ states }) => overPairs(honest, states, differentlyCommitted),
      monitor: () => agreementMonitor(config),
    },
    {
      kind: 'always',
      name: 'one prepared request',
      statement: 'No two honest replicas prepare different requests at one view and sequence number.',
      source: SOURCE,
      holds: ({ states }) => overPairs(honest, states, differentlyPrepared),
      monitor: () => preparedMonitor(config),
    },
    {
      kind: 'always',
      name: 'execution in order',
      statement:
        'Honest replicas that have executed equally many requests have executed the same ones in the same order.',
      source: SOURCE,
      holds: ({ states }) =>
        overPairs(honest, states, (one, other) =>
          differentlyExecuted(one.self, one.service, other.self, other.service),
        ),
      monitor: () => executionMonitor(config),
    },
    {
      kind: 'always',
      name: 'validity',
      statement: 'Honest replicas give one answer to a request.',
      source: SOURCE,
      holds: ({ answered }) => answerDiffers(config, answered),
      monitor: () => answerMonitor(config),
    },
    {
      kind: 'sometimes',
      name: 'a request commits',
      statement: 'A request is committed and executed by an honest replica.',
      reached: ({ states }) => honest.some((node) => (states[node]?.service.seq ?? 0) > 0),
    },
    {
      kind: 'sometimes',
      name: 'a view change completes',
      statement: 'An honest replica enters a view after the first.',
      reached: ({ states }) => honest.some((node) => states[node]?.isActive === true && states[node].view > 0),
    },
    {
      kind: 'eventually',
      name: 'honest replicas agree on the log',
      statement: 'All honest replicas have executed the same requests.',
      holds: (view) => executedApart(honest, view),
    },
  ];
}

function overPairs(
  honest: readonly NodeIndex[],
  states: readonly PbftState[],
  compare: (one: PbftState, other: PbftState) => Complaint,
): Complaint {
  for (const first of honest) {
    for (const second of honest) {
      const [one, other] = [states[first], states[second]];
      if (first >= second || one === undefined || other === undefined) continue;
      const complaint = compare(one, other);
      if (complaint !== undefined) return complaint;
    }
  }
  return undefined;
}

function differentlyCommitted(one: PbftState, other: PbftState): Complaint {
  for (let seq = one.stable.service.seq + 1; seq <= lastSeq(one); seq++) {
    const [a, b] = [slotOf(one, seq).committed, slotOf(other, seq).committed];
    if (a !== null && b !== null && a.digest !== b.digest)
      return commitComplaint(seq, one.self, a.digest, other.self, b.digest);
  }
  return undefined;
}

function commitComplaint(seq: number, one: NodeIndex, a: number, other: NodeIndex, b: number): string {
  return `at sequence number ${seq} n${one + 1} committed ${digestText(a)} and n${other + 1} committed ${digestText(b)}`;
}

function differentlyPrepared(one: PbftState, other: PbftState): Complaint {
  for (let seq = one.stable.service.seq + 1; seq <= lastSeq(one); seq++) {
    const [a, b] = [slotOf(one, seq).prepared, slotOf(other, seq).prepared];
    if (a !== null && b !== null && a.view === b.view && a.digest !== b.digest)
      return preparedComplaint(seq, a.view, one.self, a.digest, other.self, b.digest);
  }
  return undefined;
}

function preparedComplaint(seq: number, view: number, one: NodeIndex, a: number, other: NodeIndex, b: number): string {
  return `in view ${view} at sequence number ${seq} n${one + 1} prepared ${digestText(a)} and n${other + 1} prepared ${digestText(b)}`;
}

interface Executed {
  readonly seq: number;
  readonly chain: number;
}

function differentlyExecuted(one: NodeIndex, a: Executed, other: NodeIndex, b: Executed): Complaint {
  if (a.seq !== b.seq || a.chain === b.chain) return undefined;
  return `n${one + 1} and n${other + 1} have executed ${a.seq} requests, but not the same ones`;
}

/** The slots of `after` that are not those of `before`, by sequence number. */
function forChangedSlots(
  before: PbftState | undefined,
  after: PbftState,
  look: (seq: number, slot: Slot) => Complaint,
): Complaint {
  if (before?.slots === after.slots) return undefined;
  const low = after.stable.service.seq;
  const shift = before === undefined ? 0 : low - before.stable.service.seq;
  for (let index = 0; index < after.slots.length; index++) {
    const slot = after.slots[index];
    if (slot === undefined || slot === before?.slots[index + shift]) continue;
    const complaint = look(low + index + 1, slot);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

interface First {
  readonly node: NodeIndex;
  readonly digest: number;
}

/** Remembers who first committed what. */
function agreementMonitor({ byzantine }: PbftConfig): Monitor<PbftState> {
  const first: First[] = [];
  return {
    changed: (node, before, after) =>
      node < byzantine
        ? undefined
        : forChangedSlots(before, after, (seq, { committed }) => {
            if (committed === null) return undefined;
            const { digest } = committed;
            const known = first[seq];
            if (known === undefined) first[seq] = { node, digest };
            else if (known.digest !== digest) return commitComplaint(seq, known.node, known.digest, node, digest);
            return undefined;
          }),
  };
}

/** Remembers who first prepared what in each view. */
function preparedMonitor({ byzantine }: PbftConfig): Monitor<PbftState> {
  const first = new Map<number, Map<number, First>>();
  return {
    changed: (node, before, after) =>
      node < byzantine
        ? undefined
        : forChangedSlots(before, after, (seq, { prepared }) => {
            if (prepared === null) return undefined;
            const { view, digest } = prepared;
            const ofView = first.get(view) ?? new Map<number, First>();
            first.set(view, ofView);
            const known = ofView.get(seq);
            if (known === undefined) ofView.set(seq, { node, digest });
            else if (known.digest !== digest)
              return preparedComplaint(seq, view, known.node, known.digest, node, digest);
            return undefined;
          }),
  };
}

/** Remembers the digest of the log at each length. Whoever skips lengths, by a snapshot or several at a time, is compared at the last. */
function executionMonitor({ byzantine }: PbftConfig): Monitor<PbftState> {
  const first: (Executed & { readonly node: NodeIndex })[] = [];
  return {
    changed: (node, before, after) => {
      const { seq, chain } = after.service;
      if (node < byzantine || seq === 0 || before?.service === after.service) return undefined;
      const known = first[seq];
      if (known !== undefined) return differentlyExecuted(known.node, known, node, after.service);
      first[seq] = { node, seq, chain };
      return undefined;
    },
  };
}

function answerDiffers({ byzantine }: PbftConfig, answered: readonly Answered[]): Complaint {
  const monitor = answersByRequest();
  for (const answer of answered) {
    const complaint = answer.node < byzantine ? undefined : monitor(answer);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function answerMonitor({ byzantine }: PbftConfig): Monitor<PbftState> {
  const look = answersByRequest();
  return { answered: (answer) => (answer.node < byzantine ? undefined : look(answer)) };
}

/** Remembers the first answer to the latest request of each client. */
function answersByRequest(): (answer: Answered) => Complaint {
  const latest: Answered[] = [];
  return (answer) => {
    const { client, number } = answer.request;
    const known = latest[client];
    if (known === undefined || known.request.number < number) latest[client] = answer;
    if (known?.request.number !== number) return undefined;
    const [one, other] = [responseText(known), responseText(answer)];
    if (one === other) return undefined;
    return `n${known.node + 1} answered request ${number} of client ${client} with ${one}, n${answer.node + 1} with ${other}`;
  };
}

function responseText({ response }: Answered): string {
  if (response.status === 'failed') return response.reason;
  return response.status === 'ok' && response.value !== undefined ? String(response.value) : response.status;
}

function executedApart(honest: readonly NodeIndex[], { states, up }: ClusterView<PbftState>): Complaint {
  const running = honest.filter((node) => up[node] === true);
  const [first, ...others] = running.flatMap((node) => states[node] ?? []);
  if (first === undefined) return undefined;
  const apart = others.find(
    ({ service }) => service.seq !== first.service.seq || service.chain !== first.service.chain,
  );
  if (apart === undefined) return undefined;
  return `n${first.self + 1} has executed ${first.service.seq} requests and n${apart.self + 1} ${apart.service.seq}, or others`;
}
