/**
 * An expression made ready for computing probabilities: equal leaves of a threshold are merged into one with all their
 * votes, votes are divided by their greatest common divisor, thresholds of distinct nodes become ballots that know their
 * zone tree, and every other threshold knows which components its children share.
 *
 * Where nothing is shared, children are independent. Linear in the tree but for the shared sets, which cost its depth.
 */
import { fail } from '../kernel/failure.ts';
import { type Expression, type Threshold, votesOf } from '../quorum/expressions/expression.ts';
import { type Components, chainOf, chanceOf, isSettled, NOWHERE } from './components.ts';

/** A node with the domains around it. */
export interface Leaf {
  readonly kind: 'leaf';
  /** The node and the domains around it, innermost first. */
  readonly chain: readonly number[];
}

/** A threshold over distinct nodes. */
export interface Ballot {
  readonly kind: 'ballot';
  readonly needed: number;
  /** Voters outside of any zone that can fail, and the outermost zones. */
  readonly outside: Electorate;
}

export interface Electorate {
  readonly voters: readonly { readonly component: number; readonly votes: number }[];
  readonly zones: readonly { readonly component: number; readonly inside: Electorate }[];
}

/** Any other threshold. */
export interface Junction {
  readonly kind: 'junction';
  readonly needed: number;
  readonly children: readonly { readonly gate: Gate; readonly votes: number }[];
  /** Components that bear on more than one child. */
  readonly shared: readonly number[];
}

export type Gate = Leaf | Ballot | Junction;

export interface GateTree {
  readonly root: Gate;
  /** Components shared at some junction, those on which most leaves depend first. */
  readonly shared: readonly number[];
  /** Work of one pass over the tree, in budget steps. */
  readonly cost: number;
}

/** 1,000 nodes of up to 1,000 votes each, with room to spare. */
const VOTES_MAX = 4_000_000;
/** Multiply-adds that count as one budget step. */
export const CELLS_PER_STEP = 32;

export function gatesOf(expression: Expression, components: Components): GateTree {
  const shared = new Set<number>();
  const dependents = new Map<number, number>();
  let cost = 0;

  const build = (part: Expression): Built => {
    if (part.kind === 'node') return leaf(part.node);
    const children = mergeLeaves(part);
    cost += 1 + Math.ceil((children.length * Math.min(part.needed, VOTES_MAX)) / CELLS_PER_STEP);
    const divisor = children.reduce((common, { votes }) => greatestCommonDivisor(common, votes), 0);
    const needed = checkVotes(Math.ceil(part.needed / divisor));
    const gates = children.map(({ child, votes }) => ({ ...build(child), votes: votes / divisor }));
    const bearing = new Set(gates.flatMap((gate) => [...gate.bearing]));
    const leaves = gates.flatMap(({ gate, votes }) => (gate.kind === 'leaf' ? [{ chain: gate.chain, votes }] : []));
    if (leaves.length === gates.length) return { gate: ballot(needed, leaves), bearing };
    const common = sharedBy(gates.map((gate) => gate.bearing));
    for (const component of common) shared.add(component);
    return { gate: { kind: 'junction', needed, children: gates, shared: common }, bearing };
  };

  const leaf = (node: number): Built => {
    const chain = chainOf(components, node);
    const bearing = chain.filter((component) => !isSettled(chanceOf(components.chances, component)));
    for (const component of bearing) dependents.set(component, (dependents.get(component) ?? 0) + 1);
    return { gate: { kind: 'leaf', chain }, bearing: new Set(bearing) };
  };

  const { gate } = build(expression);
  const weight = (component: number): number => dependents.get(component) ?? 0;
  return { root: gate, shared: [...shared].sort((a, b) => weight(b) - weight(a) || a - b), cost: cost + 1 };
}

interface Built {
  readonly gate: Gate;
  /** The components that can fail and on which the gate depends. */
  readonly bearing: ReadonlySet<number>;
}

/** `choose(3, [a, a, b])` gives two votes to `a`: duplicates are how expressions without votes say so. */
function mergeLeaves(threshold: Threshold): { child: Expression; votes: number }[] {
  const merged: { child: Expression; votes: number }[] = [];
  const at = new Map<number, { child: Expression; votes: number }>();
  threshold.children.forEach((child, index) => {
    const votes = votesOf(threshold, index);
    const twin = child.kind === 'node' ? at.get(child.node) : undefined;
    if (twin !== undefined) {
      twin.votes += votes;
      return;
    }
    const entry = { child, votes };
    if (child.kind === 'node') at.set(child.node, entry);
    merged.push(entry);
  });
  return merged;
}

function ballot(needed: number, leaves: readonly Ballotable[]): Ballot {
  return { kind: 'ballot', needed, outside: electorate(leaves, 1) };
}

interface Ballotable {
  readonly chain: readonly number[];
  readonly votes: number;
}

/** Voters whose chains agree on all but the innermost components; `depth` counts from the outermost end. */
function electorate(leaves: readonly Ballotable[], depth: number): Electorate {
  const voters: { component: number; votes: number }[] = [];
  const inZone = new Map<number, Ballotable[]>();
  for (const leaf of leaves) {
    const component = leaf.chain.at(-depth) ?? NOWHERE;
    if (leaf.chain.length === depth) {
      voters.push({ component, votes: leaf.votes });
      continue;
    }
    const zone = inZone.get(component) ?? [];
    zone.push(leaf);
    inZone.set(component, zone);
  }
  const zones = [...inZone].map(([component, within]) => ({ component, inside: electorate(within, depth + 1) }));
  return { voters, zones };
}

function sharedBy(sets: readonly ReadonlySet<number>[]): number[] {
  const seen = new Set<number>();
  const shared = new Set<number>();
  for (const set of sets) {
    for (const component of set) (seen.has(component) ? shared : seen).add(component);
  }
  return [...shared];
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function checkVotes(needed: number): number {
  if (needed <= VOTES_MAX) return needed;
  return fail('availability/too_large', {
    message: `the distribution of votes would have ${needed} entries, more than ${VOTES_MAX}`,
    received: `a threshold of ${needed} votes`,
    expected: `at most ${VOTES_MAX} votes, after dividing by their greatest common divisor`,
    nextStep: 'Round the votes to smaller integers in the same proportion.',
  });
}
