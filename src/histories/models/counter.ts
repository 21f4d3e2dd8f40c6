/**
 * A counter: increments and decrements by an amount (1 unless given), and reads. What an increment returns is not looked at: sources echo the amount there.
 */
import { renderReceived } from '../../kernel/failure.ts';
import type { Operation, Value } from '../history.ts';
import { changeAction, integerInput, misfit, readAction, show, verbOf, verbTable, wholeOf } from './fit.ts';
import type { Action, Model } from './model.ts';

const VERBS = verbTable({
  add: ['add', 'inc', 'increment', 'incr'],
  subtract: ['dec', 'decrement', 'decr', 'sub', 'subtract'],
  read: ['read', 'get'],
});

export function counterModel({ initial = 0 }: { readonly initial?: number }): Model {
  return {
    name: 'counter',
    initial,
    interpret,
    step: (state, { f, argument, result }) => {
      if (f === 'read') return state === result ? state : undefined;
      return asNumber(state) + asNumber(argument);
    },
    returns: (state) => state,
    describe,
    describeState: show,
  };
}

function interpret(operation: Operation): Action | undefined {
  const verb = verbOf('counter', VERBS, operation);
  const touches = wholeOf(operation);
  const { outcome, output } = operation;
  if (outcome === 'failed' || (verb === 'read' && outcome === 'open')) return undefined;
  if (verb !== 'read') return changeAction('add', integerInput(operation, 1) * (verb === 'add' ? 1 : -1), touches);
  if (typeof output === 'number') return readAction('read', null, output, touches);
  return misfit(operation, 'a counter reads as a number', {
    received: renderReceived(output),
    expected: 'a number',
    nextStep: 'check which model the history is for',
  });
}

function asNumber(value: Value): number {
  return typeof value === 'number' ? value : 0;
}

function describe({ f, argument, result = null }: Action): string {
  if (f === 'read') return `read ${show(result)}`;
  return asNumber(argument) < 0 ? `subtracted ${-asNumber(argument)}` : `added ${asNumber(argument)}`;
}
