/**
 * The quorums of the two phases, as Flexible Paxos has them (Howard, Malkhi, Spiegelman, OPODIS 2016): each phase-1 quorum must meet each
 * phase-2 quorum, and nothing else is needed. Sizes or expressions over n1, n2, ...; who has answered is a bit set.
 */
import { createBudget } from '../../kernel/budget.ts';
import { fail, renderReceived } from '../../kernel/failure.ts';
import { choose, type Expression, node, votesOf } from '../../quorum/expressions/expression.ts';
import { knownNames } from '../../quorum/expressions/node-names.ts';
import { parseExpression } from '../../quorum/expressions/parse-expression.ts';
import { intersections } from '../../quorum/intersections/intersection.ts';
import { createQuorumSystem } from '../../quorum/quorum-system.ts';
import type { Setting } from '../settings.ts';

/** Bit i stands for node i. */
export type NodeBits = number;

/** What answers a phase needs: any so many, or sets of a shape. */
export type PhaseQuorum = number | Expression;

export interface PhaseQuorums {
  readonly phase1: PhaseQuorum;
  readonly phase2: PhaseQuorum;
}

const FORM = 'majority, a number of nodes, or an expression such as choose(2, n1, n2, n3) or n1*n2 + n3*n4';
const BUDGET_STEPS = 2_000_000;

export const QUORUM_SETTINGS: readonly Setting[] = [
  {
    name: 'phase1_quorum',
    kind: 'text',
    standard: 'majority',
    form: FORM,
    description: 'says which promises a proposer needs; every phase-1 quorum must meet every phase-2 quorum',
  },
  {
    name: 'phase2_quorum',
    kind: 'text',
    standard: 'majority',
    form: FORM,
    description: 'says which acceptances choose a value',
  },
];

/** Reads both; fails where two of them need not meet, unless `disjoint` asks for that mistake. */
export function readPhaseQuorums(nodes: number, phase1: string, phase2: string, disjoint: boolean): PhaseQuorums {
  const quorums = {
    phase1: readQuorum('phase1_quorum', phase1, nodes),
    phase2: readQuorum('phase2_quorum', phase2, nodes),
  };
  if (disjoint) return { phase1: Math.max(1, Math.floor(nodes / 2)), phase2: Math.max(1, Math.floor(nodes / 2)) };
  refuseDisjoint(nodes, quorums);
  return quorums;
}

/** Whether the nodes in `heard` contain a quorum. */
export function isQuorum(quorum: PhaseQuorum, heard: NodeBits): boolean {
  return typeof quorum === 'number' ? countBits(heard) >= quorum : satisfies(quorum, heard);
}

export function countBits(bits: NodeBits): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}

function satisfies(expression: Expression, heard: NodeBits): boolean {
  if (expression.kind === 'node') return (heard & (1 << expression.node)) !== 0;
  let votes = 0;
  for (let index = 0; index < expression.children.length; index++) {
    const child = expression.children[index];
    if (child !== undefined && satisfies(child, heard)) votes += votesOf(expression, index);
  }
  return votes >= expression.needed;
}

function readQuorum(name: string, text: string, nodes: number): PhaseQuorum {
  const trimmed = text.trim();
  if (trimmed === 'majority') return Math.floor(nodes / 2) + 1;
  if (!/^-?\d+$/.test(trimmed))
    return parseExpression(trimmed, { path: `settings.${name}`, names: knownNames(nodeNamesOf(nodes)) });
  const size = Number(trimmed);
  if (size >= 1 && size <= nodes) return size;
  return fail('input/invalid', {
    message: 'a quorum has at least one node and no more than there are',
    path: `settings.${name}`,
    received: renderReceived(text),
    expected: `${FORM}; a number from 1 to ${nodes}`,
    nextStep: `Give e.g. {"settings":{"${name}":"majority"}}.`,
  });
}

function refuseDisjoint(nodes: number, { phase1, phase2 }: PhaseQuorums): void {
  const ids = nodeNamesOf(nodes);
  const system = createQuorumSystem({
    nodes: ids.map((id) => ({ id })),
    reads: expressionOf(phase1, nodes),
    writes: expressionOf(phase2, nodes),
  });
  const { readWrite } = intersections(system, { byzantineFaults: 0, budget: createBudget({ steps: BUDGET_STEPS }) });
  if (readWrite.holds === true) return;
  const pair = readWrite.counterexample;
  const set = (members: readonly number[]): string => `{${members.map((member) => ids[member]).join(', ')}}`;
  const shown = pair === undefined ? 'not shown to meet' : `${set(pair.left)} and ${set(pair.right)} do not meet`;
  fail('input/conflict', {
    message: 'every phase-1 quorum must meet every phase-2 quorum',
    path: 'settings.phase2_quorum',
    received: shown,
    expected: `sizes that add up to more than ${nodes}, or expressions any two quorums of which share a node`,
    nextStep: 'Enlarge one of them, or name the variant disjoint-quorums to see what happens.',
  });
}

function expressionOf(quorum: PhaseQuorum, nodes: number): Expression {
  if (typeof quorum !== 'number') return quorum;
  return choose(
    quorum,
    Array.from({ length: nodes }, (_, index) => node(index)),
  );
}

export function nodeNamesOf(nodes: number): string[] {
  return Array.from({ length: nodes }, (_, index) => `n${index + 1}`);
}
