/**
 * Quorum expressions: monotone Boolean functions over nodes, as trees of thresholds.
 *
 * `a + b` is choose(1), `a * b` is choose(all), `majority` is choose(floor(n/2)+1); with `votes`, a threshold counts votes
 * instead of children. The quorums of an expression are the node sets that make it true; supersets of quorums are quorums.
 */
export type Expression = NodeLeaf | Threshold;

export interface NodeLeaf {
  readonly kind: 'node';
  /** Index into the system's node list. */
  readonly node: number;
}

/** True when children worth at least `needed` votes are true; without `votes` each child has one. */
export interface Threshold {
  readonly kind: 'threshold';
  readonly needed: number;
  readonly children: readonly Expression[];
  /** Positive integers, one per child. */
  readonly votes?: readonly number[];
}

/** A set of nodes: distinct node indices in ascending order. */
export type NodeSet = readonly number[];
