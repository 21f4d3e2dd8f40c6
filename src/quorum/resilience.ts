/**
 * How many failures a quorum system survives wherever they strike: one less than the smallest set of nodes, or of zones,
 * that meets every quorum. Those sets are the quorums of the dual, so this is its smallest quorum; minimum hitting set in
 * general, one pass over the tree where no node repeats (Naor, Wool 1998, definition 2.4; Whittaker et al. 2021, section 3).
 */
import type { Budget } from '../kernel/budget.ts';
import { dual } from './expressions/dual.ts';
import { type Expression, type NodeSet, node, votesOf, weighted } from './expressions/expression.ts';
import type { QuorumSystem } from './quorum-system.ts';
import { smallestQuorum } from './quorums/smallest-quorum.ts';

export interface Resilience {
  /** Any so many failures leave a quorum; undefined when the budget did not suffice. */
  readonly failures: number | undefined;
  /** A smallest set whose loss leaves none; empty when unknown. */
  readonly fatal: NodeSet;
}

export interface ZoneResilience {
  /** Any so many zones may be lost; undefined when the budget did not suffice. */
  readonly failures: number | undefined;
  /** Indices of a smallest set of zones whose loss stops reads or writes; empty when none does, or when unknown. */
  readonly fatal: readonly number[];
}

export interface ResilienceOptions {
  readonly budget: Budget;
}

export function resilience(expression: Expression, { budget }: ResilienceOptions): Resilience {
  const fatal = smallestQuorum(dual(expression), () => 1, budget);
  return fatal === undefined ? { failures: undefined, fatal: [] } : { failures: fatal.weight - 1, fatal: fatal.nodes };
}

/**
 * The zones that may fail are those that directly contain nodes, e.g. the availability zones and not the one region
 * around them: losing the outermost zone loses everything, which nobody needs to compute. Losing a zone loses what nests
 * inside. Nodes outside every zone never fail here.
 */
export function zoneResilience(system: QuorumSystem, { budget }: ResilienceOptions): ZoneResilience {
  const occupied = new Set(system.nodes.flatMap(({ zone }) => (zone === undefined ? [] : [zone])));
  const zonesOf = system.nodes.map(({ zone }) =>
    enclosing(system, zone).filter((candidate) => occupied.has(candidate)),
  );
  let weakest: ZoneResilience = { failures: occupied.size, fatal: [] };
  for (const side of [system.reads, system.writes]) {
    const stoppers = losing(dual(side), zonesOf);
    if (stoppers === 'never') continue;
    const fatal = smallestQuorum(stoppers, () => 1, budget);
    if (fatal === undefined) return { failures: undefined, fatal: [] };
    if (fatal.weight - 1 < (weakest.failures ?? 0)) weakest = { failures: fatal.weight - 1, fatal: fatal.nodes };
  }
  return weakest;
}

/** The zone and those around it. */
function enclosing({ zones }: QuorumSystem, zone: number | undefined): number[] {
  const around: number[] = [];
  for (let at = zone; at !== undefined; at = zones[at]?.within) around.push(at);
  return around;
}

/** The zones whose loss satisfies `expression`, a condition on lost nodes: a node is lost with any zone around it. */
function losing(expression: Expression, zonesOf: readonly (readonly number[])[]): Expression | 'never' {
  if (expression.kind === 'node') {
    const zones = zonesOf[expression.node] ?? [];
    return zones.length === 0
      ? 'never'
      : threshold(
          1,
          zones.map((zone) => ({ part: node(zone), votes: 1 })),
        );
  }
  const parts = expression.children.flatMap((child, index) => {
    const part = losing(child, zonesOf);
    return part === 'never' ? [] : [{ part, votes: votesOf(expression, index) }];
  });
  const reachable = parts.reduce((sum, { votes }) => sum + votes, 0);
  return reachable < expression.needed ? 'never' : threshold(expression.needed, parts);
}

function threshold(
  needed: number,
  parts: readonly { readonly part: Expression; readonly votes: number }[],
): Expression {
  return weighted(
    needed,
    parts.map(({ part }) => part),
    parts.map(({ votes }) => votes),
  );
}
