/**
 * What every kind of Paxos demands of an acceptor.
 */
import { type AlwaysProperty, judgedOnSteps } from '../property.ts';
import { type Ballot, ballotText } from './ballot.ts';

export function promisesAreKept<State extends { readonly promised: Ballot }>(source: string): AlwaysProperty<State> {
  return {
    kind: 'always',
    name: 'promises are kept',
    statement: 'While a node runs, its promised ballot never becomes smaller.',
    source,
    ...judgedOnSteps<State>((node, before, after) =>
      after.promised < before.promised
        ? `n${node + 1} had promised ${ballotText(before.promised)} and now ${ballotText(after.promised)}`
        : undefined,
    ),
  };
}
