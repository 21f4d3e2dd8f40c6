/**
 * All minimal quorums of an expression whose nodes repeat: the sets are multiplied out from the leaves up, and after
 * every step a set that contains another is absorbed (it is no longer minimal). This is the classical computation of
 * prime implicants of a monotone function; its intermediate families can be exponential, hence the limits.
 */
import type { Budget } from '../../kernel/budget.ts';
import { type Expression, type NodeSet, nodesOf, type Threshold, votesOf } from '../expressions/expression.ts';
import {
  compareSets,
  firstNode,
  isSubset,
  maskNodes,
  maskOf,
  maskSize,
  maskWords,
  type NodeMask,
  unionMask,
} from './node-sets.ts';

/** Sets in one family after absorption. */
const FAMILY_MAX = 100_000;
/** Sets that may wait for absorption. */
const PENDING_MAX = 200_000;
const WORDS_PER_STEP = 4;
const TESTS_PER_STEP = 8;

type Family = readonly NodeMask[];

/** Smallest first, then lexicographic; undefined when the budget or a family's limit did not suffice. */
export function expandQuorums(expression: Expression, budget: Budget): readonly NodeSet[] | undefined {
  const nodes = nodesOf(expression);
  const position = new Map(nodes.map((node, index) => [node, index]));
  const words = maskWords(nodes.length);
  const context: Expansion = {
    words,
    budget,
    maskOfNodes: (set) =>
      maskOf(
        set.map((node) => position.get(node) ?? 0),
        words,
      ),
  };
  const family = expand(expression, context);
  return family?.map((mask) => maskNodes(mask).map((index) => nodes[index] ?? 0)).sort(compareSets);
}

interface Expansion {
  readonly words: number;
  readonly budget: Budget;
  readonly maskOfNodes: (nodes: NodeSet) => NodeMask;
}

function expand(expression: Expression, expansion: Expansion): Family | undefined {
  return expression.kind === 'node'
    ? [expansion.maskOfNodes([expression.node])]
    : expandThreshold(expression, expansion);
}

/** reached[v]: minimal sets that satisfy children worth v votes, those beyond `needed` counted as `needed`. */
function expandThreshold(threshold: Threshold, expansion: Expansion): Family | undefined {
  const { needed, children } = threshold;
  if (needed === 1) return expandAnyOf(children, expansion);
  if (threshold.votes === undefined && needed === children.length && children.every(({ kind }) => kind === 'node')) {
    return expansion.budget.spend(children.length) ? [expansion.maskOfNodes(nodesOf(threshold))] : undefined;
  }
  let reached: ReadonlyMap<number, Family> = new Map([[0, [maskOf([], expansion.words)]]]);
  let votesLeft = children.reduce((sum, _child, index) => sum + votesOf(threshold, index), 0);
  for (const [index, child] of children.entries()) {
    const family = expand(child, expansion);
    if (family === undefined) return undefined;
    votesLeft -= votesOf(threshold, index);
    const next = takeChild(reached, family, votesOf(threshold, index), { needed, votesLeft }, expansion);
    if (next === undefined) return undefined;
    reached = next;
  }
  return reached.get(needed);
}

function expandAnyOf(children: readonly Expression[], expansion: Expansion): Family | undefined {
  const pool = createPool(expansion);
  for (const child of children) {
    const family = expand(child, expansion);
    if (family === undefined || !pool.addAll(family)) return undefined;
  }
  return pool.absorbed();
}

function takeChild(
  reached: ReadonlyMap<number, Family>,
  family: Family,
  votes: number,
  { needed, votesLeft }: { readonly needed: number; readonly votesLeft: number },
  expansion: Expansion,
): ReadonlyMap<number, Family> | undefined {
  const next = new Map<number, Family>();
  const pools = new Map<number, Pool>();
  for (const [level, sets] of reached) if (level + votesLeft >= needed) next.set(level, sets);
  for (const [level, sets] of reached) {
    const after = Math.min(needed, level + votes);
    if (level >= needed || after + votesLeft < needed) continue;
    const pool = pools.get(after) ?? createPool(expansion);
    pools.set(after, pool);
    for (const set of sets) if (!pool.addProducts(set, family)) return undefined;
  }
  for (const [level, pool] of pools) {
    const sets = pool.addAll(next.get(level) ?? []) ? pool.absorbed() : undefined;
    if (sets === undefined) return undefined;
    next.set(level, sets);
  }
  return next;
}

/** A hot mutable structure: sets that wait to be absorbed. The methods answer false when a limit was reached. */
interface Pool {
  readonly addAll: (sets: Family) => boolean;
  readonly addProducts: (set: NodeMask, family: Family) => boolean;
  readonly absorbed: () => Family | undefined;
}

function createPool({ words, budget }: Expansion): Pool {
  let pending: NodeMask[] = [];
  const cost = 1 + Math.floor(words / WORDS_PER_STEP);
  const absorbed = (): Family | undefined => absorb(pending, budget);
  const add = (set: NodeMask): boolean => {
    if (!budget.spend(cost)) return false;
    if (pending.push(set) < PENDING_MAX) return true;
    const kept = absorbed();
    if (kept === undefined) return false;
    pending = [...kept];
    return true;
  };
  return {
    addAll: (sets) => sets.every(add),
    addProducts: (set, family) => family.every((other) => add(unionMask(set, other))),
    absorbed,
  };
}

/**
 * The sets that contain no other. Sets of the same size absorb each other only when equal; the smaller sets inside a set
 * are among those that start with one of its nodes.
 */
function absorb(sets: readonly NodeMask[], budget: Budget): Family | undefined {
  const bySize = groupBySize(sets);
  const keptByFirst = new Map<number, NodeMask[]>();
  const kept: NodeMask[] = [];
  for (const size of [...bySize.keys()].sort((a, b) => a - b)) {
    const minimal: NodeMask[] = [];
    for (const set of bySize.get(size) ?? []) {
      const { isAbsorbed, tests } = findInside(set, keptByFirst);
      if (!budget.spend(1 + Math.floor(tests / TESTS_PER_STEP))) return undefined;
      if (!isAbsorbed) minimal.push(set);
    }
    for (const set of minimal) {
      if (kept.push(set) > FAMILY_MAX) return undefined;
      indexByFirst(keptByFirst, set);
    }
  }
  return kept;
}

/** Each set once. */
function groupBySize(sets: readonly NodeMask[]): ReadonlyMap<number, readonly NodeMask[]> {
  const groups = new Map<number, NodeMask[]>();
  for (const set of new Map(sets.map((mask) => [mask.join(), mask])).values()) {
    const size = maskSize(set);
    const group = groups.get(size);
    if (group === undefined) groups.set(size, [set]);
    else group.push(set);
  }
  return groups;
}

function findInside(
  set: NodeMask,
  keptByFirst: ReadonlyMap<number, readonly NodeMask[]>,
): { readonly isAbsorbed: boolean; readonly tests: number } {
  let tests = 0;
  for (const node of maskNodes(set)) {
    const candidates = keptByFirst.get(node) ?? [];
    tests += candidates.length;
    if (candidates.some((candidate) => isSubset(candidate, set))) return { isAbsorbed: true, tests };
  }
  return { isAbsorbed: false, tests };
}

function indexByFirst(index: Map<number, NodeMask[]>, set: NodeMask): void {
  const first = firstNode(set);
  const sameFirst = index.get(first);
  if (sameFirst === undefined) index.set(first, [set]);
  else sameFirst.push(set);
}
