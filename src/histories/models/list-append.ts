/**
 * Lists by key, to which transactions append and of which they read the whole. Lists that no transaction touches together are judged apart.
 */
import type { Operation } from '../history.ts';
import { verbOf, verbTable } from './fit.ts';
import {
  describeStore,
  describeTransaction,
  interpretTransaction,
  singleAction,
  stepTransaction,
  transactionDependents,
} from './micro-operations.ts';
import type { Action, Model } from './model.ts';

const VERBS = verbTable({ txn: ['txn', 'transaction'], r: ['read', 'r', 'get'], append: ['append', 'add'] });

export function listAppendModel(): Model {
  return {
    name: 'list-append',
    initial: {},
    isOneObject: true,
    interpret,
    step: (state, action) => stepTransaction(state, action, () => []),
    describe: describeTransaction,
    describeState: describeStore,
    dependents: transactionDependents,
    shortcut: 'growing',
  };
}

function interpret(operation: Operation): Action | undefined {
  const verb = verbOf('list-append', VERBS, operation);
  if (verb === 'txn') return interpretTransaction(operation, ['r', 'append']);
  return singleAction(operation, verb === 'r' ? 'r' : 'append');
}
