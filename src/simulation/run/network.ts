/**
 * The network between nodes: delays, loss, duplication, reordering, bandwidth, order per link, cuts. Every link has its own
 * streams, one for delays and one for mishaps, so that switching loss off leaves every delay as it was.
 */
import type { Prng } from '../../kernel/prng.ts';
import type { NodeIndex, Seed } from '../../kernel/units.ts';
import type { LinkFault } from '../faults/fault.ts';
import type { NetworkOptions } from './options.ts';
import { EVENT, type Schedule, US_PER_MS } from './schedule.ts';
import { streamOf } from './streams.ts';

const TWO_TO_32 = 0x100000000;

/** Told of each message that leaves, when somebody records: `deliveredUs` undefined for a lost one. A duplicate comes right after its original. */
export type OnSend = (
  from: NodeIndex,
  to: NodeIndex,
  message: unknown,
  deliveredUs: number | undefined,
  lostBecause: 'loss' | 'partition' | undefined,
  isDuplicate: boolean,
) => void;

export class Network {
  sent = 0;
  lost = 0;
  bytes = 0;
  onSend: OnSend | undefined;
  /** Size of a message; undefined while nobody asks. */
  bytesOf: ((message: unknown) => number) | undefined;

  private readonly schedule: Schedule;
  private readonly options: NetworkOptions;
  private readonly nodeCount: number;
  private readonly seed: Seed;
  private readonly cuts: Int32Array;
  private readonly slowUs: Float64Array;
  private readonly lastArrivalUs: Float64Array;
  private readonly busyUntilUs: Float64Array;
  private readonly delays: (Prng | undefined)[];
  private readonly mishaps: (Prng | undefined)[];
  private readonly linkFaults: LinkFault[] = [];
  private lossThreshold = 0;
  private duplicationThreshold = 0;
  private reorderingThreshold = 0;
  private reorderingUs = 0;
  private hasMishaps = false;

  constructor(schedule: Schedule, options: NetworkOptions, nodeCount: number, seed: Seed) {
    this.schedule = schedule;
    this.options = options;
    this.nodeCount = nodeCount;
    this.seed = seed;
    this.cuts = new Int32Array(nodeCount * nodeCount);
    this.slowUs = new Float64Array(nodeCount);
    this.lastArrivalUs = new Float64Array(nodeCount * nodeCount);
    this.busyUntilUs = new Float64Array(nodeCount * nodeCount);
    this.delays = Array.from({ length: nodeCount * nodeCount }, () => undefined);
    this.mishaps = Array.from({ length: nodeCount * nodeCount }, () => undefined);
    this.weighMishaps(true);
  }

  send(from: NodeIndex, to: NodeIndex, message: unknown): void {
    const link = from * this.nodeCount + to;
    this.sent += 1;
    if (this.bytesOf !== undefined) this.bytes += this.bytesOf(message);
    if ((this.cuts[link] as number) > 0) this.lose(from, to, message, 'partition');
    else if (this.hasMishaps) this.risk(link, from, to, message);
    else this.carry(link, from, to, message, this.options.delay.sampleUs(from, to, this.delaysOf(link)));
  }

  /** The delay is drawn even for a message that is lost, so that those after it keep theirs. */
  private risk(link: number, from: NodeIndex, to: NodeIndex, message: unknown): void {
    const mishaps = this.mishapsOf(link);
    const delayUs = this.options.delay.sampleUs(from, to, this.delaysOf(link));
    if (mishaps.nextUint32() < this.lossThreshold) {
      this.lose(from, to, message, 'loss');
      return;
    }
    const lateUs = mishaps.nextUint32() < this.reorderingThreshold ? mishaps.nextFloat() * this.reorderingUs : 0;
    this.carry(link, from, to, message, delayUs + Math.round(lateUs));
    if (mishaps.nextUint32() < this.duplicationThreshold) {
      const laterUs = delayUs + Math.round(mishaps.nextFloat() * (delayUs + this.reorderingUs));
      this.carry(link, from, to, message, laterUs, true);
    }
  }

  /** Cuts the link, once more when it is cut already; `by` -1 undoes one cut. */
  cut(from: NodeIndex, to: NodeIndex, by: 1 | -1): void {
    const link = from * this.nodeCount + to;
    this.cuts[link] = (this.cuts[link] as number) + by;
  }

  slow(node: NodeIndex, byMs: number): void {
    this.slowUs[node] = (this.slowUs[node] as number) + byMs * US_PER_MS;
  }

  addLinkFault(fault: LinkFault): void {
    this.linkFaults.push(fault);
    this.weighMishaps(true);
  }

  removeLinkFault(fault: LinkFault): void {
    const index = this.linkFaults.indexOf(fault);
    if (index !== -1) this.linkFaults.splice(index, 1);
    this.weighMishaps(true);
  }

  /** From now on nothing is lost, duplicated or reordered. */
  heal(): void {
    this.linkFaults.length = 0;
    this.weighMishaps(false);
  }

  private carry(
    link: number,
    from: NodeIndex,
    to: NodeIndex,
    message: unknown,
    delayUs: number,
    isDuplicate = false,
  ): void {
    const { schedule, options } = this;
    let arrivalUs = schedule.nowUs + delayUs + (this.slowUs[from] as number);
    if (options.bandwidthBytesPerMs !== undefined)
      arrivalUs += this.transmissionUs(link, message, options.bandwidthBytesPerMs);
    if (options.fifo) {
      arrivalUs = Math.max(arrivalUs, this.lastArrivalUs[link] as number);
      this.lastArrivalUs[link] = arrivalUs;
    }
    this.onSend?.(from, to, message, arrivalUs, undefined, isDuplicate);
    schedule.queue.push(arrivalUs, EVENT.deliver, to, from, message);
  }

  /** Waiting for what the link still transmits, and its own transmission. */
  private transmissionUs(link: number, message: unknown, bytesPerMs: number): number {
    const bytes = this.bytesOf?.(message) ?? this.options.payloadBytes;
    const startUs = Math.max(this.schedule.nowUs, this.busyUntilUs[link] as number);
    const endUs = startUs + Math.ceil((bytes / bytesPerMs) * US_PER_MS);
    this.busyUntilUs[link] = endUs;
    return endUs - this.schedule.nowUs;
  }

  private lose(from: NodeIndex, to: NodeIndex, message: unknown, because: 'loss' | 'partition'): void {
    this.lost += 1;
    this.onSend?.(from, to, message, undefined, because, false);
  }

  private weighMishaps(withOptions: boolean): void {
    const { options, linkFaults } = this;
    const standing = withOptions
      ? [options.lossProbability, options.duplicationProbability, options.reorderingProbability]
      : [0, 0, 0];
    const either = (own: number, of: (fault: LinkFault) => number): number =>
      1 - linkFaults.reduce((none, fault) => none * (1 - of(fault)), 1 - own);
    this.lossThreshold = either(standing[0] ?? 0, (fault) => fault.lossProbability) * TWO_TO_32;
    this.duplicationThreshold = either(standing[1] ?? 0, (fault) => fault.duplicationProbability) * TWO_TO_32;
    this.reorderingThreshold = either(standing[2] ?? 0, (fault) => fault.reorderingProbability) * TWO_TO_32;
    this.reorderingUs = Math.max(options.reorderingMs, ...linkFaults.map((fault) => fault.delayMs)) * US_PER_MS;
    this.hasMishaps = this.lossThreshold + this.duplicationThreshold + this.reorderingThreshold > 0;
  }

  private delaysOf(link: number): Prng {
    const known = this.delays[link];
    if (known !== undefined) return known;
    const stream = streamOf(this.seed, 'link', link);
    this.delays[link] = stream;
    return stream;
  }

  private mishapsOf(link: number): Prng {
    const known = this.mishaps[link];
    if (known !== undefined) return known;
    const stream = streamOf(this.seed, 'loss', link);
    this.mishaps[link] = stream;
    return stream;
  }
}
