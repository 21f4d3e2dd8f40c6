/**
 * The nodes of a run: their states, timers, clocks, disks, and whether they run. It carries out the outputs of a step in the order
 * and under the promises of `protocols/protocol.ts`.
 */
import type { Prng } from '../../kernel/prng.ts';
import type { NodeIndex, Seed } from '../../kernel/units.ts';
import type { AnyProtocol, Input, NodeState, Output, Request, Response, Step } from '../../protocols/protocol.ts';
import type { Network } from './network.ts';
import type { DiskOptions } from './options.ts';
import { EVENT, type Schedule, US_PER_MS } from './schedule.ts';
import { streamOf } from './streams.ts';

type State = NodeState<unknown>;
type AnyOutput = Output<unknown, unknown>;
type AnyInput = Input<unknown>;

/** Who looks on: monitors, measurements, the recorder. */
export interface ClusterObserver {
  /** `before` is undefined when the node has just (re)started; `input` is undefined then. */
  changed(node: NodeIndex, before: State | undefined, after: State, input: AnyInput | undefined): void;
  responded(node: NodeIndex, client: number, number: number, response: Response): void;
  stopped(node: NodeIndex): void;
}

export interface ClusterOptions {
  readonly protocol: AnyProtocol;
  readonly config: unknown;
  readonly nodeCount: number;
  readonly seed: Seed;
  readonly disk: DiskOptions;
}

const NEVER = Number.POSITIVE_INFINITY;

export class Cluster {
  readonly states: State[] = [];
  readonly up: boolean[] = [];
  /** Steps that a node took, messages and requests to nodes that are down not counted. */
  steps = 0;

  private readonly protocol: AnyProtocol;
  private readonly options: ClusterOptions;
  private readonly schedule: Schedule;
  private readonly network: Network;
  private readonly observer: ClusterObserver;
  private readonly timers: readonly string[];
  private readonly deadlinesUs: Float64Array;
  /** When the queue will look at a timer next; an event of another time is out of date. */
  private readonly looksUs: Float64Array;
  private readonly isWall: Uint8Array;
  private readonly draws: Prng[];
  private readonly diskDraws: Prng[];
  private readonly disks: unknown[] = [];
  private readonly diskDelayUs: Float64Array;
  private readonly held: AnyOutput[][];
  /** When the last write that was begun will be durable. */
  private readonly durableUs: Float64Array;
  private readonly incarnations: Int32Array;
  private readonly deferred: (AnyInput[] | undefined)[] = [];
  private readonly own: AnyInput[] = [];
  private readonly rates: Float64Array;
  private readonly clockUs: Float64Array;
  private readonly clockSetUs: Float64Array;

  constructor(options: ClusterOptions, schedule: Schedule, network: Network, observer: ClusterObserver) {
    const { nodeCount, protocol, seed } = options;
    this.options = options;
    this.protocol = protocol;
    this.schedule = schedule;
    this.network = network;
    this.observer = observer;
    this.timers = protocol.timers;
    this.deadlinesUs = new Float64Array(nodeCount * this.timers.length).fill(NEVER);
    this.looksUs = new Float64Array(nodeCount * this.timers.length).fill(NEVER);
    this.isWall = new Uint8Array(nodeCount * this.timers.length);
    const nodes = Array.from({ length: nodeCount }, (_, node) => node);
    this.draws = nodes.map((node) => streamOf(seed, 'node', node));
    this.diskDraws = nodes.map((node) => streamOf(seed, 'disk', node));
    this.diskDelayUs = new Float64Array(nodeCount);
    this.held = nodes.map(() => []);
    this.durableUs = new Float64Array(nodeCount);
    this.incarnations = new Int32Array(nodeCount).fill(-1);
    this.rates = new Float64Array(nodeCount).fill(1);
    this.clockUs = new Float64Array(nodeCount);
    this.clockSetUs = new Float64Array(nodeCount);
  }

  get size(): number {
    return this.options.nodeCount;
  }

  /** Starts or restarts a node that is down. */
  start(node: NodeIndex, given?: Step<State, unknown, unknown>): void {
    const incarnation = (this.incarnations[node] as number) + 1;
    this.incarnations[node] = incarnation;
    const step = given ?? this.protocol.initial(this.options.config, node, this.disks[node], incarnation);
    this.states[node] = step.state;
    this.up[node] = true;
    this.observer.changed(node, undefined, step.state, undefined);
    this.carryOut(node, step.outputs);
    this.giveOwn(node);
  }

  crash(node: NodeIndex, { losesDisk, tornWrite }: { readonly losesDisk: boolean; readonly tornWrite: boolean }): void {
    if (tornWrite) this.tear(node);
    if (losesDisk) this.disks[node] = undefined;
    this.up[node] = false;
    this.held[node] = [];
    this.durableUs[node] = 0;
    this.deferred[node] = undefined;
    const count = this.timers.length;
    this.deadlinesUs.fill(NEVER, node * count, (node + 1) * count);
    this.observer.stopped(node);
  }

  pause(node: NodeIndex): void {
    this.deferred[node] ??= [];
  }

  resume(node: NodeIndex): void {
    const inputs = this.deferred[node];
    this.deferred[node] = undefined;
    for (const input of inputs ?? []) {
      if (input.kind !== 'timer' || this.isStillDue(node, input.timer)) this.give(node, input);
    }
  }

  /** A message arrives; false when nobody is there to take it. */
  deliver(from: NodeIndex, to: NodeIndex, message: unknown): boolean {
    return this.give(to, { kind: 'message', from, message });
  }

  request(node: NodeIndex, request: Request): boolean {
    return this.give(node, { kind: 'request', request, clockMs: this.clockMs(node) });
  }

  /** The queue looks at a timer. False when it was out of date. */
  lookAtTimer(node: NodeIndex, timer: number): boolean {
    const index = node * this.timers.length + timer;
    const { nowUs } = this.schedule;
    if (this.looksUs[index] !== nowUs) return false;
    this.looksUs[index] = NEVER;
    const deadlineUs = this.deadlinesUs[index] as number;
    if (deadlineUs > nowUs) {
      if (deadlineUs !== NEVER) this.lookAt(node, timer, index, deadlineUs);
      return false;
    }
    const input: AnyInput = { kind: 'timer', timer: this.timers[timer] as string };
    // Of a node that is paused the timer stays armed: what the node does first when it goes on may cancel it.
    if (this.deferred[node] === undefined) this.deadlinesUs[index] = NEVER;
    return this.give(node, input);
  }

  /** Whether a timer that came due during a pause is armed as it was then; it is taken. */
  private isStillDue(node: NodeIndex, timer: string): boolean {
    const index = node * this.timers.length + this.timerOf(timer);
    if ((this.deadlinesUs[index] as number) > this.schedule.nowUs) return false;
    this.deadlinesUs[index] = NEVER;
    return true;
  }

  /** The oldest write under way is durable: what waited for it leaves. */
  diskDone(node: NodeIndex, incarnation: number): boolean {
    if (this.incarnations[node] !== incarnation || this.up[node] !== true) return false;
    const held = this.held[node] as AnyOutput[];
    let released = 1;
    while (released < held.length && held[released]?.kind !== 'persist') released += 1;
    const leaving = held.splice(0, released);
    for (const output of leaving) this.perform(node, output);
    this.giveOwn(node);
    return true;
  }

  slowDisk(node: NodeIndex, byMs: number): void {
    this.diskDelayUs[node] = (this.diskDelayUs[node] as number) + byMs * US_PER_MS;
  }

  /** The node's clock jumps and from now on runs at `rate`. Timers under way keep the part of their duration that is left. */
  setClock(node: NodeIndex, rate: number, jumpMs: number): void {
    const { nowUs } = this.schedule;
    const before = this.rates[node] as number;
    this.clockUs[node] = this.readClockUs(node) + jumpMs * US_PER_MS;
    this.clockSetUs[node] = nowUs;
    this.rates[node] = rate;
    for (let timer = 0; timer < this.timers.length; timer++) {
      const index = node * this.timers.length + timer;
      const deadlineUs = this.deadlinesUs[index] as number;
      if (deadlineUs === NEVER) continue;
      const jumpUs = this.isWall[index] === 1 ? jumpMs * US_PER_MS : 0;
      const leftUs = Math.max(0, Math.round(((deadlineUs - nowUs) * before - jumpUs) / rate));
      this.arm(node, timer, nowUs + leftUs);
    }
  }

  private clockMs(node: NodeIndex): number {
    return Math.floor(this.readClockUs(node) / US_PER_MS);
  }

  private readClockUs(node: NodeIndex): number {
    const since = this.schedule.nowUs - (this.clockSetUs[node] as number);
    return (this.clockUs[node] as number) + since * (this.rates[node] as number);
  }

  private give(node: NodeIndex, input: AnyInput): boolean {
    if (this.up[node] !== true) return false;
    const deferred = this.deferred[node];
    if (deferred !== undefined) {
      deferred.push(input);
      return true;
    }
    this.step(node, input);
    if (this.own.length > 0) this.giveOwn(node);
    return true;
  }

  /** Inputs that a node gives itself come before anything else that may reach it. */
  private giveOwn(node: NodeIndex): void {
    const { own } = this;
    while (own.length > 0) this.step(node, own.shift() as AnyInput);
  }

  private step(node: NodeIndex, input: AnyInput): void {
    const before = this.states[node] as State;
    const { state, outputs } = this.protocol.step(before, input);
    this.steps += 1;
    if (state !== before) {
      this.states[node] = state;
      this.observer.changed(node, before, state, input);
    }
    if (outputs.length > 0) this.carryOut(node, outputs);
  }

  private carryOut(node: NodeIndex, outputs: readonly AnyOutput[]): void {
    const held = this.held[node] as AnyOutput[];
    for (let index = 0; index < outputs.length; index++) {
      const output = outputs[index] as AnyOutput;
      switch (output.kind) {
        case 'send':
          // By far the most of all outputs.
          if (held.length > 0) held.push(output);
          else this.send(node, output.to, output.message);
          break;
        case 'set_timer':
          this.setTimer(node, output);
          break;
        case 'cancel_timer':
          this.deadlinesUs[node * this.timers.length + this.timerOf(output.timer)] = NEVER;
          break;
        case 'choose':
          this.own.push({
            kind: 'choice',
            name: output.name,
            chosen: (this.draws[node] as Prng).nextInt(output.options),
          });
          break;
        default:
          // Leaves, or is held behind the disk.
          if (held.length > 0 || (output.kind === 'persist' && this.takesTime(node))) this.hold(node, held, output);
          else this.perform(node, output);
      }
    }
  }

  private takesTime(node: NodeIndex): boolean {
    return this.options.disk.writeMaxMs + (this.diskDelayUs[node] as number) > 0;
  }

  private hold(node: NodeIndex, held: AnyOutput[], output: AnyOutput): void {
    held.push(output);
    if (output.kind === 'persist') this.write(node);
  }

  /** Writes overlap, as on a disk with a queue, but none is durable before those that were begun earlier. */
  private write(node: NodeIndex): void {
    const { writeMinMs, writeMaxMs } = this.options.disk;
    const drawnMs = writeMinMs + (this.diskDraws[node] as Prng).nextFloat() * (writeMaxMs - writeMinMs);
    const doneUs = this.schedule.nowUs + Math.round(drawnMs * US_PER_MS + (this.diskDelayUs[node] as number));
    const atUs = Math.max(doneUs, this.durableUs[node] as number);
    this.durableUs[node] = atUs;
    this.schedule.queue.push(atUs, EVENT.disk, node, this.incarnations[node] as number, undefined);
  }

  private send(node: NodeIndex, to: NodeIndex, message: unknown): void {
    if (to === node) this.own.push({ kind: 'message', from: node, message });
    else this.network.send(node, to, message);
  }

  private perform(node: NodeIndex, output: AnyOutput): void {
    if (output.kind === 'send') {
      this.send(node, output.to, output.message);
    } else if (output.kind === 'persist') {
      this.disks[node] = output.durable;
    } else if (output.kind === 'respond') {
      this.observer.responded(node, output.client, output.number, output.response);
    }
  }

  private setTimer(node: NodeIndex, output: AnyOutput & { readonly kind: 'set_timer' }): void {
    const timer = this.timerOf(output.timer);
    const { minMs, maxMs } = output;
    const drawnMs = maxMs > minMs ? minMs + (this.draws[node] as Prng).nextFloat() * (maxMs - minMs) : minMs;
    this.isWall[node * this.timers.length + timer] = output.wall === true ? 1 : 0;
    this.arm(node, timer, this.schedule.nowUs + Math.round((drawnMs * US_PER_MS) / (this.rates[node] as number)));
  }

  /** Names are few and always the same strings, which a loop compares faster than a search of any kind. */
  private timerOf(name: string): number {
    const { timers } = this;
    for (let timer = 0; timer < timers.length; timer++) if (timers[timer] === name) return timer;
    return -1;
  }

  /** A later deadline costs nothing: the look that is queued already finds it. */
  private arm(node: NodeIndex, timer: number, deadlineUs: number): void {
    const index = node * this.timers.length + timer;
    this.deadlinesUs[index] = deadlineUs;
    if ((this.looksUs[index] as number) > deadlineUs) this.lookAt(node, timer, index, deadlineUs);
  }

  private lookAt(node: NodeIndex, timer: number, index: number, atUs: number): void {
    this.looksUs[index] = atUs;
    this.schedule.queue.push(atUs, EVENT.timer, node, timer, undefined);
  }

  /** The oldest write that is not durable reaches the disk in part; later ones do not. */
  private tear(node: NodeIndex): void {
    const write = (this.held[node] as AnyOutput[])[0];
    if (write?.kind !== 'persist') return;
    const kept = (this.diskDraws[node] as Prng).nextFloat();
    this.disks[node] = this.protocol.tear?.(this.disks[node], write.durable, kept) ?? this.disks[node];
  }
}
