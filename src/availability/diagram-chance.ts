/**
 * The probability that an expression is satisfied, by its decision diagram: exact whatever nodes, zones and
 * sub-expressions share. Components are the variables, each domain just above what is in it; a threshold is expanded
 * child by child, once per number of votes still missing.
 *
 * Size: O(nodes x threshold) for one threshold, whatever the zones; exponential at worst, hence the budget.
 */
import type { Budget } from '../kernel/budget.ts';
import { type Expression, type Threshold, totalVotes, votesOf } from '../quorum/expressions/expression.ts';
import { type Chance, type Components, chainOf, chanceOf, isSettled } from './components.ts';
import { DecisionDiagrams, type Diagram, FALSE, TRUE } from './decision-diagram.ts';

export interface DiagramChance extends Chance {
  readonly diagramNodes: number;
}

/** Undefined when the budget or the space for nodes did not suffice. */
export function chanceByDiagram(
  expression: Expression,
  components: Components,
  budget: Budget,
): DiagramChance | undefined {
  const order = variableOrder(expression, components);
  const levelOf = new Map(order.map((component, level) => [component, level]));
  const diagrams = new DecisionDiagrams(budget);
  const root = build(expression, { components, levelOf, diagrams, budget });
  if (diagrams.stopped || budget.exhausted !== undefined) return undefined;
  const chances = order.map((component) => chanceOf(components.chances, component));
  const expect = (atTrue: number): number =>
    diagrams.fold(root, { atFalse: 1 - atTrue, atTrue }, (level, low, high) => {
      const { up, down } = chanceOf(chances, level);
      return up * high + down * low;
    });
  return { up: Math.min(1, expect(1)), down: Math.min(1, expect(0)), diagramNodes: diagrams.size };
}

interface Building {
  readonly components: Components;
  readonly levelOf: ReadonlyMap<number, number>;
  readonly diagrams: DecisionDiagrams;
  readonly budget: Budget;
}

/** Components that can fail: outer domains first, each followed by its contents, in order of first mention. */
function variableOrder(expression: Expression, components: Components): number[] {
  const contents = new Map<number | undefined, Set<number>>();
  const place = (node: number): void => {
    const chain = chainOf(components, node);
    chain.forEach((component, index) => {
      const outer = chain[index + 1];
      const inside = contents.get(outer) ?? new Set();
      contents.set(outer, inside.add(component));
    });
  };
  forEachNode(expression, place);
  const order: number[] = [];
  const visit = (component: number): void => {
    if (!isSettled(chanceOf(components.chances, component))) order.push(component);
    for (const inner of contents.get(component) ?? []) visit(inner);
  };
  for (const outermost of contents.get(undefined) ?? []) visit(outermost);
  return order;
}

function forEachNode(expression: Expression, visit: (node: number) => void): void {
  if (expression.kind === 'node') visit(expression.node);
  else for (const child of expression.children) forEachNode(child, visit);
}

function build(expression: Expression, building: Building): Diagram {
  return expression.kind === 'node' ? buildLeaf(expression.node, building) : buildThreshold(expression, building);
}

/** The conjunction of a node and the domains around it. */
function buildLeaf(node: number, { components, levelOf, diagrams }: Building): Diagram {
  let leaf = TRUE;
  for (const component of chainOf(components, node)) {
    const level = levelOf.get(component);
    const { up } = chanceOf(components.chances, component);
    const isUp = level === undefined ? (up === 1 ? TRUE : FALSE) : diagrams.variable(level);
    leaf = diagrams.ifThenElse(isUp, leaf, FALSE);
  }
  return leaf;
}

/**
 * Forwards, the numbers of votes that may be missing before each child; backwards, the diagram of each of them. Not by
 * recursion: a sum of 10,000 products has as many children.
 */
function buildThreshold(threshold: Threshold, building: Building): Diagram {
  const { diagrams, budget } = building;
  const children = threshold.children
    .map((child, index) => ({ child, votes: votesOf(threshold, index), first: firstLevel(child, building) }))
    .sort((a, b) => a.first - b.first);
  const stages: { child: Expression; votes: number; possible: number; missing: Set<number> }[] = [];
  let possible = totalVotes(threshold);
  let missing = new Set([threshold.needed]);
  for (const { child, votes } of children) {
    stages.push({ child, votes, possible, missing });
    possible -= votes;
    missing = new Set([...missing].flatMap((count) => [count, count - votes]).filter((count) => count > 0));
    if (!budget.spend(missing.size)) break;
  }
  let after = new Map<number, Diagram>();
  for (const stage of stages.reverse()) {
    const child = build(stage.child, building);
    const known = after;
    const diagramOf = (count: number): Diagram => (count <= 0 ? TRUE : (known.get(count) ?? FALSE));
    const entries = [...stage.missing]
      .filter((count) => count <= stage.possible)
      .map((count) => [count, diagrams.ifThenElse(child, diagramOf(count - stage.votes), diagramOf(count))] as const);
    after = new Map(entries);
  }
  return after.get(threshold.needed) ?? FALSE;
}

/** Where in the order the first of the expression's nodes stands. */
function firstLevel(expression: Expression, { levelOf }: Building): number {
  let first = Number.MAX_SAFE_INTEGER;
  forEachNode(expression, (node) => {
    first = Math.min(first, levelOf.get(node) ?? Number.MAX_SAFE_INTEGER);
  });
  return first;
}
