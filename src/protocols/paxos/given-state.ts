/**
 * Paxos at a standstill: from what the acceptors hold now, which values may be chosen already, which can still become chosen, and what a
 * new proposer must propose, by the phase-1 quorum that answers it (Lamport, Paxos Made Simple, 2001, P2c).
 *
 * Exact by going through all sets of acceptors, 2^n of them. An acceptor shows its last acceptance alone; earlier ones are assumed where
 * nothing excludes them. Contradictions are certain signs that no run leads here; that there is none does not prove that one does.
 */
import { fail } from '../../kernel/failure.ts';
import { type Ballot, ballotText } from './ballot.ts';
import { isQuorum, type NodeBits, type PhaseQuorums } from './phase-quorums.ts';

export interface GivenAcceptor {
  readonly promised: Ballot;
  readonly acceptedBallot: Ballot;
  /** Null where nothing was accepted. */
  readonly accepted: number | null;
}

/** A value with the ballot, and the acceptors that make it so. */
export interface ChosenIn {
  readonly value: number;
  readonly ballot: Ballot;
  readonly acceptors: readonly number[];
}

export interface NextProposal {
  /** A smallest phase-1 quorum that answers. */
  readonly quorum: readonly number[];
  /** Null: free to propose anything. */
  readonly value: number | null;
}

export interface GivenState {
  readonly contradictions: readonly string[];
  /** A phase-2 quorum holds it. */
  readonly chosen: readonly ChosenIn[];
  /** Cannot be excluded: acceptors that hold later ballots may have accepted it before. */
  readonly maybeChosen: readonly ChosenIn[];
  /** Accepts of this ballot that are still on their way can make it chosen. */
  readonly choosableInOldBallot: readonly ChosenIn[];
  readonly next: readonly NextProposal[];
  /** Values that a higher ballot can have chosen; null among them: any. */
  readonly choosableInNewBallot: readonly (number | null)[];
}

/** All sets of acceptors are looked at. */
const GIVEN_ACCEPTORS_MAX = 12;

export function analyseGivenState(acceptors: readonly GivenAcceptor[], quorums: PhaseQuorums): GivenState {
  if (acceptors.length > GIVEN_ACCEPTORS_MAX) {
    fail('input/too_large', {
      message: 'there are too many acceptors to look at all sets of them',
      path: 'given_states',
      received: String(acceptors.length),
      expected: `at most ${GIVEN_ACCEPTORS_MAX}`,
      nextStep: 'Give the acceptors that can be reached.',
    });
  }
  const next = minimalSets(acceptors.length, quorums).map((set) => ({
    quorum: nodesOf(set),
    value: highestReport(acceptors, set),
  }));
  return {
    contradictions: contradictionsOf(acceptors, quorums),
    chosen: chosenWhere(acceptors, quorums, ({ acceptedBallot }, ballot) => acceptedBallot === ballot),
    maybeChosen: chosenWhere(acceptors, quorums, ({ acceptedBallot }, ballot) => acceptedBallot >= ballot).filter(
      (each) => isNotOutvoted(acceptors, each),
    ),
    choosableInOldBallot: chosenWhere(
      acceptors,
      quorums,
      ({ acceptedBallot, promised }, ballot) => acceptedBallot >= ballot || promised <= ballot,
    ).filter((each) => isNotOutvoted(acceptors, each)),
    next,
    choosableInNewBallot: [...new Set(next.map(({ value }) => value))],
  };
}

type Counts = (acceptor: GivenAcceptor, ballot: Ballot) => boolean;

/** The accepted ballots for which the acceptors that count are a phase-2 quorum. */
function chosenWhere(acceptors: readonly GivenAcceptor[], { phase2 }: PhaseQuorums, counts: Counts): ChosenIn[] {
  const found: ChosenIn[] = [];
  for (const { acceptedBallot: ballot, accepted: value } of acceptors) {
    if (value === null || found.some((each) => each.ballot === ballot)) continue;
    const bits = bitsOf(acceptors, (acceptor) => counts(acceptor, ballot));
    if (isQuorum(phase2, bits)) found.push({ value, ballot, acceptors: nodesOf(bits) });
  }
  return found.sort((a, b) => a.ballot - b.ballot);
}

/** Once a value is chosen, every higher ballot has it; so another value in a higher ballot means that it never was. */
function isNotOutvoted(acceptors: readonly GivenAcceptor[], { ballot, value }: ChosenIn): boolean {
  return acceptors.every((acceptor) => acceptor.acceptedBallot < ballot || acceptor.accepted === value);
}

function contradictionsOf(acceptors: readonly GivenAcceptor[], quorums: PhaseQuorums): string[] {
  const found: string[] = [];
  for (const [index, { promised, acceptedBallot: ballot, accepted }] of acceptors.entries()) {
    const name = `n${index + 1}`;
    if (ballot > promised)
      found.push(`${name} accepted in ${ballotText(ballot)} and has promised ${ballotText(promised)} only`);
    if (accepted === null) continue;
    const other = acceptors.findIndex(
      (each, at) => at > index && each.acceptedBallot === ballot && each.accepted !== accepted,
    );
    if (other !== -1) found.push(`${name} and n${other + 1} hold different values of ballot ${ballotText(ballot)}`);
    const promises = bitsOf(acceptors, (each) => each.promised >= ballot);
    if (!isQuorum(quorums.phase1, promises))
      found.push(`${name} accepted in ${ballotText(ballot)}, which no phase-1 quorum has promised`);
  }
  const chosen = chosenWhere(acceptors, quorums, ({ acceptedBallot }, ballot) => acceptedBallot === ballot);
  for (const each of chosen)
    if (!isNotOutvoted(acceptors, each))
      found.push(`${each.value} is chosen in ${ballotText(each.ballot)}, and a higher ballot holds another value`);
  return found;
}

function highestReport(acceptors: readonly GivenAcceptor[], set: NodeBits): number | null {
  let highest: GivenAcceptor | undefined;
  for (const index of nodesOf(set)) {
    const acceptor = acceptors[index];
    if (acceptor !== undefined && acceptor.acceptedBallot > (highest?.acceptedBallot ?? 0)) highest = acceptor;
  }
  return highest?.accepted ?? null;
}

/** Phase-1 quorums of which every node is needed. */
function minimalSets(count: number, { phase1 }: PhaseQuorums): NodeBits[] {
  const sets: NodeBits[] = [];
  for (let set = 1; set < 1 << count; set++)
    if (isQuorum(phase1, set) && nodesOf(set).every((node) => !isQuorum(phase1, set & ~(1 << node)))) sets.push(set);
  return sets;
}

function bitsOf(acceptors: readonly GivenAcceptor[], isIn: (acceptor: GivenAcceptor) => boolean): NodeBits {
  let bits = 0;
  for (const [index, acceptor] of acceptors.entries()) if (isIn(acceptor)) bits |= 1 << index;
  return bits;
}

function nodesOf(bits: NodeBits): number[] {
  const nodes: number[] = [];
  for (let node = 0; bits >> node !== 0; node++) if ((bits & (1 << node)) !== 0) nodes.push(node);
  return nodes;
}
