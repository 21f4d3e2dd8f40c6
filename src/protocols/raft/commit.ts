/**
 * Committed entries are applied in order; the leader answers their clients and goes on with a change of configuration.
 */
import { NO_OUTPUTS } from '../protocol.ts';
import { advanceMembership } from './membership.ts';
import { compact, type Entry, entryAt } from './raft-log.ts';
import { isWitness, persist, type RaftOutput, type RaftState, type RaftStep, withCommitted } from './raft-state.ts';
import { applyRequest, type Machine } from './state-machine.ts';

/** Commits up to `index`, if that is news. */
export function commitTo(state: RaftState, index: number): RaftStep {
  if (index <= state.commitIndex) return { state, outputs: NO_OUTPUTS };
  const outputs: RaftOutput[] = [];
  let { machine } = state;
  for (let at = machine.appliedIndex + 1; at <= index; at++) {
    const entry = entryAt(state.log, at);
    machine = apply(state, machine, at, entry);
    if (state.role === 'leader' && entry !== undefined) answer(machine, entry, outputs);
  }
  const log = isLong(state) ? compact(state.log, state.machine) : state.log;
  const applied = withCommitted(state, log, index, machine);
  if (applied.role !== 'leader') return { state: applied, outputs };
  if (log !== state.log) outputs.push(persist(applied));
  const { state: changed, outputs: more } = advanceMembership(applied);
  return { state: changed, outputs: more.length === 0 ? outputs : [...outputs, ...more] };
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

/** Compacted is what was committed before this step, so that every step still shows the entries that it commits. */
function isLong({ config, log, machine }: RaftState): boolean {
  return machine.appliedIndex - log.snapshotIndex >= config.snapshotEntries;
}
