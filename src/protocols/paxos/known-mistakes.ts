/**
 * The mistakes that Paxos and Multi-Paxos can be built with: as variants to name, and as switches in their configs.
 */
import type { Variant } from '../definition.ts';

/** All false in the protocol as published. */
export interface KnownMistakes {
  readonly takesAnyReported: boolean;
  readonly countsStalePromises: boolean;
  readonly acceptKeepsPromise: boolean;
}

const DISJOINT_QUORUMS = 'disjoint-quorums';

/** `breaks` is the property that no two values are chosen, by the name that the protocol gives it; `anyReported` states the first mistake. */
export function mistakeVariants(breaks: string, anyReported: string): readonly Variant[] {
  return [
    {
      name: 'paxos-any-reported-value',
      statement: anyReported,
      breaks,
      source: 'Lamport, Paxos Made Simple, 2001, P2c',
    },
    {
      name: 'paxos-stale-promise-counted',
      statement: 'A promise for an older ballot of the same proposer counts for its newer ballot.',
      breaks,
      source: 'github.com/luohaha/MyPaxos issue 18',
    },
    {
      name: 'accept-keeps-promise',
      statement: 'An acceptor that accepts in a higher ballot goes on to heed lower ballots.',
      breaks,
      source: 'Lamport, Paxos Made Simple, 2001, P1a',
    },
    {
      name: DISJOINT_QUORUMS,
      statement:
        'Both phases end after half of the nodes, rounded down (at least one), so that two quorums need not meet.',
      breaks,
      source: 'Howard, Malkhi, Spiegelman, Flexible Paxos, OPODIS 2016',
    },
  ];
}

export function mistakesOf(variant: string | undefined): KnownMistakes {
  return {
    takesAnyReported: variant === 'paxos-any-reported-value',
    countsStalePromises: variant === 'paxos-stale-promise-counted',
    acceptKeepsPromise: variant === 'accept-keeps-promise',
  };
}

export function hasDisjointQuorums(variant: string | undefined): boolean {
  return variant === DISJOINT_QUORUMS;
}
