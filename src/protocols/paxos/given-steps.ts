/**
 * A Paxos cluster that starts from the state of a real one: every node as if it had restarted with what its acceptor holds.
 *
 * What is not given is the least that the protocol allows: nobody proposes, nobody has learned the outcome, no message is in flight. What
 * certainly no run of Paxos leads to is refused.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { NO_BALLOT } from './ballot.ts';
import { analyseGivenState, type GivenAcceptor } from './given-state.ts';
import { paxos } from './paxos.ts';
import type { PaxosConfig, PaxosStep } from './paxos-state.ts';

/** One step per node: what a driver starts it with. */
export function givenPaxosSteps(config: PaxosConfig, given: readonly GivenAcceptor[]): readonly PaxosStep[] {
  checkGiven(config, given);
  return given.map(({ promised, acceptedBallot, accepted }, self): PaxosStep => {
    const durable = { promised, acceptedBallot, accepted };
    const { state, outputs } = paxos.initial(config, self, durable, 0);
    return { state, outputs: [{ kind: 'persist', durable }, ...outputs] };
  });
}

function checkGiven({ nodes, quorums }: PaxosConfig, given: readonly GivenAcceptor[]): void {
  if (given.length !== nodes)
    refuse('not every node has a state', '', `${given.length} states`, `one for each of the ${nodes} nodes`);
  for (const [node, { acceptedBallot, accepted }] of given.entries()) {
    if (acceptedBallot === NO_BALLOT && accepted !== null)
      refuse(
        'a value is accepted in no ballot',
        `[${node}].accepted_in`,
        'none',
        'the ballot in which it was accepted',
      );
    if (acceptedBallot !== NO_BALLOT && accepted === null)
      refuse('no value is accepted in the ballot', `[${node}].accepted`, 'none', 'the value that was accepted');
  }
  const [contradiction] = analyseGivenState(given, quorums).contradictions;
  if (contradiction !== undefined)
    refuse('no run of Paxos leads to these states', '', contradiction, 'states of one run, without messages under way');
}

function refuse(message: string, at: string, received: string, expected: string): never {
  return fail('input/conflict', {
    message,
    path: `given_states${at}`,
    received: renderReceived(received),
    expected,
    nextStep:
      'Give e.g. "nodes":3,"given_states":[{"promised":"2.n2","accepted_in":"1.n1","accepted":7},{"promised":"2.n2"},{"promised":"1.n1"}].',
  });
}
