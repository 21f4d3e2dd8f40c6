/**
 * Carries out a list of faults. Who is meant by `leader` is decided when the fault begins; what it did is undone when it
 * ends, or when all faults end. Faults of one kind may overlap on a node: delays and cuts add up, a node is paused until the last pause ends,
 * and its clock has the rate of the fault that began last; a crash meets only nodes that run.
 */
import type { Prng } from '../../kernel/prng.ts';
import type { NodeIndex, Seed } from '../../kernel/units.ts';
import type { Fault, NodeSelector, PartitionFault } from '../faults/fault.ts';
import type { Cluster } from './cluster.ts';
import type { Network } from './network.ts';
import { EVENT, type Schedule, US_PER_MS } from './schedule.ts';
import { streamOf } from './streams.ts';

export interface FaultWorld {
  readonly schedule: Schedule;
  readonly network: Network;
  readonly cluster: Cluster;
  /** All nodes, and how many of them, the first ones, are replicas: selectors by role mean replicas. */
  readonly nodeCount: number;
  readonly replicaCount: number;
  /** The node that leads now, if any. */
  leader(): NodeIndex | undefined;
  /** Gives an administrative command to a node. */
  command(node: NodeIndex, fault: Fault & { readonly kind: 'command' }): void;
  began(fault: Fault, nodes: readonly NodeIndex[]): void;
}

interface Active {
  readonly fault: Fault;
  readonly nodes: readonly NodeIndex[];
  /** For a partition: the links that it cuts while it is on. */
  readonly links: readonly (readonly [NodeIndex, NodeIndex])[];
  isOn: boolean;
}

export class FaultDriver {
  private readonly faults: readonly Fault[];
  private readonly world: FaultWorld;
  private readonly seed: Seed;
  private readonly active = new Map<number, Active>();
  private readonly draws = new Map<number, Prng>();

  constructor(faults: readonly Fault[], world: FaultWorld, seed: Seed) {
    this.faults = faults;
    this.world = world;
    this.seed = seed;
  }

  start(): void {
    for (const [index, { atMs }] of this.faults.entries()) {
      this.world.schedule.after(Math.round(atMs * US_PER_MS), EVENT.faultBegin, index, 0, undefined);
    }
  }

  begin(index: number): void {
    const fault = this.faults[index];
    if (fault === undefined) return;
    const nodes = this.resolve(index, fault);
    const links = fault.kind === 'partition' ? this.linksOf(index, fault, nodes) : [];
    const active: Active = { fault, nodes, links, isOn: false };
    this.active.set(index, active);
    this.world.began(fault, nodes);
    this.switchOn(active);
    const { schedule } = this.world;
    if (fault.untilMs !== undefined) {
      schedule.after(
        Math.max(0, Math.round(fault.untilMs * US_PER_MS) - schedule.nowUs),
        EVENT.faultEnd,
        index,
        0,
        undefined,
      );
    }
    if (fault.kind === 'partition' && fault.flapPeriodMs !== undefined) this.awaitFlap(index, fault.flapPeriodMs);
  }

  end(index: number): void {
    const active = this.active.get(index);
    if (active === undefined) return;
    this.active.delete(index);
    if (active.isOn) this.switchOff(active);
  }

  flap(index: number): void {
    const active = this.active.get(index);
    if (active?.fault.kind !== 'partition' || active.fault.flapPeriodMs === undefined) return;
    if (active.isOn) this.switchOff(active);
    else this.switchOn(active);
    this.awaitFlap(index, active.fault.flapPeriodMs);
  }

  /** Ends every fault but crashes for good. */
  endAll(): void {
    for (const [index, { fault }] of [...this.active]) {
      if (fault.kind !== 'crash' || fault.untilMs !== undefined) this.end(index);
    }
  }

  private awaitFlap(index: number, periodMs: number): void {
    this.world.schedule.after(
      Math.max(1, Math.round((periodMs / 2) * US_PER_MS)),
      EVENT.faultFlap,
      index,
      0,
      undefined,
    );
  }

  private switchOn(active: Active): void {
    active.isOn = true;
    const { fault, nodes, links } = active;
    const { cluster, network } = this.world;
    switch (fault.kind) {
      case 'partition':
        for (const [from, to] of links) network.cut(from, to, 1);
        break;
      case 'crash':
        for (const node of nodes) cluster.crash(node, fault);
        break;
      case 'pause':
        for (const node of nodes) cluster.pause(node);
        break;
      case 'slow':
        for (const node of nodes) network.slow(node, fault.delayMs);
        break;
      case 'slow-disk':
        for (const node of nodes) cluster.slowDisk(node, fault.delayMs);
        break;
      case 'clock':
        for (const node of nodes) cluster.setClock(node, fault.rate, fault.jumpMs);
        break;
      case 'link':
        network.addLinkFault(fault);
        break;
      case 'command':
        for (const node of nodes) this.world.command(node, fault);
    }
  }

  private switchOff(active: Active): void {
    active.isOn = false;
    const { fault, nodes, links } = active;
    const { cluster, network } = this.world;
    switch (fault.kind) {
      case 'partition':
        for (const [from, to] of links) network.cut(from, to, -1);
        break;
      case 'crash':
        for (const node of nodes) if (cluster.up[node] !== true) cluster.start(node);
        break;
      case 'pause':
        for (const node of nodes) if (this.last('pause', node) === undefined) cluster.resume(node);
        break;
      case 'slow':
        for (const node of nodes) network.slow(node, 0 - fault.delayMs);
        break;
      case 'slow-disk':
        for (const node of nodes) cluster.slowDisk(node, 0 - fault.delayMs);
        break;
      case 'clock':
        for (const node of nodes) this.repairClock(node);
        break;
      case 'link':
        network.removeLinkFault(fault);
        break;
      case 'command':
        break;
    }
  }

  /**
   * The rate becomes right again, or that of the fault that began last of those that are left; what the clock is off by stays, as it does
   * until somebody steps it.
   */
  private repairClock(node: NodeIndex): void {
    this.world.cluster.setClock(node, this.last('clock', node)?.rate ?? 1, 0);
  }

  /** Of the faults of a kind that are on at the node, the one that began last. */
  private last<Kind extends Fault['kind']>(kind: Kind, node: NodeIndex): (Fault & { readonly kind: Kind }) | undefined {
    const isMeant = (fault: Fault): fault is Fault & { readonly kind: Kind } => fault.kind === kind;
    const on = [...this.active.values()].flatMap(({ fault, nodes, isOn }) =>
      isOn && isMeant(fault) && nodes.includes(node) ? [fault] : [],
    );
    return on.at(-1);
  }

  /** The nodes that a fault meets. A crash meets only nodes that run. */
  private resolve(index: number, fault: Fault): NodeIndex[] {
    if (fault.kind === 'link') return [];
    const nodes = [...new Set(fault.nodes.flatMap((selector) => this.select(index, selector)))];
    return fault.kind === 'crash' ? nodes.filter((node) => this.world.cluster.up[node] === true) : nodes;
  }

  private select(index: number, selector: NodeSelector): NodeIndex[] {
    if (typeof selector === 'number') return [selector];
    const { replicaCount } = this.world;
    const leader = this.world.leader() ?? this.drawOf(index).nextInt(replicaCount);
    const others = this.shuffled(index, leader);
    const fewer = Math.floor((replicaCount - 1) / 2);
    if (selector === 'leader') return [leader];
    if (selector === 'follower') return others.slice(0, 1);
    return selector === 'minority'
      ? [leader, ...others.slice(0, Math.max(0, fewer - 1))]
      : others.slice(0, Math.max(1, fewer));
  }

  private shuffled(index: number, without: NodeIndex): NodeIndex[] {
    const nodes = Array.from({ length: this.world.replicaCount }, (_, node) => node).filter((node) => node !== without);
    const draw = this.drawOf(index);
    for (let last = nodes.length - 1; last > 0; last--) {
      const other = draw.nextInt(last + 1);
      [nodes[last], nodes[other]] = [nodes[other] as NodeIndex, nodes[last] as NodeIndex];
    }
    return nodes;
  }

  private linksOf(index: number, fault: PartitionFault, nodes: readonly NodeIndex[]): [NodeIndex, NodeIndex][] {
    const all = Array.from({ length: this.world.nodeCount }, (_, node) => node);
    const named = fault.from?.flatMap((selector) => this.select(index, selector));
    const others = (named ?? all).filter((node) => !nodes.includes(node));
    return nodes.flatMap((node) =>
      others.flatMap((other): [NodeIndex, NodeIndex][] => [
        ...(fault.direction === 'inbound' ? [] : [[node, other] as [NodeIndex, NodeIndex]]),
        ...(fault.direction === 'outbound' ? [] : [[other, node] as [NodeIndex, NodeIndex]]),
      ]),
    );
  }

  /** By place in the list of the run's faults; leaving one out must not change the others, so faults carry their own time into it. */
  private drawOf(index: number): Prng {
    const known = this.draws.get(index);
    if (known !== undefined) return known;
    const draw = streamOf(this.seed, 'faults', Math.round((this.faults[index]?.atMs ?? 0) * US_PER_MS));
    this.draws.set(index, draw);
    return draw;
  }
}
