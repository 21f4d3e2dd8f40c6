/**
 * The probability that an expression is satisfied, by its decision diagram: exact whatever nodes, zones and
 * sub-expressions share. Components are the variables, each domain just above what is in it; a threshold is expanded
 * child by child, once per number of votes still missing.
 *
 * Size: O(nodes x threshold) for one threshold, whatever the zones; exponential at worst, hence the budget.
 */
import type { Budget } from '../kernel/budget.ts';
import { type Expression, type Threshold, totalVotes, votesOf } from '../quorum/expression.ts';
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
  const root = build(expression, { components, levelOf, diagrams });
  if (diagrams.stopped) return undefined;
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
    const up1 = level === undefined ? (up === 1 ? TRUE : FALSE) : diagrams.variable(level);
    leaf = diagrams.ifThenElse(up1, leaf, FALSE);
  }
  return leaf;
}

function buildThreshold(threshold: Threshold, building: Building): Diagram {
  const { diagrams } = building;
  const children = threshold.children
    .map((child, index) => ({ child, votes: votesOf(threshold, index), first: deepestFirstLevel(child, building) }))
    .sort((a, b) => a.first - b.first)
    .map(({ child, votes }) => ({ diagram: build(child, building), votes }));
  const known = new Map<number, Diagram>();

  const from = (index: number, missing: number, possible: number): Diagram => {
    if (missing <= 0) return TRUE;
    const child = children[index];
    if (child === undefined || missing > possible || diagrams.stopped) return FALSE;
    const key = index * (threshold.needed + 1) + missing;
    const before = known.get(key);
    if (before !== undefined) return before;
    const rest = possible - child.votes;
    const result = diagrams.ifThenElse(
      child.diagram,
      from(index + 1, missing - child.votes, rest),
      from(index + 1, missing, rest),
    );
    known.set(key, result);
    return result;
  };

  return from(0, threshold.needed, totalVotes(threshold));
}

/** Where in the order the first of the expression's nodes stands. */
function deepestFirstLevel(expression: Expression, { levelOf }: Building): number {
  let first = Number.MAX_SAFE_INTEGER;
  forEachNode(expression, (node) => {
    first = Math.min(first, levelOf.get(node) ?? Number.MAX_SAFE_INTEGER);
  });
  return first;
}
