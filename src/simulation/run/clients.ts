/**
 * The clients of a run: whom they ask, when they ask again, when they give up. A client has one operation open at a time; one that it
 * gives up on stays open in the history, for it may still have its effect.
 */
import type { Prng } from '../../kernel/prng.ts';
import type { NodeIndex, Seed } from '../../kernel/units.ts';
import type { AnyDefinition, Draw } from '../../protocols/definition.ts';
import type { Command, Request, Response } from '../../protocols/protocol.ts';
import { keySampler } from './key-sampler.ts';
import type { Operation } from './operation.ts';
import type { ClientOptions, ScriptedOperation } from './options.ts';
import { EVENT, type Schedule, US_PER_MS } from './schedule.ts';
import { streamOf } from './streams.ts';

/** Redirects that a client follows at once; then it waits as after a timeout, lest two nodes send it to and fro. */
const REDIRECTS_MAX = 3;

interface Client {
  readonly draw: Prng;
  number: number;
  process: number;
  contact: NodeIndex;
  operation: Operation | undefined;
  /** Of the operation that is open, or was last. */
  request: Request | undefined;
  redirects: number;
  /** Between two attempts. */
  backsOff: boolean;
  /** What the client waits for now; an event with another token is out of date. */
  token: number;
  /** When it gives up waiting for an answer, with its place in the queue; the token that waits for it. */
  patienceUs: number;
  patienceOrder: number;
  patienceToken: number;
  /** Token of the event that looks whether patience is over; 0 while none is queued. */
  lookToken: number;
  answers: { readonly node: NodeIndex; readonly text: string }[];
  /** Scripted operations that were due while another was open. */
  readonly backlog: ScriptedOperation[];
}

interface Answer {
  readonly number: number;
  readonly response: Response;
}

export class Clients {
  readonly operations: Operation[] = [];
  /** Operations that found no free client. */
  shed = 0;

  private readonly options: ClientOptions;
  private readonly definition: AnyDefinition;
  private readonly config: unknown;
  private readonly schedule: Schedule;
  private readonly contacts: readonly NodeIndex[];
  private readonly answersNeeded: number;
  private readonly clients: Client[];
  private readonly workloadDraw: Draw;
  private readonly arrivals: Prng;
  private readonly links: readonly Prng[];
  private sequence = 0;
  private isQuiet = false;

  constructor(options: ClientOptions, definition: AnyDefinition, config: unknown, schedule: Schedule, seed: Seed) {
    this.options = options;
    this.definition = definition;
    this.config = config;
    this.schedule = schedule;
    this.links = Array.from({ length: options.count }, (_, client) => streamOf(seed, 'clientLink', client));
    this.contacts = definition.clients.contacts(config);
    this.answersNeeded = definition.clients.answersNeeded?.(config) ?? 1;
    const draw = streamOf(seed, 'workload');
    const key = keySampler(options.keys, options.zipf);
    this.workloadDraw = {
      nextInt: (bound) => draw.nextInt(bound),
      nextFloat: () => draw.nextFloat(),
      key: () => key(draw),
    };
    this.arrivals = streamOf(seed, 'client', -1);
    this.clients = Array.from({ length: options.count }, (_, client) => ({
      draw: streamOf(seed, 'client', client),
      number: 0,
      process: client,
      contact: this.contacts[client % this.contacts.length] ?? 0,
      operation: undefined,
      request: undefined,
      redirects: 0,
      backsOff: false,
      token: 0,
      patienceUs: 0,
      patienceOrder: 0,
      patienceToken: 0,
      lookToken: 0,
      answers: [],
      backlog: [],
    }));
  }

  start(): void {
    const { script, ratePerSecond } = this.options;
    if (script !== undefined) this.awaitScript(script);
    else if (ratePerSecond !== undefined) this.awaitArrival();
    else for (const [index, client] of this.clients.entries()) this.rest(index, client);
  }

  /** No more operations; those under way go on. */
  quiet(): void {
    this.isQuiet = true;
  }

  get areBusy(): boolean {
    return this.clients.some(({ operation }) => operation !== undefined);
  }

  /** The request that is open under these numbers, for those who see nothing else of it. */
  requestOf(client: number, number: number): Request | undefined {
    const known = this.clients[client];
    return known?.operation?.number === number ? known.request : undefined;
  }

  /** Open loop, or a script: the next operation arrives. */
  arrive(index: number): void {
    if (this.isQuiet) return;
    const scripted = this.options.script?.[index];
    if (scripted === undefined) this.arriveFreely();
    else this.arriveByScript(scripted);
  }

  private arriveByScript(scripted: ScriptedOperation): void {
    const client = this.clients[scripted.client];
    if (client === undefined) return;
    if (client.operation === undefined) this.open(scripted.client, client, scripted.command, scripted.contact);
    else client.backlog.push(scripted);
  }

  private arriveFreely(): void {
    const index = this.clients.findIndex(({ operation }) => operation === undefined);
    const client = this.clients[index];
    if (client === undefined) this.shed += 1;
    else this.invoke(index, client);
    this.awaitArrival();
  }

  /** What a client waited for is due: its next operation, the end of its patience, or the next attempt. */
  due(index: number, token: number): boolean {
    const client = this.clients[index];
    if (client === undefined) return false;
    if (client.lookToken === token) this.lookAgain(index, client);
    if (client.token !== token) return false;
    if (client.operation === undefined) this.invoke(index, client);
    else if (client.backsOff) this.attempt(index, client, client.operation);
    else this.timeOut(index, client, client.operation);
    return true;
  }

  /** A node's answer leaves for its client. */
  answer(node: NodeIndex, client: number, number: number, response: Response): void {
    if (client >= this.clients.length) return;
    this.schedule.after(this.delayUs(client, node), EVENT.response, client, node, {
      number,
      response,
    } satisfies Answer);
  }

  /** An answer arrives. */
  receive(index: number, node: NodeIndex, payload: unknown): Operation | undefined {
    const client = this.clients[index];
    const { number, response } = payload as Answer;
    const operation = client?.operation;
    if (client === undefined || operation === undefined || operation.number !== number) return undefined;
    if (response.status === 'redirect') {
      this.redirect(index, client, operation, response.to);
      return undefined;
    }
    if (!this.isEnough(client, node, response)) return undefined;
    operation.completedUs = this.schedule.nowUs;
    operation.outcome = response.status;
    operation.value = response.status === 'ok' ? response.value : undefined;
    operation.node = node;
    client.contact = node;
    this.finish(index, client);
    return operation;
  }

  private invoke(index: number, client: Client): void {
    if (this.isQuiet || this.sequence >= (this.options.operationsMax ?? Number.POSITIVE_INFINITY)) return;
    const { workload, clients } = this.definition;
    const command = workload.command(this.workloadDraw, this.sequence + 1, this.options, this.config);
    this.open(index, client, command, clients.choice === 'any' ? this.drawContact(client) : client.contact);
  }

  private open(index: number, client: Client, command: Command, contact: NodeIndex): void {
    this.sequence += 1;
    client.number += 1;
    client.contact = contact;
    const operation: Operation = {
      sequence: this.sequence,
      client: index,
      number: client.number,
      process: client.process,
      command,
      contact,
      isWrite: this.definition.workload.isWrite(command),
      invokedUs: this.schedule.nowUs,
      completedUs: undefined,
      outcome: 'open',
      value: undefined,
      attempts: 0,
      node: undefined,
    };
    this.operations.push(operation);
    client.operation = operation;
    client.request = { client: index, number: client.number, command };
    if (client.answers.length > 0) client.answers = [];
    this.attempt(index, client, operation);
  }

  private attempt(index: number, client: Client, operation: Operation): void {
    operation.attempts += 1;
    client.redirects = 0;
    client.backsOff = false;
    this.ask(index, client, operation.attempts);
    this.waitForAnswer(index, client);
  }

  private ask(index: number, client: Client, attempts: number): void {
    const { asksAll, repeatsToAll } = this.definition.clients;
    if (asksAll !== true && (repeatsToAll !== true || attempts === 1)) this.askNode(index, client, client.contact);
    else for (const node of this.contacts) this.askNode(index, client, node);
  }

  private askNode(index: number, client: Client, node: NodeIndex): void {
    this.schedule.after(this.delayUs(index, node), EVENT.request, node, index, client.request);
  }

  private timeOut(index: number, client: Client, operation: Operation): void {
    const { retry } = this.options;
    if (this.definition.clients.choice !== 'own') client.contact = this.drawContact(client);
    if (operation.attempts >= retry.attempts) {
      client.process += this.options.count;
      this.finish(index, client);
      return;
    }
    const cappedMs = Math.min(retry.maxDelayMs, retry.initialDelayMs * retry.multiplier ** (operation.attempts - 1));
    const factor = 1 + retry.jitter * (2 * client.draw.nextFloat() - 1);
    client.backsOff = true;
    client.answers = [];
    this.wait(index, client, Math.round(cappedMs * factor * US_PER_MS));
  }

  private redirect(index: number, client: Client, operation: Operation, to: NodeIndex | undefined): void {
    if (client.backsOff) return;
    client.redirects += 1;
    if (to === undefined || client.redirects > REDIRECTS_MAX) {
      this.timeOut(index, client, operation);
      return;
    }
    client.contact = to;
    this.ask(index, client, operation.attempts);
  }

  private isEnough(client: Client, node: NodeIndex, response: Response): boolean {
    if (this.answersNeeded === 1) return true;
    const text = JSON.stringify(response);
    if (!client.answers.some((each) => each.node === node)) client.answers.push({ node, text });
    return client.answers.filter((each) => each.text === text).length >= this.answersNeeded;
  }

  private finish(index: number, client: Client): void {
    client.operation = undefined;
    client.token += 1;
    const next = this.isQuiet ? undefined : client.backlog.shift();
    if (next !== undefined) this.open(index, client, next.command, next.contact);
    else if (this.options.ratePerSecond === undefined && this.options.script === undefined) this.rest(index, client);
  }

  private rest(index: number, client: Client): void {
    this.wait(index, client, Math.round(this.options.thinkMs * (0.5 + client.draw.nextFloat()) * US_PER_MS));
  }

  private wait(index: number, client: Client, delayUs: number): void {
    client.token += 1;
    this.schedule.after(delayUs, EVENT.client, index, client.token, undefined);
  }

  /** Patience seldom ends, so that one event in the queue does for many waits: it looks when the first would end, then when the latest would. */
  private waitForAnswer(index: number, client: Client): void {
    client.token += 1;
    client.patienceUs = this.schedule.nowUs + this.options.retry.timeoutMs * US_PER_MS;
    client.patienceOrder = this.schedule.queue.reserve();
    client.patienceToken = client.token;
    if (client.lookToken === 0) this.look(index, client);
  }

  private lookAgain(index: number, client: Client): void {
    const isWaiting = client.patienceToken === client.token && client.token !== client.lookToken;
    client.lookToken = 0;
    if (isWaiting) this.look(index, client);
  }

  private look(index: number, client: Client): void {
    client.lookToken = client.patienceToken;
    this.schedule.queue.pushAt(
      client.patienceOrder,
      client.patienceUs,
      EVENT.client,
      index,
      client.patienceToken,
      undefined,
    );
  }

  private awaitScript(script: readonly ScriptedOperation[]): void {
    for (const [index, { atMs }] of script.entries()) {
      this.schedule.queue.push(Math.round(atMs * US_PER_MS), EVENT.arrival, index, 0, undefined);
    }
  }

  private awaitArrival(): void {
    const meanUs = (1000 * US_PER_MS) / (this.options.ratePerSecond ?? 1);
    const gapUs = Math.round(-Math.log(1 - this.arrivals.nextFloat()) * meanUs);
    this.schedule.after(gapUs, EVENT.arrival, 0, 0, undefined);
  }

  private drawContact(client: Client): NodeIndex {
    return this.contacts[client.draw.nextInt(this.contacts.length)] ?? 0;
  }

  private delayUs(client: number, node: NodeIndex): number {
    return this.options.delay.sampleUs(client, node, this.links[client] as Prng);
  }
}
