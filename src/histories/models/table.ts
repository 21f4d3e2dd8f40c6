/**
 * An object that the user defines: named states, and for each operation the states in which it may happen and what it leaves. A row without an input or
 * an output stands for any. Several rows may fit: the state is the set of all states that are possible.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import type { Operation, Value } from '../history.ts';
import { changeAction, isList, misfit, sameValue, wholeOf } from './fit.ts';
import type { Action, Model } from './model.ts';

export interface StateTable {
  readonly initial: string;
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  readonly from: string;
  readonly f: string;
  /** Any, when absent. */
  readonly input?: Value;
  readonly output?: Value;
  readonly to: string;
}

export function tableModel({ initial, rows }: StateTable): Model {
  if (rows.length === 0 || !rows.some(({ from }) => from === initial)) {
    fail('input/invalid', {
      message: 'the table of the model has no row that starts in its initial state',
      path: 'model.rows',
      received: renderReceived(initial),
      expected: 'at least one row from the initial state',
      nextStep: 'name the initial state as the rows do',
    });
  }
  const isDeterministic = !rows.some((a) => rows.some((b) => contradicts(a, b)));
  return {
    name: 'table',
    initial: [initial],
    interpret: (operation) => interpret(operation, rows, isDeterministic),
    step: (state, action) => {
      const after = rows.filter((row) => namesOf(state).includes(row.from) && fits(row, action)).map(({ to }) => to);
      return after.length === 0 ? undefined : [...new Set(after)].sort();
    },
    describe: ({ f, argument, result }) =>
      `did ${f}${argument === null ? '' : ` ${renderReceived(argument)}`}${result == null ? '' : ` and got ${renderReceived(result)}`}`,
    describeState: (state) => namesOf(state).join(' or '),
  };
}

function interpret(operation: Operation, rows: readonly TableRow[], isDeterministic: boolean): Action | undefined {
  const { f, input, output, outcome } = operation;
  if (outcome === 'failed') return undefined;
  const action: Action = {
    ...changeAction(f, input, wholeOf(operation)),
    result: outcome === 'ok' ? output : undefined,
  };
  const withInput = rows.filter((row) => row.f === f && (row.input === undefined || sameValue(row.input, input)));
  if (withInput.length === 0) {
    return misfit(operation, `no row of the model's table is for ${f} with this input`, {
      received: `${f} ${renderReceived(input)}`,
      expected: `one of ${[...new Set(rows.map((row) => row.f))].join(', ')}`,
      nextStep: 'add the rows for this operation, one for each state in which it may happen',
    });
  }
  const staysEverywhere = withInput.filter((row) => fits(row, action)).every(({ from, to }) => from === to);
  if (staysEverywhere && outcome === 'open') return undefined;
  // Where several states are possible, an operation that leaves each as it is still rules some of them out.
  return { ...action, isRead: staysEverywhere && isDeterministic };
}

/** Two rows for what may be one operation in one state, which lead to different states. */
function contradicts(a: TableRow, b: TableRow): boolean {
  if (a.from !== b.from || a.f !== b.f || a.to === b.to) return false;
  return a.input === undefined || b.input === undefined || sameValue(a.input, b.input);
}

function fits(row: TableRow, { f, argument, result }: Action): boolean {
  return (
    row.f === f &&
    (row.input === undefined || sameValue(row.input, argument)) &&
    (row.output === undefined || result === undefined || sameValue(row.output, result))
  );
}

function namesOf(state: Value): readonly string[] {
  return isList(state) ? state.map(String) : [];
}
