/**
 * Factoring (pivotal decomposition): an expression whose children share components becomes exact once it is known of each
 * of these whether it is up. The branch that adds most to the remaining uncertainty is split next, so that stopping early
 * leaves the tightest enclosure for the work done.
 *
 * R. Barlow, F. Proschan, "Statistical Theory of Reliability and Life Testing", 1975, section 1.2 (pivotal
 * decomposition); best-first with bounds as in W. Dotson, J. Gobien, IEEE Trans. Circuits and Systems 26(10), 1979.
 * At most 2^(shared components) passes over the tree.
 */
import type { Budget } from '../kernel/budget.ts';
import { invariant } from '../kernel/invariant.ts';
import { createPriorityQueue } from '../quorum/quorums/priority-queue.ts';
import { type Chance, type Components, chanceOf, isSettled } from './components.ts';
import { type Enclosure, enclose, isExact } from './gate-chances.ts';
import type { GateTree } from './gates.ts';

const UP: Chance = { up: 1, down: 0 };
const DOWN: Chance = { up: 0, down: 1 };
const NOTHING: Chance = { up: 0, down: 0 };

/** What is known in one part of the sample space. */
interface Branch {
  /** Probability of this part. */
  readonly mass: number;
  readonly chances: readonly Chance[];
  readonly enclosure: Enclosure;
}

/** `atOnce`: what one pass over the tree says. */
export function factor(
  tree: GateTree,
  components: Components,
  budget: Budget,
  atOnce: Enclosure = enclose(tree.root, components.chances),
): Enclosure {
  const { root, shared, cost } = tree;
  const inside = contents(components);
  const open = createPriorityQueue<Branch>((a, b) => gapOf(b) - gapOf(a));
  const total = { worst: NOTHING, best: NOTHING, exact: true };

  const examine = (mass: number, chances: readonly Chance[], enclosure = enclose(root, chances)): void => {
    if (isExact(enclosure)) count({ mass, enclosure });
    else open.push({ mass, chances, enclosure });
  };
  const count = ({ mass, enclosure }: Pick<Branch, 'mass' | 'enclosure'>): void => {
    total.worst = add(total.worst, scale(enclosure.worst, mass));
    total.best = add(total.best, scale(enclosure.best, mass));
    total.exact &&= isExact(enclosure);
  };

  examine(1, components.chances, atOnce);
  for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
    if (!budget.spend(2 * (cost + components.chances.length))) {
      count(branch);
      continue;
    }
    const { mass, chances } = branch;
    const pivot = shared.find((component) => !isSettled(chanceOf(chances, component)));
    invariant(pivot !== undefined, 'what shares nothing is exact');
    const { up, down } = chanceOf(chances, pivot);
    examine(mass * up, chances.with(pivot, UP));
    examine(mass * down, withDown(chances, pivot, inside));
  }
  return total.exact ? { worst: total.worst, best: total.worst } : { worst: total.worst, best: total.best };
}

/** Per component: the components for which it is the innermost fallible domain. */
function contents({ within }: Components): number[][] {
  const inside: number[][] = within.map(() => []);
  within.forEach((zone, component) => {
    inside[zone]?.push(component);
  });
  return inside;
}

/** A domain that is down takes everything inside with it. */
function withDown(chances: readonly Chance[], component: number, inside: readonly number[][]): Chance[] {
  const after = [...chances];
  const falling = [component];
  for (let next = falling.pop(); next !== undefined; next = falling.pop()) {
    after[next] = DOWN;
    falling.push(...(inside[next] ?? []));
  }
  return after;
}

function add(a: Chance, b: Chance): Chance {
  return { up: Math.min(1, a.up + b.up), down: Math.min(1, a.down + b.down) };
}

function scale({ up, down }: Chance, by: number): Chance {
  return { up: up * by, down: down * by };
}

/** How much the branch adds to the distance of the bounds. */
function gapOf({ mass, enclosure: { worst, best } }: Branch): number {
  return mass * (worst.down - best.down + (best.up - worst.up));
}
