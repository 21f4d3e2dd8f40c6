/**
 * Committed entries are applied in order; the leader answers their clients and goes on with a change of configuration.
 */
import { advanceMembership } from './membership.ts';
import { compact, type Entry, entryAt, type RaftLog } from './raft-log.ts';
import { isWitness, persist, type RaftOutput, type RaftState, type RaftStep, withReplicated } from './raft-state.ts';
import { applyRequest, type Machine } from './state-machine.ts';

/** The leader commits up to `index`, by what its followers are known to have. */
export function commitTo(
  state: RaftState,
  index: number,
  nextIndex: readonly number[],
  matchIndex: readonly number[],
): RaftStep {
  const outputs: RaftOutput[] = [];
  const machine = applyTo(state, state.log, index, outputs);
  const log = compacted(state, state.log);
  const applied = withReplicated(state, log, state.membership, index, machine, nextIndex, matchIndex);
  if (log !== state.log) outputs.push(persist(applied));
  const { state: changed, outputs: more } = advanceMembership(applied);
  return { state: changed, outputs: more.length === 0 ? outputs : [...outputs, ...more] };
}

/** The state machine with the entries of `log` up to `index`; their clients are answered in `answers`, if there is such a list. */
export function applyTo(state: RaftState, log: RaftLog, index: number, answers: RaftOutput[] | undefined): Machine {
  let { machine } = state;
  for (let at = machine.appliedIndex + 1; at <= index; at++) {
    const entry = entryAt(log, at);
    machine = apply(state, machine, at, entry);
    if (answers !== undefined && entry !== undefined) answer(machine, entry, answers);
  }
  return machine;
}

/** Compacted is what was committed before this step, so that every step still shows the entries that it commits. */
export function compacted({ config, machine }: RaftState, log: RaftLog): RaftLog {
  return machine.appliedIndex - log.snapshotIndex >= config.snapshotEntries ? compact(log, machine) : log;
}

function apply({ config, self }: RaftState, machine: Machine, at: number, entry: Entry | undefined): Machine {
  const { values, sessions } = machine;
  const isEmpty = entry === undefined || entry.request === null || isJoint(entry) || isWitness(config, self);
  return isEmpty || entry.request === null
    ? { appliedIndex: at, values, sessions }
    : applyRequest(machine, at, entry.request);
}

/** The joint configuration is half of a change: its client is told when the new one is committed. */
function isJoint({ membership }: Entry): boolean {
  return membership !== null && membership.outgoing !== null;
}

function answer({ sessions }: Machine, entry: Entry, outputs: RaftOutput[]): void {
  if (entry.request === null || isJoint(entry)) return;
  const { client, number } = entry.request;
  const session = sessions[client];
  if (session?.number === number) outputs.push({ kind: 'respond', client, number, response: session.response });
}
