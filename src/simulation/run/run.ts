/**
 * One run: a cluster, its clients and its faults under virtual time, decided by the options alone.
 *
 * First the time with faults; then the network is whole, nodes are up again except those that crashed for good, and the cluster is given time to
 * settle: clients go on for half of it and then stop, and what must come true is asked. That order (safety under faults, then
 * liveness without) is TigerBeetle's VOPR's.
 *
 * Cost: linear in the events. Memory: the events that are due, the operations, and the trace if one is recorded.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Answered } from '../../protocols/property.ts';
import type { Input, NodeState, Request, Response } from '../../protocols/protocol.ts';
import { describeFault } from '../faults/describe-fault.ts';
import type { Fault } from '../faults/fault.ts';
import type { Trace } from '../trace.ts';
import { Clients } from './clients.ts';
import { Cluster } from './cluster.ts';
import { FaultDriver } from './fault-driver.ts';
import { Leadership } from './leadership.ts';
import { Monitors, type Violation } from './monitors.ts';
import { Network } from './network.ts';
import type { Operation } from './operation.ts';
import type { RunOptions } from './options.ts';
import { Recorder } from './recorder.ts';
import { EVENT, Schedule, US_PER_MS } from './schedule.ts';
import { runScheduled } from './scheduled-run.ts';
import { TraceHash } from './trace-hash.ts';

export interface RunResult {
  readonly violations: readonly Violation[];
  /** `sometimes` properties that were reached. */
  readonly reached: readonly string[];
  /** `eventually` properties that had not come true at the end; undefined when the run was not brought to its end, or nothing need come true after what failed. */
  readonly pending: readonly { readonly property: string; readonly text: string }[] | undefined;
  readonly endUs: number;
  /** End of the time with faults. */
  readonly healUs: number;
  /** Messages, timers, requests, answers, disk writes and faults that took effect. */
  readonly events: number;
  readonly messages: { readonly sent: number; readonly lost: number; readonly bytes: number };
  readonly operations: readonly Operation[];
  readonly shed: number;
  readonly leaderlessUs: number;
  readonly elections: number;
  readonly failovers: readonly { readonly lostUs: number; readonly tookUs: number | undefined }[];
  /** Nodes that crashed for good. */
  readonly downForGood: number;
  readonly hash: string;
  /** Why the run ended early, in words. */
  readonly exhausted: string | undefined;
  readonly trace: Trace | undefined;
}

const EVENTS_PER_BUDGET_LOOK = 1024;
/** Between looks whether the cluster has settled. */
const SETTLE_LOOK_US = 100 * US_PER_MS;

export function run(options: RunOptions): RunResult {
  const { schedule } = options;
  return schedule === undefined ? new Run(options).toTheEnd() : runScheduled(options, schedule);
}

class Run {
  private readonly options: RunOptions;
  private readonly schedule = new Schedule();
  private readonly hash = new TraceHash();
  private readonly network: Network;
  private readonly cluster: Cluster;
  private readonly clients: Clients;
  private readonly faults: FaultDriver;
  private readonly monitors: Monitors;
  private readonly leadership: Leadership;
  private readonly recorder: Recorder | undefined;
  private readonly answered: Answered[] = [];
  private readonly adminRequests: Request[] = [];
  private readonly leads: ((state: NodeState<unknown>) => boolean) | undefined;
  private events = 0;
  private isQuiet = false;
  private hasStarted = false;
  private pending: RunResult['pending'];

  constructor(options: RunOptions) {
    this.options = options;
    const { definition, config, seed } = options;
    const { protocol } = definition;
    const names = definition.nodeNames(config);
    const { schedule } = this;
    this.leads = protocol.describe.leads?.bind(protocol.describe);
    this.network = new Network(schedule, options.network, names.length, seed);
    this.cluster = new Cluster(
      { protocol, config, nodeCount: names.length, seed, disk: options.disk },
      schedule,
      this.network,
      this,
    );
    this.clients = new Clients(options.clients, definition, config, schedule, seed);
    this.leadership = new Leadership(names.length);
    const { states, up } = this.cluster;
    this.monitors = new Monitors(protocol.properties(config), { states, up, answered: this.answered });
    this.recorder =
      options.traceEventsMax > 0
        ? new Recorder(schedule, protocol, names, {
            events: options.traceEventsMax,
            keeps: options.stopAtViolation ? 'last' : 'first',
          })
        : undefined;
    this.measureMessages();
    this.faults = new FaultDriver(options.faults, this.faultWorld(names.length), seed);
  }

  toTheEnd(): RunResult {
    this.start();
    const { schedule, options } = this;
    const { queue } = schedule;
    const endUs = Math.round((options.durationMs + options.settleMs) * US_PER_MS);
    let untilBudgetLook = EVENTS_PER_BUDGET_LOOK;
    let isSpent = false;
    while (!this.isOver() && queue.nextTimeUs() <= endUs && queue.pop()) {
      schedule.nowUs = queue.timeUs;
      if (this.handle(queue.kind, queue.a, queue.b, queue.payload)) {
        this.events += 1;
        this.hash.add(queue.timeUs, queue.kind, queue.a, queue.b);
      }
      if (--untilBudgetLook === 0) {
        untilBudgetLook = EVENTS_PER_BUDGET_LOOK;
        isSpent = !options.budget.spend(EVENTS_PER_BUDGET_LOOK);
        if (isSpent) break;
      }
    }
    if (!isSpent && !this.isOver()) {
      schedule.nowUs = endUs;
      if (options.settleMs > 0) this.pending = this.monitors.pending();
    }
    return this.result(isSpent);
  }

  // Cluster observer.

  changed(
    node: NodeIndex,
    before: NodeState<unknown> | undefined,
    after: NodeState<unknown>,
    input?: Input<unknown>,
  ): void {
    const { nowUs } = this.schedule;
    if (this.leads !== undefined) this.leadership.set(nowUs, node, this.leads(after));
    if (before === undefined && this.hasStarted) this.recorder?.happened({ kind: 'up', atUs: nowUs, node });
    this.recorder?.changed(node, before, after, input);
    this.options.watch?.(nowUs, node, after);
    // The first starts are one moment: properties look at a cluster in which every node has a state.
    if (!this.hasStarted) return;
    const known = this.monitors.violations.length;
    this.monitors.changed(nowUs, node, before, after);
    if (this.monitors.violations.length > known) this.recordViolations(known);
  }

  responded(node: NodeIndex, client: number, number: number, response: Response): void {
    this.recorder?.completed(node, client, number, response);
    this.clients.answer(node, client, number, response);
    if (response.status === 'redirect') return;
    const request = this.clients.requestOf(client, number) ?? this.adminRequestOf(client);
    if (request === undefined) return;
    const answer: Answered = { request, response, node };
    this.answered.push(answer);
    const known = this.monitors.violations.length;
    this.monitors.answered(this.schedule.nowUs, answer);
    if (this.monitors.violations.length > known) this.recordViolations(known);
  }

  stopped(node: NodeIndex): void {
    this.leadership.set(this.schedule.nowUs, node, false);
    this.recorder?.happened({ kind: 'down', atUs: this.schedule.nowUs, node });
  }

  private adminRequestOf(client: number): Request | undefined {
    return this.adminRequests.find((each) => each.client === client);
  }

  private start(): void {
    const { cluster, options, schedule } = this;
    for (let node = 0; node < cluster.size; node++) cluster.start(node, options.given?.[node]);
    this.hasStarted = true;
    for (const [node, state] of cluster.states.entries()) this.monitors.changed(0, node, undefined, state);
    this.faults.start();
    this.clients.start();
    const healUs = Math.round(options.durationMs * US_PER_MS);
    schedule.queue.push(healUs, EVENT.heal, 0, 0, undefined);
    if (options.settleMs > 0) {
      schedule.queue.push(healUs + Math.round((options.settleMs * US_PER_MS) / 2), EVENT.quiet, 0, 0, undefined);
    }
  }

  /** False when the event was out of date or found nobody. */
  private handle(kind: number, a: number, b: number, payload: unknown): boolean {
    switch (kind) {
      case EVENT.deliver: {
        const isTaken = this.cluster.deliver(b, a, payload);
        this.recorder?.arrived(b, a, isTaken);
        return isTaken;
      }
      case EVENT.timer:
        return this.cluster.lookAtTimer(a, b);
      case EVENT.disk:
        return this.cluster.diskDone(a, b);
      case EVENT.request:
        this.recorder?.invoked(a, payload as Answered['request']);
        return this.cluster.request(a, payload as Answered['request']);
      case EVENT.response:
        return this.clients.receive(a, b, payload) !== undefined;
      case EVENT.client:
        return this.clients.due(a, b);
      default:
        return this.handleRare(kind, a);
    }
  }

  private handleRare(kind: number, index: number): boolean {
    switch (kind) {
      case EVENT.arrival:
        this.clients.arrive(index);
        return true;
      case EVENT.faultBegin:
        this.faults.begin(index);
        return true;
      case EVENT.faultEnd:
        this.faults.end(index);
        return true;
      case EVENT.faultFlap:
        this.faults.flap(index);
        return true;
      case EVENT.heal:
        this.faults.endAll();
        this.network.heal();
        return true;
      case EVENT.quiet:
        this.clients.quiet();
        this.lookWhetherSettled();
        return false;
      default:
        return false;
    }
  }

  /** Ends the run as soon as everything that must come true has, so that a run does not wait for nothing. */
  private lookWhetherSettled(): void {
    if (!this.clients.areBusy) {
      const pending = this.monitors.pending();
      if (pending?.length === 0) {
        this.pending = pending;
        this.isQuiet = true;
        return;
      }
    }
    this.schedule.after(SETTLE_LOOK_US, EVENT.quiet, 0, 0, undefined);
  }

  private isOver(): boolean {
    return this.isQuiet || (this.options.stopAtViolation && this.monitors.violations.length > 0);
  }

  private faultWorld(nodeCount: number): ConstructorParameters<typeof FaultDriver>[1] {
    const { schedule, network, cluster, options } = this;
    return {
      schedule,
      network,
      cluster,
      nodeCount,
      replicaCount: options.replicaCount,
      leader: () => this.leadership.leader,
      command: (node, { command }) => {
        const request = { client: options.clients.count + this.adminRequests.length, number: 1, command };
        this.adminRequests.push(request);
        cluster.request(node, request);
      },
      began: (fault, nodes) => this.faultBegan(fault, nodes),
    };
  }

  private faultBegan(fault: Fault, nodes: readonly NodeIndex[]): void {
    const { nowUs } = this.schedule;
    if (fault.kind === 'crash' || fault.kind === 'pause' || fault.kind === 'partition') {
      for (const node of nodes) this.leadership.lost(nowUs, node);
    }
    // A crash of nodes that are down already is none.
    if (nodes.length > 0 || fault.kind === 'link') this.recordFault(fault, nodes);
  }

  /** As it happened: to the nodes that it met, and until the network healed at the latest. */
  private recordFault(fault: Fault, nodes: readonly NodeIndex[]): void {
    const { definition, config, durationMs } = this.options;
    const isForGood = fault.untilMs === undefined && (fault.kind === 'crash' || fault.kind === 'command');
    const span = isForGood ? {} : { untilMs: Math.min(fault.untilMs ?? durationMs, durationMs) };
    const met: Fault = fault.kind === 'link' ? { ...fault, ...span } : { ...fault, ...span, nodes };
    this.recorder?.happened({
      kind: 'fault',
      atUs: this.schedule.nowUs,
      ...(met.untilMs === undefined ? {} : { untilUs: Math.round(met.untilMs * US_PER_MS) }),
      fault: fault.kind,
      nodes,
      text: describeFault(met, definition.nodeNames(config)),
    });
  }

  private recordViolations(from: number): void {
    for (const { property, text, atUs, node } of this.monitors.violations.slice(from)) {
      this.recorder?.happened({ kind: 'violation', atUs, ...(node === undefined ? {} : { node }), property, text });
    }
  }

  /** Sizes and the trace cost time: they are taken only in runs that somebody wants to see. */
  private measureMessages(): void {
    const { recorder, network } = this;
    const { describe } = this.options.definition.protocol;
    const { bandwidthBytesPerMs, payloadBytes } = this.options.network;
    if (recorder !== undefined) network.onSend = recorder.sent.bind(recorder);
    if (recorder !== undefined || bandwidthBytesPerMs !== undefined) {
      network.bytesOf = (message) => describe.messageBytes?.(message, payloadBytes) ?? payloadBytes;
    }
  }

  private result(isSpent: boolean): RunResult {
    const { schedule, options, network, leadership } = this;
    leadership.end(schedule.nowUs);
    return {
      violations: this.monitors.violations,
      reached: this.monitors.reached,
      pending: this.pending,
      endUs: schedule.nowUs,
      healUs: Math.round(options.durationMs * US_PER_MS),
      events: this.events,
      messages: { sent: network.sent, lost: network.lost, bytes: network.bytes },
      operations: this.clients.operations,
      shed: this.clients.shed,
      leaderlessUs: leadership.leaderlessUs,
      elections: leadership.elections,
      failovers: leadership.failovers,
      downForGood: this.cluster.up.filter((isUp) => !isUp).length,
      hash: this.hash.digest(),
      exhausted: isSpent ? options.budget.exhausted : undefined,
      trace: this.recorder?.trace(),
    };
  }
}
