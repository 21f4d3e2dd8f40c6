/**
 * A lock: it is acquired when free and released when held. Who releases it is looked at only on demand: many locks let anybody do so.
 */
import type { Operation } from '../history.ts';
import { changeAction, verbOf, verbTable, wholeOf } from './fit.ts';
import type { Action, Model, PlacedAction } from './model.ts';

const VERBS = verbTable({ acquire: ['acquire', 'lock'], release: ['release', 'unlock'] });
/** Holder of a lock of which nobody asks who holds it. */
const SOMEBODY = 'held';

export function mutexModel({ ownerReleases = false }: { readonly ownerReleases?: boolean }): Model {
  return {
    name: 'mutex',
    initial: null,
    interpret: (operation) => interpret(operation, ownerReleases),
    step: (state, { f, argument }) => {
      if (f === 'acquire') return state === null ? argument : undefined;
      return state === argument ? null : undefined;
    },
    describe: ({ f }) => (f === 'acquire' ? 'acquired the lock' : 'released the lock'),
    describeState: (state) => {
      if (state === null) return 'free';
      return typeof state === 'number' ? `held by process ${state}` : 'held';
    },
    dependents: (actions, index) => partnerOf(actions, index),
  };
}

function interpret(operation: Operation, ownerReleases: boolean): Action | undefined {
  const verb = verbOf('mutex', VERBS, operation);
  if (operation.outcome === 'failed') return undefined;
  return changeAction(verb, ownerReleases ? operation.process : SOMEBODY, wholeOf(operation));
}

/** An acquisition goes with the release by the same process that follows it, and the other way round. */
function partnerOf(actions: readonly PlacedAction[], index: number): readonly number[] {
  const process = actions[index]?.operation.process;
  const own = actions.flatMap(({ operation }, other) => (operation.process === process ? [other] : []));
  const at = own.indexOf(index);
  const isAcquisition = actions[index]?.action.f === 'acquire';
  const partner = own[isAcquisition ? at + 1 : at - 1];
  if (partner === undefined) return [];
  return actions[partner]?.action.f === (isAcquisition ? 'release' : 'acquire') ? [partner] : [];
}
