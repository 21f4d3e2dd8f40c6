/**
 * Duplicate-free quorum expressions over nodes of which some are alike, each once up to swapping those.
 *
 * A shape is an expression whose leaves name classes of alike nodes. Children are unordered, so they are chosen in ascending
 * order; "or" directly inside "or" and "and" directly inside "and" are left out, because they are one wider "or" or "and".
 * Enumerated by height: one threshold over all nodes first, then thresholds of thresholds (what quoracle tries first), then the
 * rest. The number of shapes grows faster than exponentially: about 1,000 for five different nodes, far fewer for alike ones.
 */
import type { Budget } from '../../kernel/budget.ts';

export type Shape = LeafShape | ThresholdShape;

interface LeafShape {
  readonly kind: 'leaf';
  readonly class: number;
  readonly height: 0;
}

export interface ThresholdShape {
  readonly kind: 'threshold';
  readonly needed: number;
  readonly children: readonly Shape[];
  readonly height: number;
}

/** How many nodes of every class a shape has. */
type Counts = readonly number[];

interface Stock {
  readonly shapesOver: (counts: Counts) => readonly Shape[];
  /** By their first class: distinct sub-multisets of the nodes, smallest first. */
  readonly partsFrom: readonly (readonly Counts[])[];
}

/**
 * Visits the shapes over `classSizes` nodes whose height is at most `heightMax` and, in later passes, above `heightMin`.
 * False when the visitor or the budget ended it.
 */
export function forEachShape(
  classSizes: Counts,
  { heightMin, heightMax }: { readonly heightMin: number; readonly heightMax: number },
  budget: Budget,
  visit: (shape: Shape) => boolean,
): boolean {
  const nodeCount = sum(classSizes);
  if (nodeCount === 1) return heightMin >= 1 || shapesOfOne(classSizes).every(visit);
  const stock = createStock(classSizes, heightMax - 1, budget);
  return forEachThreshold(classSizes, stock, budget, (shape) => shape.height <= heightMin || visit(shape));
}

/** Shapes over parts of the nodes, worked out when they are first needed. */
function createStock(classSizes: Counts, heightMax: number, budget: Budget): Stock {
  const known = new Map<string, readonly Shape[]>();
  const partsFrom = partsOf(classSizes, heightMax === 0 ? 1 : sum(classSizes) - 1);
  const shapesOver = (counts: Counts): readonly Shape[] => {
    const key = counts.join();
    const found = known.get(key);
    if (found !== undefined) return found;
    const shapes: Shape[] = sum(counts) === 1 ? shapesOfOne(counts) : [];
    if (shapes.length === 0 && heightMax > 0) {
      const inner =
        heightMax === 1 ? { shapesOver: shapesOfLeaf, partsFrom: partsOf(counts, 1) } : { shapesOver, partsFrom };
      forEachThreshold(counts, inner, budget, (shape) => {
        if (shape.height <= heightMax) shapes.push(shape);
        return true;
      });
    }
    known.set(key, shapes);
    return shapes;
  };
  return { shapesOver, partsFrom };
}

function shapesOfLeaf(counts: Counts): readonly Shape[] {
  return sum(counts) === 1 ? shapesOfOne(counts) : [];
}

function shapesOfOne(counts: Counts): Shape[] {
  return [{ kind: 'leaf', class: firstOf(counts), height: 0 }];
}

/** Sub-multisets of at most `sizeMax` nodes, by first class. */
function partsOf(classSizes: Counts, sizeMax: number): readonly (readonly Counts[])[] {
  if (sizeMax === 1) return classSizes.map((_, at) => [classSizes.map((_size, index) => (index === at ? 1 : 0))]);
  let parts: number[][] = [[]];
  for (const size of classSizes) {
    parts = parts.flatMap((part) => Array.from({ length: size + 1 }, (_, count) => [...part, count]));
  }
  const sized = parts.filter((part) => sum(part) > 0 && sum(part) <= sizeMax);
  sized.sort((a, b) => sum(a) - sum(b) || compareCounts(b, a));
  return classSizes.map((_, first) => sized.filter((part) => firstOf(part) === first));
}

function compareCounts(a: Counts, b: Counts): number {
  const at = a.findIndex((count, index) => count !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/**
 * Chooses two or more children that use up `counts`, then every threshold over them. Each child takes from the first class
 * of which nodes are left, so no choice leaves them over; among children with the same first class the order ascends.
 */
function forEachThreshold(
  counts: Counts,
  { shapesOver, partsFrom }: Stock,
  budget: Budget,
  visit: (shape: Shape) => boolean,
): boolean {
  const children: Shape[] = [];
  const choose = (left: Counts, leftSize: number, previous: Place): boolean => {
    if (leftSize === 0) return thresholdsOver(children).every((shape) => budget.spend() && visit(shape));
    const first = firstOf(left);
    const start = previous.first === first ? previous : { first, part: 0, shape: 0 };
    const candidates = partsFrom[first] ?? [];
    for (let part = start.part; part < candidates.length; part++) {
      const taken = candidates[part] ?? [];
      const size = sum(taken);
      if (size > leftSize) break;
      if (size === sum(counts) || taken.some((count, index) => count > (left[index] ?? 0))) continue;
      const rest = left.map((count, index) => count - (taken[index] ?? 0));
      const shapes = shapesOver(taken);
      for (let shape = part === start.part ? start.shape : 0; shape < shapes.length; shape++) {
        const child = shapes[shape];
        if (child === undefined || !budget.spend()) return false;
        children.push(child);
        const goesOn = choose(rest, leftSize - size, { first, part, shape });
        children.pop();
        if (!goesOn) return false;
      }
    }
    return true;
  };
  return choose(counts, sum(counts), { first: -1, part: 0, shape: 0 });
}

/** Where the last child was taken from. */
interface Place {
  readonly first: number;
  readonly part: number;
  readonly shape: number;
}

function firstOf(counts: Counts): number {
  return counts.findIndex((count) => count > 0);
}

function thresholdsOver(chosen: readonly Shape[]): readonly ThresholdShape[] {
  const children = [...chosen];
  const height = 1 + children.reduce((most, child) => Math.max(most, child.height), 0);
  const hasOr = children.some((child) => child.kind === 'threshold' && child.needed === 1);
  const hasAnd = children.some((child) => child.kind === 'threshold' && child.needed === child.children.length);
  const shapes = children.map(
    (_, index): ThresholdShape => ({ kind: 'threshold', needed: index + 1, children, height }),
  );
  return shapes.filter(({ needed }) => !(needed === 1 && hasOr) && !(needed === children.length && hasAnd));
}

function sum(counts: Counts): number {
  return counts.reduce((total, count) => total + count, 0);
}
