/**
 * All minimal quorums of an expression whose nodes repeat: the sets are multiplied out from the leaves up, and after
 * every step a set that contains another is absorbed (it is no longer minimal). This is the classical computation of
 * prime implicants of a monotone function; its intermediate families can be exponential, hence the limits.
 */
import type { Budget } from '../kernel/budget.ts';
import { type Expression, type NodeSet, nodesOf, type Threshold, votesOf } from './expression.ts';
import {
  compareSets,
  emptyMask,
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

type Family = readonly NodeMask[];

/** Smallest first, then lexicographic; undefined when the budget or a family's limit did not suffice. */
export function expandQuorums(expression: Expression, budget: Budget): readonly NodeSet[] | undefined {
  const nodes = nodesOf(expression);
  const position = new Map(nodes.map((node, index) => [node, index]));
  const words = maskWords(nodes.length);
  const context: Expansion = { words, budget, maskOfNode: (node) => maskOf(position.get(node) ?? 0, words) };
  const family = expand(expression, context);
  return family?.map((mask) => maskNodes(mask).map((index) => nodes[index] ?? 0)).sort(compareSets);
}

interface Expansion {
  readonly words: number;
  readonly budget: Budget;
  readonly maskOfNode: (node: number) => NodeMask;
}

function expand(expression: Expression, expansion: Expansion): Family | undefined {
  return expression.kind === 'node' ? [expansion.maskOfNode(expression.node)] : expandThreshold(expression, expansion);
}

/** reached[v]: minimal sets that satisfy children worth v votes, those beyond `needed` counted as `needed`. */
function expandThreshold(threshold: Threshold, expansion: Expansion): Family | undefined {
  const { needed, children } = threshold;
  let reached = new Map<number, Family>([[0, [emptyMask(expansion.words)]]]);
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

function takeChild(
  reached: ReadonlyMap<number, Family>,
  family: Family,
  votes: number,
  { needed, votesLeft }: { readonly needed: number; readonly votesLeft: number },
  expansion: Expansion,
): Map<number, Family> | undefined {
  const pools = new Map<number, Pool>();
  const poolAt = (level: number): Pool => {
    const pool = pools.get(level) ?? createPool(expansion);
    pools.set(level, pool);
    return pool;
  };
  for (const [level, sets] of reached) {
    const after = Math.min(needed, level + votes);
    if (level + votesLeft >= needed && !poolAt(level).addAll(sets)) return undefined;
    if (level >= needed || after + votesLeft < needed) continue;
    for (const set of sets) if (!poolAt(after).addProducts(set, family)) return undefined;
  }
  const next = new Map<number, Family>();
  for (const [level, pool] of pools) {
    const sets = pool.absorbed();
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

/** The sets that contain no other. A set's subsets are among the smaller ones that start with one of its nodes. */
function absorb(sets: readonly NodeMask[], budget: Budget): Family | undefined {
  const bySize = sets.map((set) => ({ set, size: maskSize(set) })).sort((a, b) => a.size - b.size);
  const keptByFirst = new Map<number, NodeMask[]>();
  const kept: NodeMask[] = [];
  for (const { set } of bySize) {
    const nodes = maskNodes(set);
    let tests = 1;
    const isAbsorbed = nodes.some((node) => {
      const candidates = keptByFirst.get(node);
      tests += candidates?.length ?? 0;
      return candidates?.some((candidate) => isSubset(candidate, set)) ?? false;
    });
    if (!budget.spend(1 + Math.floor(tests / WORDS_PER_STEP))) return undefined;
    if (isAbsorbed) continue;
    if (kept.push(set) > FAMILY_MAX) return undefined;
    const first = nodes[0] ?? -1;
    const sameFirst = keptByFirst.get(first);
    if (sameFirst === undefined) keptByFirst.set(first, [set]);
    else sameFirst.push(set);
  }
  return kept;
}
