/**
 * FaB Paxos as others run it: sizes, settings, known mistakes.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { checkSetup } from '../check-setup.ts';
import type { ProtocolDefinition, Setup } from '../definition.ts';
import { choiceOf, numberOf } from '../settings.ts';
import { fabPaxos } from './fab-paxos.ts';
import {
  BEHAVIORS,
  type FabConfig,
  type FabDurable,
  type FabMessage,
  type FabState,
  type VouchingRule,
} from './fab-paxos-state.ts';

const PAPER_RULE = 'vouches-by-paper-rule';
const NO_PROOFS = 'vouches-without-commit-proofs';

export const fabPaxosDefinition: ProtocolDefinition<FabConfig, FabState, FabMessage, FabDurable> = {
  name: 'fab-paxos',
  title: 'FaB Paxos',
  description:
    'Fast Byzantine Paxos, parametrised: one value in two message delays among 3f + 2t + 1 nodes (Martin, Alvisi, TDSC 2006), with the view change of Thelma.',
  card: 'fab-paxos',
  nodes: { min: 4, max: 25, standard: 4 },
  settings: [
    {
      name: 'fast_faults',
      kind: 'integer',
      standard: 0,
      min: 0,
      max: 4,
      description: 'is t: a value is learned in two message delays as long as no more acceptors than this fail',
    },
    {
      name: 'byzantine_nodes',
      kind: 'integer',
      standard: 0,
      min: 0,
      max: 8,
      description: 'is how many nodes lie; they are the first ones, so n1, the first leader, is among them',
    },
    {
      name: 'byzantine_behavior',
      kind: 'choice',
      options: BEHAVIORS,
      standard: 'equivocate',
      description: 'is what they do: tell different nodes different things, vote wrongly, or leave some out',
    },
    {
      name: 'view_timeout_ms',
      kind: 'integer',
      standard: 500,
      min: 1,
      max: 600_000,
      description: 'is how long a node waits for an outcome in the first view; doubles with each view, four times',
    },
    {
      name: 'pull_ms',
      kind: 'integer',
      standard: 400,
      min: 1,
      max: 600_000,
      description:
        'is how long a node that has not learned waits at least, and at most twice that, before it asks the others',
    },
  ],
  variants: [
    {
      name: PAPER_RULE,
      statement:
        'A certificate vouches for a value only if no other is in ⌈(n - f + 1)/2⌉ of its reports or has a commit proof there; with one of each it vouches for none.',
      breaks: 'eventual decision',
      source: 'Abraham, Gueta, Malkhi, Alvisi, Kotla, Martin, arXiv:1712.01367, §3',
    },
    {
      name: NO_PROOFS,
      statement:
        'A certificate is read for its reports alone, as in FaB proper, where t = f; its commit proofs count for nothing.',
      breaks: 'at most one value chosen',
      source: 'Martin, Alvisi, TDSC 3(3), 2006, parameterized FaB Paxos: reports hold commit proofs',
    },
  ],
  protocol: fabPaxos,
  configure,
  nodeNames: ({ nodes }) => Array.from({ length: nodes }, (_, node) => `n${node + 1}`),
  clients: {
    contacts: ({ nodes }) => Array.from({ length: nodes }, (_, node) => node),
    choice: 'leader',
    asksAll: true,
    repeatsToAll: true,
    answersNeeded: ({ faults }) => faults + 1,
  },
  workload: {
    command: (_, sequence) => ({ kind: 'propose', value: sequence }),
    isWrite: () => true,
  },
  history: () => 'none',
};

function configure(setup: Setup): FabConfig {
  const { nodes, settings, variant } = setup;
  checkSetup(fabPaxosDefinition, setup);
  const fast = numberOf(settings, 'fast_faults');
  const faults = Math.floor((nodes - 1 - 2 * fast) / 3);
  if (faults < Math.max(1, fast)) failTooFew(nodes, fast);
  const byzantine = numberOf(settings, 'byzantine_nodes');
  if (byzantine >= nodes) failAllLie(byzantine, nodes, faults);
  return {
    nodes,
    faults,
    fastQuorum: Math.ceil((nodes + 3 * faults + 1) / 2),
    commitQuorum: Math.ceil((nodes + faults + 1) / 2),
    certificateSize: nodes - faults,
    vouchingReports: Math.ceil((nodes - faults + 1) / 2),
    vouching: vouchingOf(variant),
    byzantine,
    behavior: choiceOf(settings, 'byzantine_behavior', BEHAVIORS),
    viewTimeoutMs: numberOf(settings, 'view_timeout_ms'),
    pullMs: numberOf(settings, 'pull_ms'),
  };
}

function vouchingOf(variant: string | undefined): VouchingRule {
  if (variant === PAPER_RULE) return 'no_other_value';
  return variant === NO_PROOFS ? 'reports_alone' : 'highest_view';
}

function failTooFew(nodes: number, fast: number): never {
  const needed = 3 * Math.max(1, fast) + 2 * fast + 1;
  return fail('input/conflict', {
    message: `${nodes} nodes are too few for t = ${fast}: n >= 3f + 2t + 1 with f >= 1 and f >= t`,
    path: 'settings.fast_faults',
    received: renderReceived(fast),
    expected: `${needed} nodes or more, or a smaller t`,
    nextStep: `Give e.g. {"nodes":${needed},"settings":{"fast_faults":"${fast}"}}.`,
  });
}

function failAllLie(byzantine: number, nodes: number, faults: number): never {
  return fail('input/conflict', {
    message: `${byzantine} of ${nodes} nodes cannot lie: properties are over the correct ones`,
    path: 'settings.byzantine_nodes',
    received: renderReceived(byzantine),
    expected: `fewer than ${nodes}; the protocol claims to bear ${faults}`,
    nextStep: 'Give e.g. {"settings":{"byzantine_nodes":"1"}}.',
  });
}
