/**
 * One run by a schedule: exactly its steps happen, step k at k ms, and nothing by itself. Messages arrive, timers fire and requests come when the
 * schedule says so; disks are instant, and local clocks stand at 0. It is how a path of the model checker is looked at like any other
 * run: with the same monitors, history and trace. What must come true is not asked: the run ends one tick after its last step.
 */
import { fail } from '../../kernel/failure.ts';
import type { NodeIndex } from '../../kernel/units.ts';
import type { Answered } from '../../protocols/property.ts';
import type { Input, NodeState } from '../../protocols/protocol.ts';
import { createScriptedCluster, type ScriptedCluster, type ScriptedEvent } from '../../protocols/scripted-cluster.ts';
import { describeFault } from '../faults/describe-fault.ts';
import type { Fault } from '../faults/fault.ts';
import type { ScheduledStep } from '../scheduled-step.ts';
import { Leadership } from './leadership.ts';
import { Monitors } from './monitors.ts';
import type { RunOptions } from './options.ts';
import { Recorder } from './recorder.ts';
import type { RunResult } from './run.ts';
import { Schedule, US_PER_MS } from './schedule.ts';
import { ScheduledClients } from './scheduled-clients.ts';
import { ScheduledMessages } from './scheduled-messages.ts';
import { TraceHash } from './trace-hash.ts';

type State = NodeState<unknown>;

const KINDS: readonly ScheduledStep['kind'][] = ['deliver', 'lose', 'fire', 'ask', 'crash', 'restart', 'cut'];

/** Fails where a step cannot happen when it is due. */
export function runScheduled(options: RunOptions, steps: readonly ScheduledStep[]): RunResult {
  return new ScheduledRun(options, steps).toTheEnd();
}

class ScheduledRun {
  private readonly options: RunOptions;
  private readonly steps: readonly ScheduledStep[];
  private readonly names: readonly string[];
  private readonly cluster: ScriptedCluster<State, unknown>;
  private readonly monitors: Monitors;
  private readonly recorder: Recorder | undefined;
  private readonly leadership: Leadership;
  private readonly clients: ScheduledClients;
  private readonly messages: ScheduledMessages;
  private readonly schedule = new Schedule();
  private readonly hash = new TraceHash();
  private readonly answered: Answered[] = [];
  private readonly losesDisk = new Set<NodeIndex>();
  private readonly leads: ((state: State) => boolean) | undefined;
  private lastInput: Input<unknown> | undefined;
  private choices: readonly number[] = [];
  private at = 0;
  private hasStarted = false;

  constructor(options: RunOptions, steps: readonly ScheduledStep[]) {
    const { definition, config, traceEventsMax, stopAtViolation, clients } = options;
    const { protocol } = definition;
    this.options = options;
    this.steps = steps;
    this.names = definition.nodeNames(config);
    this.leads = protocol.describe.leads?.bind(protocol.describe);
    this.leadership = new Leadership(this.names.length);
    this.clients = new ScheduledClients(definition, config, clients.count);
    this.recorder =
      traceEventsMax > 0
        ? new Recorder(this.schedule, protocol, this.names, {
            events: traceEventsMax,
            keeps: stopAtViolation ? 'last' : 'first',
          })
        : undefined;
    this.messages = new ScheduledMessages(steps, this.recorder);
    this.cluster = createScriptedCluster({
      protocol,
      config,
      nodeCount: this.names.length,
      ...(options.given === undefined ? {} : { given: options.given }),
      onEvent: (event) => this.tell(event),
      choose: () => this.choose(),
    });
    const { states, up } = this.cluster;
    this.monitors = new Monitors(protocol.properties(config), { states, up, answered: this.answered });
  }

  toTheEnd(): RunResult {
    const { steps, schedule, options, monitors } = this;
    this.hasStarted = true;
    for (const [node, state] of this.cluster.states.entries())
      this.judged(() => monitors.changed(0, node, undefined, state));
    let isSpent = false;
    while (this.at < steps.length && !this.isOver() && !isSpent) {
      const step = steps[this.at] as ScheduledStep;
      this.at += 1;
      schedule.nowUs = this.at * US_PER_MS;
      this.take(step);
      isSpent = !options.budget.spend(1);
    }
    if (!this.isOver() && !isSpent) schedule.nowUs += US_PER_MS;
    return this.result(isSpent);
  }

  private isOver(): boolean {
    return this.options.stopAtViolation && this.monitors.violations.length > 0;
  }

  private take(step: ScheduledStep): void {
    const { cluster } = this;
    this.choices = 'choices' in step && step.choices !== undefined ? step.choices : [];
    this.hash.add(this.schedule.nowUs, KINDS.indexOf(step.kind), ...placeOf(step));
    switch (step.kind) {
      case 'deliver':
        this.checkUnderWay(step);
        cluster.hand(step.from, step.to, this.messages.arrive(step, cluster.up[step.to] === true));
        break;
      case 'lose':
        this.checkUnderWay(step);
        this.messages.lose(step);
        break;
      case 'fire':
        if (cluster.timers[step.node]?.has(step.timer) !== true) this.failStep(step, 'the timer is not armed');
        cluster.fire(step.node, step.timer);
        break;
      case 'ask':
        this.ask(step);
        break;
      case 'crash':
        this.crash(step);
        break;
      case 'restart':
        if (cluster.up[step.node] !== false) this.failStep(step, 'the node is not down');
        cluster.restart(step.node, { loseDisk: this.losesDisk.delete(step.node) });
        break;
      case 'cut':
        this.cut(step);
    }
  }

  private checkUnderWay(step: ScheduledStep & { readonly kind: 'deliver' | 'lose' }): void {
    if (!this.messages.isUnderWay(step)) this.failStep(step, 'no such message is on its way');
  }

  private ask(step: ScheduledStep & { readonly kind: 'ask' }): void {
    const { node, client, number, command } = step;
    if (this.cluster.up[node] !== true) this.failStep(step, 'the node is not up');
    this.clients.ask(step, this.schedule.nowUs);
    this.recorder?.invoked(node, { client, number, command });
    this.cluster.request(node, client, number, command);
  }

  private crash(step: ScheduledStep & { readonly kind: 'crash' }): void {
    const { node, losesDisk } = step;
    const atUs = this.schedule.nowUs;
    if (this.cluster.up[node] !== true) this.failStep(step, 'the node is not up');
    if (losesDisk) this.losesDisk.add(node);
    this.leadership.lost(atUs, node);
    const isRestart = (each: ScheduledStep): boolean => each.kind === 'restart' && each.node === node;
    this.recordFault({ kind: 'crash', atMs: this.at, nodes: [node], losesDisk, tornWrite: false }, isRestart);
    this.cluster.crash(node);
    this.leadership.set(atUs, node, false);
    this.recorder?.happened({ kind: 'down', atUs, node });
  }

  private cut({ nodes }: ScheduledStep & { readonly kind: 'cut' }): void {
    const others = this.names.map((_, node) => node).filter((node) => !nodes.includes(node));
    this.cluster.partition(...(nodes.length === 0 ? [] : [nodes, others]));
    if (nodes.length === 0) return;
    this.recordFault({ kind: 'partition', atMs: this.at, nodes, direction: 'both' }, ({ kind }) => kind === 'cut');
  }

  private recordFault(
    fault: Fault & { readonly kind: 'crash' | 'partition' },
    ends: (step: ScheduledStep) => boolean,
  ): void {
    const later = this.steps.slice(this.at).findIndex(ends);
    const untilMs = later === -1 ? undefined : this.at + later + 1;
    this.recorder?.happened({
      kind: 'fault',
      atUs: this.schedule.nowUs,
      ...(untilMs === undefined ? {} : { untilUs: untilMs * US_PER_MS }),
      fault: fault.kind,
      nodes: fault.nodes as readonly NodeIndex[],
      text: describeFault({ ...fault, ...(untilMs === undefined ? {} : { untilMs }) }, this.names),
    });
  }

  // What the cluster tells.

  private tell(event: ScriptedEvent<State, unknown>): void {
    switch (event.kind) {
      case 'started':
        this.started(event.node, event.state);
        break;
      case 'input':
        this.lastInput = event.input;
        break;
      case 'state':
        this.changed(event.node, event.before, event.after, this.lastInput);
        break;
      case 'sent':
        this.messages.leave(event.from, event.to, event.message);
        break;
      case 'dropped':
        this.messages.leaveInVain(event.from, event.to, event.message);
        break;
      case 'answered':
        this.answer(event);
    }
  }

  private started(node: NodeIndex, state: State): void {
    if (this.hasStarted) this.recorder?.happened({ kind: 'up', atUs: this.schedule.nowUs, node });
    this.changed(node, undefined, state, undefined);
  }

  private changed(node: NodeIndex, before: State | undefined, after: State, input: Input<unknown> | undefined): void {
    const { nowUs } = this.schedule;
    if (this.leads !== undefined) this.leadership.set(nowUs, node, this.leads(after));
    this.recorder?.changed(node, before, after, input);
    this.options.watch?.(nowUs, node, after);
    // The first starts are one moment: properties look at a cluster in which every node has a state.
    if (this.hasStarted) this.judged(() => this.monitors.changed(nowUs, node, before, after));
  }

  private answer({ request, response, node }: Answered): void {
    this.recorder?.completed(node, request.client, request.number, response);
    const { nowUs } = this.schedule;
    if (!this.clients.answer(request, response, node, nowUs)) return;
    const answer: Answered = { request, response, node };
    this.answered.push(answer);
    this.judged(() => this.monitors.answered(nowUs, answer));
  }

  private choose(): number {
    const [first, ...rest] = this.choices;
    this.choices = rest;
    return first ?? 0;
  }

  private judged(look: () => void): void {
    const known = this.monitors.violations.length;
    look();
    for (const { property, text, atUs, node } of this.monitors.violations.slice(known))
      this.recorder?.happened({ kind: 'violation', atUs, ...(node === undefined ? {} : { node }), property, text });
  }

  private failStep(step: ScheduledStep, why: string): never {
    return fail('simulation/foreign_token', {
      message: `step ${this.at} of the schedule cannot happen: ${why}`,
      path: `schedule[${this.at - 1}]`,
      received: JSON.stringify(step),
      expected: 'a schedule that was found with this very version of the protocol',
      nextStep: 'Check the model again (check_model) and replay the token that it gives then.',
    });
  }

  private result(isSpent: boolean): RunResult {
    const { schedule, options, leadership, monitors, cluster } = this;
    leadership.end(schedule.nowUs);
    return {
      violations: monitors.violations,
      reached: monitors.reached,
      pending: undefined,
      endUs: schedule.nowUs,
      healUs: Math.round(options.durationMs * US_PER_MS),
      events: this.at,
      messages: { sent: this.messages.sent, lost: this.messages.lost, bytes: 0 },
      operations: this.clients.operations,
      shed: 0,
      leaderlessUs: leadership.leaderlessUs,
      elections: leadership.elections,
      failovers: leadership.failovers,
      downForGood: cluster.up.filter((isUp) => !isUp).length,
      hash: this.hash.digest(),
      exhausted: isSpent ? options.budget.exhausted : undefined,
      trace: this.recorder?.trace(),
    };
  }
}

function placeOf(step: ScheduledStep): [number, number] {
  if ('from' in step) return [step.from, step.to];
  return 'node' in step ? [step.node, 0] : [step.nodes.length, 0];
}
