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
import { type Chance, type Components, chanceOf, isSettled } from './components.ts';
import { type Enclosure, enclose, isExact } from './gate-chances.ts';
import type { GateTree } from './gates.ts';

const UP: Chance = { up: 1, down: 0 };
const DOWN: Chance = { up: 0, down: 1 };

/** What is known in one part of the sample space. */
interface Branch {
  /** Probability of this part. */
  readonly mass: number;
  readonly chances: readonly Chance[];
  readonly enclosure: Enclosure;
}

export function factor(tree: GateTree, components: Components, budget: Budget): Enclosure {
  const { root, shared, cost } = tree;
  const inside = contents(components);
  const open: Branch[] = [];
  let closed: Chance = { up: 0, down: 0 };

  const examine = (mass: number, chances: readonly Chance[]): void => {
    const enclosure = enclose(root, chances);
    if (isExact(enclosure)) closed = add(closed, scale(enclosure.worst, mass));
    else pushByGap(open, { mass, chances, enclosure });
  };

  examine(1, components.chances);
  while (open.length > 0 && budget.spend(2 * (cost + components.chances.length))) {
    const { mass, chances } = popWidest(open);
    const pivot = shared.find((component) => !isSettled(chanceOf(chances, component)));
    invariant(pivot !== undefined, 'what shares nothing is exact');
    const { up, down } = chanceOf(chances, pivot);
    examine(mass * up, chances.with(pivot, UP));
    examine(mass * down, withDown(chances, pivot, inside));
  }
  return open.length === 0 ? { worst: closed, best: closed } : withOpen(closed, open);
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

function withOpen(closed: Chance, open: readonly Branch[]): Enclosure {
  const side = (pick: (enclosure: Enclosure) => Chance): Chance =>
    open.reduce((sum, { mass, enclosure }) => add(sum, scale(pick(enclosure), mass)), closed);
  return { worst: side(({ worst }) => worst), best: side(({ best }) => best) };
}

function add(a: Chance, b: Chance): Chance {
  return { up: Math.min(1, a.up + b.up), down: Math.min(1, a.down + b.down) };
}

function scale({ up, down }: Chance, by: number): Chance {
  return { up: up * by, down: down * by };
}

function gapOf({ mass, enclosure: { worst, best } }: Branch): number {
  return mass * (worst.down - best.down + (best.up - worst.up));
}

/** A binary heap with the widest gap first. */
function pushByGap(heap: Branch[], branch: Branch): void {
  heap.push(branch);
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!wider(heap, at, parent)) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function popWidest(heap: Branch[]): Branch {
  swap(heap, 0, heap.length - 1);
  const widest = heap.pop();
  invariant(widest !== undefined, 'only a branch that is there is taken');
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const child = wider(heap, left + 1, left) ? left + 1 : left;
    if (!wider(heap, child, at)) return widest;
    swap(heap, child, at);
    at = child;
  }
}

function wider(heap: readonly Branch[], a: number, b: number): boolean {
  const left = heap[a];
  const right = heap[b];
  return left !== undefined && right !== undefined && gapOf(left) > gapOf(right);
}

function swap(heap: Branch[], a: number, b: number): void {
  const left = heap[a];
  const right = heap[b];
  if (left === undefined || right === undefined) return;
  heap[a] = right;
  heap[b] = left;
}
