/**
 * A run as a log for ShiViz (I. Beschastnikh et al., "Debugging Distributed Systems", CACM 59(8), 2016): two lines an event, the text and
 * the host with its vector clock (C. Fidge 1988, F. Mattern 1989), which ShiViz draws, searches and compares by causality.
 *
 * Every event at a node counts: its own component goes up by one, and a receipt takes the greater of both clocks first. A receipt
 * stands at its arrival, before the state change that names it. Where several arrive at a node in the same microsecond and nothing
 * names them, those sent first come first. Whole-network faults and violations of no node have no host and are left out.
 */

import { timeText } from '../kernel/time-text.ts';
import type { DrawnEvent, DrawnMessage, DrawnTrace } from './drawn-trace.ts';
import { distinctNames, eventWords, faultWords, oneLine } from './event-words.ts';

/** What ShiViz is to read the log by; it is also its default. */
export const SHIVIZ_PARSER = String.raw`(?<event>.*)\n(?<host>\S*) (?<clock>{.*})`;

const EVENTS_MAX = 20_000;

export interface ShivizLog {
  readonly log: string;
  readonly events: number;
  /** Events of the trace that are not in the log. */
  readonly leftOut: number;
}

/** The log, at most `eventsMax` events of it. */
export function renderShiviz(trace: DrawnTrace, eventsMax = EVENTS_MAX): ShivizLog {
  const clocks = new Clocks(hostNames(trace.names));
  const lines: string[] = [];
  let count = 0;
  const happens = (node: number, text: string, atUs: number, seen?: Clock): Clock => {
    const clock = clocks.tick(node, seen);
    count += 1;
    if (count <= eventsMax) lines.push(`${timeText(atUs)} ${oneLine(text)}`, clocks.stamp(node, clock));
    return clock;
  };
  const post = new Post(({ message, clock }) => {
    const { to, deliveredUs } = message;
    happens(to, `receives ${message.text} from ${trace.names[message.from] ?? message.from}`, deliveredUs, clock);
  });
  for (const event of trace.events) {
    post.deliverBefore(event);
    if (event.kind === 'message') {
      post.send(event, happens(event.from, eventWords(event, trace.names), event.atUs));
    } else {
      for (const node of hostsOf(event)) happens(node, wordsOf(event, trace.names), event.atUs);
    }
  }
  post.deliverAll();
  const leftOut = Math.max(0, count - eventsMax);
  return { log: lines.map((line) => `${line}\n`).join(''), events: count - leftOut, leftOut };
}

type Clock = readonly number[];

/** One vector clock a host. */
class Clocks {
  private readonly hosts: readonly string[];
  private readonly clocks: Clock[];

  constructor(hosts: readonly string[]) {
    this.hosts = hosts;
    this.clocks = hosts.map(() => hosts.map(() => 0));
  }

  tick(node: number, seen?: Clock): Clock {
    const merged = (this.clocks[node] ?? []).map((own, at) => Math.max(own, seen?.[at] ?? 0) + (at === node ? 1 : 0));
    this.clocks[node] = merged;
    return merged;
  }

  stamp(node: number, clock: Clock): string {
    const known = this.hosts.flatMap((host, at) =>
      (clock[at] ?? 0) > 0 ? [`${JSON.stringify(host)}:${clock[at]}`] : [],
    );
    return `${this.hosts[node]} {${known.join(',')}}`;
  }
}

interface Posted {
  readonly message: DrawnMessage & { readonly deliveredUs: number };
  readonly clock: Clock;
}

/** Messages under way, in the order in which they arrive. */
class Post {
  private underWay: Posted[] = [];
  private readonly onReceipt: (posted: Posted) => void;

  constructor(onReceipt: (posted: Posted) => void) {
    this.onReceipt = onReceipt;
  }

  send(message: DrawnMessage, clock: Clock): void {
    const { deliveredUs } = message;
    if (deliveredUs === undefined) return;
    const at = this.underWay.findLastIndex((other) => other.message.deliveredUs <= deliveredUs);
    this.underWay.splice(at + 1, 0, { message: { ...message, deliveredUs }, clock });
  }

  /** What arrives before the event; of what arrives in the same microsecond only what the event names as its cause. */
  deliverBefore(event: DrawnEvent): void {
    this.deliver(({ message }) => message.deliveredUs < event.atUs);
    if (event.kind !== 'state') return;
    const named = this.underWay.find(
      ({ message }) =>
        message.deliveredUs === event.atUs && message.to === event.node && event.cause.includes(message.text),
    );
    if (named !== undefined) this.deliver((posted) => posted === named);
  }

  deliverAll(): void {
    this.deliver(() => true);
  }

  private deliver(isDue: (posted: Posted) => boolean): void {
    if (this.underWay[0] === undefined) return;
    const due = this.underWay.filter(isDue);
    if (due.length === 0) return;
    this.underWay = this.underWay.filter((posted) => !due.includes(posted));
    for (const posted of due) this.onReceipt(posted);
  }
}

function hostsOf(event: Exclude<DrawnEvent, DrawnMessage>): readonly number[] {
  if (event.kind === 'fault') return event.nodes;
  return event.node === undefined ? [] : [event.node];
}

function wordsOf(event: Exclude<DrawnEvent, DrawnMessage>, names: readonly string[]): string {
  return event.kind === 'fault' ? `fault: ${faultWords(event, names)}` : eventWords(event, names);
}

/** Host names may not hold white space; what is left must still tell the nodes apart. */
function hostNames(names: readonly string[]): string[] {
  const plain = names.map((name) => name.replaceAll(/[^\w.-]+/g, '_'));
  return distinctNames(plain).map((name) => name.replaceAll(/[^\w.-]+/g, '_'));
}
