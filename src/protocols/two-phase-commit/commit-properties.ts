/**
 * The five properties of atomic commitment (Bernstein, Hadzilacos, Goodman 1987, section 7.2; Babaoglu, Toueg 1993).
 */
import type { AlwaysProperty, ClusterView, Complaint, Monitor, Property } from '../property.ts';
import { type CommitConfig, type CommitState, nameOf, type TransactionId } from './commit-types.ts';

export const AC1 = 'AC1 agreement';
export const AC2 = 'AC2 no reversal';
export const AC3 = 'AC3 commit needs every yes';
export const AC4 = 'AC4 all yes can commit';
export const AC5 = 'AC5 every participant eventually decides';

export function commitProperties(_config: CommitConfig): readonly Property<CommitState>[] {
  return [agreement, noReversal, everyYes, canCommit, everybodyDecides];
}

interface Decision {
  readonly id: TransactionId;
  readonly noVoter: number;
  readonly phase: 'committed' | 'aborted';
}

const NONE: readonly never[] = [];

/** Decided transactions of a node. */
function decisionsOf(state: CommitState): Decision[] {
  const decided: Decision[] = [];
  for (const { id, noVoter, phase } of state.transactions)
    if (phase === 'committed' || phase === 'aborted') decided.push({ id, noVoter, phase });
  return decided;
}

/** Decisions of `after` that the step has brought. Places only move forward, when others are forgotten. */
function newDecisions(before: CommitState | undefined, after: CommitState): readonly Decision[] {
  const { transactions } = after;
  if (before?.transactions === transactions) return NONE;
  const old: readonly unknown[] = before?.transactions ?? NONE;
  let decided: Decision[] | undefined;
  for (let index = 0; index < transactions.length; index++) {
    const transaction = transactions[index];
    if (transaction === undefined || (transaction.phase !== 'committed' && transaction.phase !== 'aborted')) continue;
    if (old[index] === transaction || old.includes(transaction, index)) continue;
    const { id, noVoter, phase } = transaction;
    decided ??= [];
    decided.push({ id, noVoter, phase });
  }
  return decided ?? NONE;
}

function nodeName(state: CommitState): string {
  return state.role === 'coordinator' ? 'the coordinator' : `n${state.self + 1}`;
}

const agreement: AlwaysProperty<CommitState> = {
  kind: 'always',
  name: AC1,
  statement: 'No two processes decide differently about a transaction.',
  holds: (view) => {
    for (const state of view.states) {
      for (const { id, phase } of decisionsOf(state)) {
        const other = phase === 'committed' ? whoAborted(view, id) : undefined;
        if (other !== undefined) return disagree(nameOf(id), nodeName(state), other);
      }
    }
    return undefined;
  },
  monitor: () => {
    const first = new Map<string, { readonly phase: string; readonly node: string }>();
    return {
      changed: (_node, before, after) => {
        for (const { id, phase } of newDecisions(before, after)) {
          const name = nameOf(id);
          const earlier = first.get(name);
          if (earlier === undefined) first.set(name, { phase, node: nodeName(after) });
          else if (earlier.phase !== phase)
            return phase === 'committed'
              ? disagree(name, nodeName(after), earlier.node)
              : disagree(name, earlier.node, nodeName(after));
        }
        return undefined;
      },
    };
  },
};

function whoAborted({ states }: ClusterView<CommitState>, id: TransactionId): string | undefined {
  const name = nameOf(id);
  const state = states.find((each) =>
    decisionsOf(each).some((decision) => decision.phase === 'aborted' && nameOf(decision.id) === name),
  );
  return state === undefined ? undefined : nodeName(state);
}

function disagree(transaction: string, committed: string, aborted: string): string {
  return `${committed} committed ${transaction}, ${aborted} aborted it`;
}

const noReversal: AlwaysProperty<CommitState> = {
  kind: 'always',
  name: AC2,
  statement: 'A process does not reverse its decision.',
  step: reversed,
  monitor: (): Monitor<CommitState> => {
    const decided = new Map<string, string>();
    return {
      changed: (node, before, after): Complaint => {
        for (const { id, phase } of newDecisions(before, after)) {
          const key = `${node} ${nameOf(id)}`;
          const earlier = decided.get(key);
          if (earlier !== undefined && earlier !== phase)
            return `${nodeName(after)} has ${phase} ${nameOf(id)}, which it had ${earlier}`;
          decided.set(key, phase);
        }
        return undefined;
      },
    };
  },
};

function reversed(_node: number, before: CommitState, after: CommitState): Complaint {
  if (before.transactions === after.transactions) return undefined;
  for (const { id, phase } of decisionsOf(after)) {
    const name = nameOf(id);
    const earlier = decisionsOf(before).find((decision) => nameOf(decision.id) === name);
    if (earlier !== undefined && earlier.phase !== phase)
      return `${nodeName(after)} has ${phase} ${name}, which it had ${earlier.phase}`;
  }
  return undefined;
}

const everyYes: AlwaysProperty<CommitState> = {
  kind: 'always',
  name: AC3,
  statement: 'A transaction commits only if every participant votes yes.',
  holds: ({ states }) => {
    for (const state of states) {
      const complaint = committedAgainst(state, decisionsOf(state));
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  },
  monitor: () => ({ changed: (_node, before, after) => committedAgainst(after, newDecisions(before, after)) }),
};

function committedAgainst(state: CommitState, decisions: readonly Decision[]): Complaint {
  const wrong = decisions.find(({ phase, noVoter }) => phase === 'committed' && noVoter > 0);
  return wrong && `${nodeName(state)} committed ${nameOf(wrong.id)}, on which n${wrong.noVoter} votes no`;
}

const canCommit: Property<CommitState> = {
  kind: 'sometimes',
  name: AC4,
  statement: 'A transaction on which all vote yes commits at a participant.',
  reached: ({ states }) =>
    states.some(
      ({ role, transactions }) => role === 'participant' && transactions.some((each) => each.phase === 'committed'),
    ),
};

const everybodyDecides: Property<CommitState> = {
  kind: 'eventually',
  name: AC5,
  statement: 'Once failures are repaired, every participant that runs decides about each transaction.',
  holds: ({ states, up }) => {
    const blocked = states.flatMap((state, node) => {
      if (state.role !== 'participant' || up[node] !== true) return [];
      return state.transactions.flatMap(({ id, phase, rounds }) => {
        if (phase === 'committed' || phase === 'aborted') return [];
        const seconds = (rounds * state.config.retryMs) / 1000;
        return [`n${node + 1} has waited ${seconds} s for the decision about ${nameOf(id)}, ${phase}`];
      });
    });
    return blocked.length === 0 ? undefined : blocked.join('; ');
  },
};
