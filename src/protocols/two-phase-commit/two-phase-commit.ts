/**
 * Atomic commitment: a transaction at several participants commits at all of them or at none.
 *
 * Two-phase commit: J. Gray, "Notes on Data Base Operating Systems", 1978; P. Bernstein, V. Hadzilacos, N. Goodman, "Concurrency Control
 * and Recovery in Database Systems", 1987, chapter 7; presumed abort: C. Mohan, B. Lindsay, PODC 1983. The coordinator asks for
 * votes; when all are yes it forces a commit record, the one moment at which the transaction is committed, and tells all. Between its
 * yes and the decision a participant is uncertain and holds its locks: if the coordinator stays down then, and all voted yes, it blocks.
 *
 * Three-phase commit (D. Skeen, "Nonblocking Commit Protocols", SIGMOD 1981) puts a phase between, so that nobody is uncertain while
 * another has committed. The non-blocking protocol (O. Babaoglu, S. Toueg, "Non-Blocking Atomic Commitment", 1993) keeps two phases and
 * sends the decision by uniform reliable broadcast. Both go on without the coordinator, and both pay for it: they are correct only
 * where messages arrive in known time, and under a partition they commit on one side and abort on the other.
 *
 * Nodes: the participants, then the coordinator. See `coordinator.ts`, `participant.ts`, `termination.ts`.
 */
import type { Input, Protocol } from '../protocol.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { commitProperties } from './commit-properties.ts';
import {
  type CommitConfig,
  type CommitDurable,
  type CommitMessage,
  type CommitState,
  type CommitStep,
  type CoordinatorTransaction,
  coordinatorOf,
  nameOf,
} from './commit-types.ts';
import { coordinatorMessage, coordinatorRequest, coordinatorTimer, startCoordinator } from './coordinator.ts';
import { participantMessage, participantTimer, startParticipant } from './participant.ts';
import { describeTransaction } from './participant-record.ts';

export const twoPhaseCommit: Protocol<CommitConfig, CommitState, CommitMessage, CommitDurable> = {
  timers: ['retry', 'ask'],
  initial: (config, self, durable, incarnation) =>
    self === coordinatorOf(config)
      ? startCoordinator(config, self, durable, incarnation)
      : startParticipant(config, self, durable),
  step,
  properties: commitProperties,
  describe: { role: roleOf, leads, state: describeState, message: describeMessage },
};

function step(state: CommitState, input: Input<CommitMessage>): CommitStep {
  if (state.role === 'coordinator' && state.isGone) return { state, outputs: NO_OUTPUTS };
  switch (input.kind) {
    case 'message':
      return state.role === 'coordinator'
        ? coordinatorMessage(state, input.from, input.message)
        : participantMessage(state, input.from, input.message);
    case 'timer':
      return state.role === 'coordinator' ? coordinatorTimer(state) : participantTimer(state);
    case 'request':
      return state.role === 'coordinator'
        ? coordinatorRequest(state, input.request)
        : {
            state,
            outputs: [
              {
                kind: 'respond',
                client: input.request.client,
                number: input.request.number,
                response: { status: 'redirect', to: coordinatorOf(state.config) },
              },
            ],
          };
    case 'choice':
      return { state, outputs: NO_OUTPUTS };
  }
}

/** All decisions start there. */
function leads(state: CommitState): boolean {
  return state.role === 'coordinator' && !state.isGone;
}

/** A participant is as uncertain as its most uncertain transaction. */
function roleOf(state: CommitState): string {
  if (state.role === 'coordinator') return state.isGone ? 'gone' : 'coordinator';
  const phases = state.transactions.map(({ phase }) => phase);
  return phases.find((phase) => phase === 'prepared' || phase === 'pre_committed') ?? phases.at(-1) ?? 'idle';
}

function describeState(state: CommitState): string {
  const transactions: readonly string[] =
    state.role === 'coordinator'
      ? state.transactions.map(describeDecision)
      : state.transactions.map(describeTransaction);
  return transactions.length === 0 ? 'no transactions' : transactions.join('; ');
}

function describeDecision({ id, phase, answered, isEnded }: CoordinatorTransaction): string {
  if (phase === 'committing' || phase === 'aborting' || phase === 'asking') return `${nameOf(id)} ${phase}`;
  if (isEnded) return `${nameOf(id)} ${phase}, ended`;
  const what = phase === 'collecting' ? 'votes' : 'acks';
  const from = answered.flatMap((has, node) => (has ? [`n${node + 1}`] : []));
  return `${nameOf(id)} ${phase}, ${what} of ${from.length === 0 ? 'nobody' : from.join(' ')}`;
}

function describeMessage(message: CommitMessage): string {
  const name = nameOf(message.id);
  switch (message.kind) {
    case 'vote':
      return `vote ${message.isYes ? 'yes' : 'no'} ${name}`;
    case 'decide':
      return `${message.isCommit ? 'commit' : 'abort'} ${name}`;
    case 'report':
      return `${name} is ${message.report.phase}${message.report.isRecovering ? ', recovering' : ''}`;
    case 'prepare':
    case 'pre_commit':
    case 'pre_ack':
    case 'ack':
    case 'inquire':
    case 'logged':
      return `${message.kind.replace('_', '-')} ${name}`;
  }
}
