/**
 * Committed entries are applied in order; the leader answers their clients, goes on with a change of configuration, and compacts the log.
 */
import { advanceMembership } from './membership.ts';
import { compact, entryAt } from './raft-log.ts';
import { persist, type RaftOutput, type RaftState, type RaftStep, withCommitted, withLog } from './raft-state.ts';
import { answerReads } from './reads.ts';
import { applyRequest, type Machine } from './state-machine.ts';

/** Commits up to `index`, if that is news. */
export function commitTo(state: RaftState, index: number): RaftStep {
  if (index <= state.commitIndex) return { state, outputs: [] };
  const outputs: RaftOutput[] = [];
  let { machine } = state;
  for (let at = machine.appliedIndex + 1; at <= index; at++) {
    const request = entryAt(state.log, at)?.request ?? null;
    machine = request === null ? moved(machine, at) : applyRequest(machine, at, request);
    if (request !== null && state.role === 'leader') {
      const { client, number } = request;
      const session = machine.sessions[client];
      if (session?.number === number) outputs.push({ kind: 'respond', client, number, response: session.response });
    }
  }
  const applied = withCommitted(state, index, machine);
  const changed = applied.role === 'leader' ? advanceMembership(state, applied) : { state: applied, outputs: [] };
  const read = changed.state.role === 'leader' ? answerReads(changed.state) : { state: changed.state, outputs: [] };
  const compacted = compactIfLong(read.state);
  return { state: compacted.state, outputs: [...outputs, ...changed.outputs, ...read.outputs, ...compacted.outputs] };
}

function moved({ values, sessions }: Machine, appliedIndex: number): Machine {
  return { appliedIndex, values, sessions };
}

function compactIfLong(state: RaftState): RaftStep {
  const { config, log, machine } = state;
  if (machine.appliedIndex - log.snapshotIndex < config.snapshotEntries) return { state, outputs: [] };
  const next = withLog(state, compact(log, machine), state.membership);
  return { state: next, outputs: [persist(next)] };
}
