/**
 * In words what follows from given acceptor states: each value that is, may be or can still be chosen, and what a new proposer must
 * propose. Values that rest on the same quorums share a line.
 */
import { ballotText, NO_BALLOT } from './ballot.ts';
import { analyseGivenState, type ChosenIn, type GivenAcceptor, type GivenState } from './given-state.ts';
import type { PaxosConfig } from './paxos-state.ts';

export interface GivenAcceptorFindings {
  readonly chosen: readonly string[];
  readonly proposals: readonly string[];
}

/** Of more quorums than this, only the number is said. */
const QUORUMS_SHOWN_MAX = 10;

/** Of states that `givenPaxosSteps` accepts. */
export function describeGivenAcceptors(config: PaxosConfig, given: readonly GivenAcceptor[]): GivenAcceptorFindings {
  const state = analyseGivenState(given, config.quorums);
  return { chosen: describeChosen(given, state), proposals: describeProposals(state) };
}

/** What is chosen may also be said to be possible; each ballot is named once, by the strongest that is true of it. */
function describeChosen(given: readonly GivenAcceptor[], state: GivenState): string[] {
  const { chosen, maybeChosen, choosableInOldBallot } = state;
  const maybe = maybeChosen.filter(isNotIn(chosen));
  const later = choosableInOldBallot.filter(isNotIn([...chosen, ...maybeChosen]));
  const lines = [
    ...chosen.map((each) => `${each.value} is chosen ${reasons(each, given)}`),
    ...maybe.map((each) => `${each.value} may be chosen ${reasons(each, given)}`),
    ...later.map((each) => `${each.value} can still be chosen ${reasons(each, given)}`),
  ];
  return lines.length === 0 ? ['Nothing is chosen, and no old ballot can choose anything.'] : lines;
}

function isNotIn(list: readonly ChosenIn[]): (each: ChosenIn) => boolean {
  return ({ ballot }) => !list.some((other) => other.ballot === ballot);
}

function reasons({ ballot, acceptors }: ChosenIn, given: readonly GivenAcceptor[]): string {
  const where = (isMeant: (last: number) => boolean): number[] =>
    acceptors.filter((node) => isMeant(given[node]?.acceptedBallot ?? NO_BALLOT));
  const parts: readonly (readonly [number[], string])[] = [
    [where((last) => last === ballot), 'accepted it'],
    [where((last) => last > ballot), 'may have accepted it before a later ballot'],
    [where((last) => last < ballot), 'may accept it yet'],
  ];
  const said = parts.flatMap(([nodes, does]) => (nodes.length === 0 ? [] : [`${names(nodes)} ${does}`]));
  return `in ballot ${ballotText(ballot)}: ${said.join(', ')}.`;
}

function describeProposals({ next, choosableInNewBallot }: GivenState): string[] {
  return choosableInNewBallot.map((value) => {
    const quorums = next.filter((each) => each.value === value).map(({ quorum }) => `{${quorum.map(name).join(', ')}}`);
    const rest = quorums.length - QUORUMS_SHOWN_MAX;
    const shown =
      rest > 0 ? `${quorums.slice(0, QUORUMS_SHOWN_MAX).join(', ')} or ${rest} more sets` : quorums.join(' or ');
    const must = value === null ? 'may propose any value' : `must propose ${value}`;
    return `A new proposer that is answered by ${shown} ${must}.`;
  });
}

function names(nodes: readonly number[]): string {
  const last = nodes.at(-1);
  if (last === undefined) return 'nobody';
  return nodes.length === 1 ? name(last) : `${nodes.slice(0, -1).map(name).join(', ')} and ${name(last)}`;
}

function name(node: number): string {
  return `n${node + 1}`;
}
