/**
 * Who leads, for how long nobody does, and how long it takes until another leads after a leader was lost.
 */
import type { NodeIndex } from '../../kernel/units.ts';

export class Leadership {
  /** Time without any leader. */
  leaderlessUs = 0;
  /** For each time that a leader was lost to a fault: when, and how long until another node led. */
  readonly failovers: { readonly lostUs: number; tookUs: number | undefined }[] = [];
  /** Times at which a node began to lead. */
  elections = 0;

  private readonly leading: boolean[];
  private count = 0;
  private leaderlessSinceUs = 0;
  private latest: NodeIndex | undefined;
  private waiting: { readonly lost: NodeIndex; readonly index: number }[] = [];

  constructor(nodeCount: number) {
    this.leading = Array.from({ length: nodeCount }, () => false);
  }

  /** The node that began to lead last, if it still does. */
  get leader(): NodeIndex | undefined {
    if (this.latest !== undefined && this.leading[this.latest] === true) return this.latest;
    const index = this.leading.indexOf(true);
    return index === -1 ? undefined : index;
  }

  set(nowUs: number, node: NodeIndex, leads: boolean): void {
    if (this.leading[node] === leads) return;
    this.leading[node] = leads;
    if (leads) this.began(nowUs, node);
    else if (--this.count === 0) this.leaderlessSinceUs = nowUs;
  }

  /** A fault takes the leader away from the others. */
  lost(nowUs: number, node: NodeIndex): void {
    if (this.leading[node] !== true) return;
    this.failovers.push({ lostUs: nowUs, tookUs: undefined });
    this.waiting.push({ lost: node, index: this.failovers.length - 1 });
  }

  end(nowUs: number): void {
    if (this.count === 0) this.leaderlessUs += nowUs - this.leaderlessSinceUs;
  }

  private began(nowUs: number, node: NodeIndex): void {
    if (this.count++ === 0) this.leaderlessUs += nowUs - this.leaderlessSinceUs;
    this.elections += 1;
    this.latest = node;
    for (const { index } of this.waiting) {
      const failover = this.failovers[index];
      if (failover !== undefined) failover.tookUs = nowUs - failover.lostUs;
    }
    this.waiting = [];
  }
}
