/**
 * Several registers, read and written together by transactions. Registers that no transaction touches together are judged apart.
 */
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Operation, Value } from '../history.ts';
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

const VERBS = verbTable({ txn: ['txn', 'transaction'], r: ['read', 'r', 'get'], w: ['write', 'w', 'put', 'set'] });

export interface MultiRegisterOptions {
  /** What a register holds that nobody has written. */
  readonly initial?: Value;
  /** The same for registers by name, as pairs of key and value. */
  readonly initialByKey?: readonly (readonly [key: Value, value: Value])[];
}

export function multiRegisterModel({ initial = null, initialByKey = [] }: MultiRegisterOptions): Model {
  const named = new Map(initialByKey.map(([key, value]) => [canonicalJson(key), value]));
  return {
    name: 'multi-register',
    initial: {},
    isOneObject: true,
    interpret,
    step: (state, action) => stepTransaction(state, action, (name) => named.get(name) ?? initial),
    describe: describeTransaction,
    describeState: describeStore,
    dependents: transactionDependents,
  };
}

function interpret(operation: Operation): Action | undefined {
  const verb = verbOf('multi-register', VERBS, operation);
  if (verb === 'txn') return interpretTransaction(operation, ['r', 'w']);
  return singleAction(operation, verb === 'r' ? 'r' : 'w');
}
