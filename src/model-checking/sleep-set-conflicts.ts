/**
 * What sleep sets cannot go together with, told as failures: they are a way of searching depth-first, they compare the steps of single states and
 * not of orbits, and they need to know on which node a step takes place.
 */
import { fail, renderReceived } from '../kernel/failure.ts';
import type { SearchRequest } from './check-request.ts';
import type { NodewiseSystem } from './explore/sleep-set-search.ts';
import type { TransitionSystem } from './transition-system.ts';

const WORKING_CALL = 'check_model {"search":"depth_first","symmetry":false,"sleep_sets":true, …}';

export function requireSleepSets(system: TransitionSystem, search: SearchRequest): NodewiseSystem {
  if (search.order !== 'depth_first') failOrder(search);
  if (search.usesSymmetry && system.canonicalise !== undefined) failSymmetry();
  if (!saysNodes(system)) failNodes();
  return system;
}

function saysNodes(system: TransitionSystem): system is NodewiseSystem {
  return system.nodeOf !== undefined;
}

function failOrder({ order }: SearchRequest): never {
  return fail('input/conflict', {
    message: 'sleep sets are a way of searching depth-first',
    path: 'sleep_sets',
    received: renderReceived(order),
    expected: 'search depth_first',
    nextStep: `Call ${WORKING_CALL}, or leave sleep_sets out.`,
  });
}

function failSymmetry(): never {
  return fail('input/conflict', {
    message: 'sleep sets compare the steps of one state, and symmetry merges states',
    path: 'sleep_sets',
    expected: 'one of sleep_sets and symmetry',
    nextStep: `Call ${WORKING_CALL}, or leave sleep_sets out: symmetry often saves more.`,
  });
}

function failNodes(): never {
  return fail('input/conflict', {
    message: 'sleep sets need to know on which node a step takes place, which this model does not say',
    path: 'sleep_sets',
    expected: 'a protocol, or a model of actors, e.g. paxos or two_phase_commit',
    nextStep:
      'Leave sleep_sets out, or call e.g. check_model {"model":"paxos","search":"depth_first","sleep_sets":true}.',
  });
}
