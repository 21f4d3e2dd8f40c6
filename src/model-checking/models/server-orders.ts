/**
 * Symmetry of servers whose states name servers, each in one set: one representative for all states that differ only in the names. Of all
 * orders of the servers, those count that sort what does not depend on names; the order that gives the least row of words is
 * taken. Mostly one or two orders are left to compare, of n!.
 */
import { has, sizeOf } from './server-sets.ts';

interface Order {
  /** Which server comes to each place. */
  readonly from: readonly number[];
  /** Sets of servers, renamed. */
  readonly renamed: readonly number[];
}

/** For words of one server each, whose lowest bits, those of `setMask`, are a set of servers. */
export function canonicaliserOf(servers: number, setMask: number): (words: Int32Array, at: number) => void {
  const orders = ordersOf(servers);
  const keys = new Int32Array(servers);
  const best = new Int32Array(servers);

  /** Writes the row in this order over the best one, if it is less or none is known yet. */
  function offer({ from, renamed }: Order, words: Int32Array, at: number, isFirst: boolean): void {
    let isLess = isFirst;
    for (let place = 0; place < servers; place++) {
      const old = words[at + (from[place] as number)] as number;
      const word = (old & ~setMask) | (renamed[old & setMask] as number);
      if (!isLess && word > (best[place] as number)) return;
      isLess ||= word < (best[place] as number);
      if (isLess) best[place] = word;
    }
  }

  return (words, at) => {
    for (let server = 0; server < servers; server++)
      keys[server] = keyOf(words[at + server] as number, server, setMask);
    let isFirst = true;
    for (const order of orders) {
      if (!sorts(order.from, keys)) continue;
      offer(order, words, at, isFirst);
      isFirst = false;
    }
    for (let server = 0; server < servers; server++) words[at + server] = best[server] as number;
  };
}

/** What is true of a server whatever the names: its other bits, how many are in its set, and whether it is. */
function keyOf(word: number, server: number, setMask: number): number {
  const set = word & setMask;
  return (word & ~setMask) + 2 * sizeOf(set) + (has(set, server) ? 1 : 0);
}

function sorts(from: readonly number[], keys: Int32Array): boolean {
  for (let place = 1; place < from.length; place++)
    if ((keys[from[place - 1] as number] as number) > (keys[from[place] as number] as number)) return false;
  return true;
}

function ordersOf(servers: number): readonly Order[] {
  return permutationsOf(Array.from({ length: servers }, (_, server) => server)).map((from) => ({
    from,
    renamed: Array.from({ length: 1 << servers }, (_, set) => renamedSet(from, set)),
  }));
}

function renamedSet(from: readonly number[], set: number): number {
  return from.reduce((renamed, old, place) => (has(set, old) ? renamed | (1 << place) : renamed), 0);
}

function permutationsOf(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((first) =>
    permutationsOf(items.filter((item) => item !== first)).map((others) => [first, ...others]),
  );
}
