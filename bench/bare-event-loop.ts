/**
 * The peer of the simulation benchmark: what a five-node cluster costs when somebody writes the loop for it alone. Mutable
 * nodes, no protocol contract, no properties, no client history; the same queue of events, network mishaps, crashes and pace of
 * messages as the simulated Raft (heartbeats, appends, answers, election timers). It is a ceiling, not a Raft.
 */
import type { Prng } from '../src/kernel/prng.ts';
import { EventQueue } from '../src/simulation/run/event-queue.ts';
import { streamOf } from '../src/simulation/run/streams.ts';

const NODES = 5;
const HEARTBEAT_US = 50_000;
const DELIVER = 0;
const TIMER = 1;
const BEAT = 2;
const REQUEST = 3;
const FAULT = 4;

interface Node {
  term: number;
  log: number;
  committed: number;
  deadlineUs: number;
  isUp: boolean;
}

export function runBareLoop(events: number, seed: number): number {
  const queue = new EventQueue();
  const draw: Prng = streamOf(seed, 'link');
  const nodes: Node[] = Array.from({ length: NODES }, () => ({
    term: 1,
    log: 0,
    committed: 0,
    deadlineUs: 0,
    isUp: true,
  }));
  const acknowledged = new Int32Array(NODES);
  let leader = 0;
  let nowUs = 0;
  const send = (from: number, to: number, log: number): void => {
    if (draw.nextUint32() < 0x7ae147a) return;
    queue.push(nowUs + 1000 + draw.nextInt(2000), DELIVER, to, from, log);
    if (draw.nextUint32() < 0x7ae147a) queue.push(nowUs + 1000 + draw.nextInt(4000), DELIVER, to, from, log);
  };
  const append = (): void => {
    for (let to = 0; to < NODES; to++) if (to !== leader) send(leader, to, (nodes[leader] as Node).log);
  };
  const arm = (node: Node): void => {
    node.deadlineUs = nowUs + 150_000 + draw.nextInt(150_000);
  };
  for (let node = 0; node < NODES; node++) queue.push(200_000, TIMER, node, 0, undefined);
  queue.push(0, BEAT, 0, 0, undefined);
  queue.push(0, REQUEST, 0, 0, undefined);
  queue.push(1_000_000, FAULT, 1, 0, undefined);
  let done = 0;
  while (done < events && queue.pop()) {
    nowUs = queue.timeUs;
    done += 1;
    const node = nodes[queue.a] as Node;
    if (queue.kind === DELIVER) {
      if (!node.isUp) continue;
      const log = queue.payload as number;
      if (queue.a === leader) {
        if (log > (acknowledged[queue.b] as number)) acknowledged[queue.b] = log;
        let count = 1;
        for (let peer = 0; peer < NODES; peer++) if ((acknowledged[peer] as number) > node.committed) count += 1;
        if (count > NODES / 2) node.committed += 1;
      } else {
        arm(node);
        if (log > node.log) node.log = log;
        send(queue.a, queue.b, node.log);
      }
    } else if (queue.kind === TIMER) {
      if (node.deadlineUs <= nowUs && queue.a !== leader && node.isUp) {
        leader = queue.a;
        node.term += 1;
      }
      queue.push(Math.max(node.deadlineUs, nowUs + 150_000), TIMER, queue.a, 0, undefined);
    } else if (queue.kind === BEAT) {
      append();
      queue.push(nowUs + HEARTBEAT_US, BEAT, 0, 0, undefined);
    } else if (queue.kind === REQUEST) {
      (nodes[leader] as Node).log += 1;
      append();
      queue.push(nowUs + 10_000 + draw.nextInt(20_000), REQUEST, 0, 0, undefined);
    } else {
      node.isUp = !node.isUp;
      queue.push(nowUs + 500_000, FAULT, node.isUp ? draw.nextInt(NODES) : queue.a, 0, undefined);
    }
  }
  return done;
}
