/**
 * The clients' history of a run against linearizability, each key as one register.
 */

import { checkRegisterLinearizability, type RegisterOperation } from '../histories/register-linearizability.ts';
import type { Budget } from '../kernel/budget.ts';
import type { Operation } from './run/operation.ts';
import type { RunResult } from './run/run.ts';

export interface HistoryFindings {
  /** What is wrong, in words; empty when nothing is. */
  readonly broken: readonly { readonly text: string; readonly atUs: number }[];
  /** Reads of values that had certainly been replaced. */
  readonly staleReads: number;
  /** Why the check did not come to an end. */
  readonly undecided: string | undefined;
}

export function checkHistory({ operations }: Pick<RunResult, 'operations'>, budget: Budget): HistoryFindings {
  const history = operations.flatMap(registerOperation);
  const found = checkRegisterLinearizability(history, budget);
  const staleReads = found.staleReads.length;
  if (found.verdict === 'holds') return { broken: [], staleReads, undecided: undefined };
  if (found.verdict === 'unknown') return { broken: [], staleReads, undecided: found.reason };
  const { operation, reason } = found;
  const stale = staleReads > 1 ? `; ${staleReads} reads of the run are stale` : '';
  const broken = [{ text: `${reason}${stale}`, atUs: operation.completedUs ?? operation.invokedUs }];
  return { broken, staleReads, undecided: undefined };
}

/** Commands of other kinds (membership changes and the like) are no part of a register's history. */
function registerOperation(operation: Operation): RegisterOperation[] {
  const { command, process, invokedUs, completedUs, outcome } = operation;
  const { kind, key, value, expected } = command;
  if (key === undefined || (kind !== 'read' && kind !== 'write' && kind !== 'cas')) return [];
  const result = outcome === 'ok' && kind === 'read' ? readValue(operation) : undefined;
  return [
    {
      process,
      kind,
      key,
      invokedUs,
      outcome,
      ...(value === undefined ? {} : { value }),
      ...(expected === undefined ? {} : { expected }),
      ...(completedUs === undefined ? {} : { completedUs }),
      ...(result === undefined ? {} : { result }),
    },
  ];
}

function readValue({ value }: Operation): number | null {
  return typeof value === 'number' ? value : null;
}
