/**
 * The queue of pending events: a 4-ary heap in typed arrays, ordered by virtual time and then by order of insertion, so that
 * equal times never depend on the heap's shape. Push and pop are O(log4 n) without allocation.
 *
 * D. B. Johnson, "Priority queues with update and finding minimum spanning trees", IPL 4(3), 1975 (d-ary heaps).
 */
import { invariant } from '../../kernel/invariant.ts';

const CAPACITY_INITIAL = 256;

export class EventQueue {
  /** The event that {@link pop} took. */
  timeUs = 0;
  kind = 0;
  a = 0;
  b = 0;
  payload: unknown = undefined;

  private size = 0;
  private order = 0;
  private times = new Float64Array(CAPACITY_INITIAL);
  private orders = new Float64Array(CAPACITY_INITIAL);
  private slots = new Int32Array(CAPACITY_INITIAL);
  private kinds = new Uint8Array(CAPACITY_INITIAL);
  private as = new Int32Array(CAPACITY_INITIAL);
  private bs = new Int32Array(CAPACITY_INITIAL);
  private readonly payloads: unknown[] = [];
  private readonly free: number[] = [];
  private used = 0;

  get length(): number {
    return this.size;
  }

  push(timeUs: number, kind: number, a: number, b: number, payload: unknown): void {
    this.pushAt(this.order++, timeUs, kind, a, b, payload);
  }

  /** A place in the order of insertion, for an event that is put in later, if at all. */
  reserve(): number {
    return this.order++;
  }

  /** Puts an event in at a place that was reserved. */
  pushAt(order: number, timeUs: number, kind: number, a: number, b: number, payload: unknown): void {
    if (this.size === this.times.length) this.grow();
    const slot = this.free.pop() ?? this.used++;
    this.kinds[slot] = kind;
    this.as[slot] = a;
    this.bs[slot] = b;
    this.payloads[slot] = payload;
    this.siftUp(this.size++, timeUs, order, slot);
  }

  /** Takes the earliest event into the fields; false when the queue is empty. */
  pop(): boolean {
    if (this.size === 0) return false;
    const slot = this.slots[0] ?? 0;
    this.timeUs = this.times[0] ?? 0;
    this.kind = this.kinds[slot] ?? 0;
    this.a = this.as[slot] ?? 0;
    this.b = this.bs[slot] ?? 0;
    this.payload = this.payloads[slot];
    this.payloads[slot] = undefined;
    this.free.push(slot);
    this.size -= 1;
    if (this.size > 0) {
      const last = this.size;
      this.siftDown(this.times[last] ?? 0, this.orders[last] ?? 0, this.slots[last] ?? 0);
    }
    return true;
  }

  /** Time of the earliest event; infinite when there is none. */
  nextTimeUs(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : (this.times[0] ?? 0);
  }

  private siftUp(from: number, timeUs: number, order: number, slot: number): void {
    const { times, orders, slots } = this;
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      const parentTime = times[parent] as number;
      if (parentTime < timeUs || (parentTime === timeUs && (orders[parent] as number) < order)) break;
      times[hole] = parentTime;
      orders[hole] = orders[parent] as number;
      slots[hole] = slots[parent] as number;
      hole = parent;
    }
    times[hole] = timeUs;
    orders[hole] = order;
    slots[hole] = slot;
  }

  private siftDown(timeUs: number, order: number, slot: number): void {
    const { times, orders, slots, size } = this;
    let hole = 0;
    for (;;) {
      const first = 4 * hole + 1;
      if (first >= size) break;
      const end = first + 4 < size ? first + 4 : size;
      let least = first;
      for (let child = first + 1; child < end; child++) {
        const childTime = times[child] as number;
        const leastTime = times[least] as number;
        if (childTime < leastTime || (childTime === leastTime && (orders[child] as number) < (orders[least] as number)))
          least = child;
      }
      const leastTime = times[least] as number;
      if (timeUs < leastTime || (timeUs === leastTime && order < (orders[least] as number))) break;
      times[hole] = leastTime;
      orders[hole] = orders[least] as number;
      slots[hole] = slots[least] as number;
      hole = least;
    }
    times[hole] = timeUs;
    orders[hole] = order;
    slots[hole] = slot;
  }

  private grow(): void {
    const capacity = this.times.length * 2;
    invariant(capacity <= 2 ** 26, 'pending events stay below 2^26');
    this.times = grown(this.times, new Float64Array(capacity));
    this.orders = grown(this.orders, new Float64Array(capacity));
    this.slots = grown(this.slots, new Int32Array(capacity));
    this.kinds = grown(this.kinds, new Uint8Array(capacity));
    this.as = grown(this.as, new Int32Array(capacity));
    this.bs = grown(this.bs, new Int32Array(capacity));
  }
}

function grown<Typed extends Float64Array | Int32Array | Uint8Array>(from: Typed, to: Typed): Typed {
  to.set(from);
  return to;
}
