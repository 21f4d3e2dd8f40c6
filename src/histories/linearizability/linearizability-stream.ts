/**
 * Linearizability of a history that is still going on: fed with events as they happen, it answers with the first completion that leaves no order, and that
 * answer is final.
 *
 * The frontier search needs no more than what is under way: numbers of operations are used again, and states that no configuration is in are
 * forgotten. What an operation returns is needed as soon as others complete beside it, so events wait until all operations invoked before them
 * are resolved: memory is bounded by the frontier and by what was invoked since the oldest operation that is not. Whoever knows that one will
 * never complete says so by completing it as `open`. Each key is an object of its own.
 */
import { type Budget, shareOf } from '../../kernel/budget.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Operation, Outcome, Value } from '../history.ts';
import { type ModelSpec, modelOf } from '../models/catalogue.ts';
import type { Action, Model } from '../models/model.ts';
import { FrontierSearch } from './frontier-search.ts';
import { StreamProblem } from './stream-problem.ts';

export interface StreamVerdict {
  /** `holds` so far. */
  readonly verdict: 'holds' | 'violated' | 'unknown';
  /** The operation whose completion left no order, and what the object could be then. */
  readonly culprit?: Operation;
  readonly states?: readonly string[];
  /** Why it is unknown. */
  readonly reason?: string;
}

export type Invocation = Pick<Operation, 'process' | 'f' | 'key' | 'input'>;

interface Pending {
  operation: Operation;
  isResolved: boolean;
}

interface StreamEvent {
  readonly pending: Pending;
  readonly isInvocation: boolean;
}

const TURN = 10_000;

export class LinearizabilityStream {
  private readonly model: Model;
  private readonly budget: Budget;
  private readonly bytesMax: number;
  private readonly objects = new Map<string, ObjectStream>();
  private readonly underWay = new Map<number, Pending>();
  private events = 0;
  private operations = 0;
  private found: StreamVerdict = { verdict: 'holds' };

  /** `budget` is for the whole stream. */
  constructor(spec: ModelSpec, budget: Budget, bytesMax = 100_000_000) {
    this.model = modelOf(spec);
    this.budget = budget;
    this.bytesMax = bytesMax;
  }

  get verdict(): StreamVerdict {
    return this.found;
  }

  /** Operations under way and events that wait for one of them. */
  get waiting(): number {
    let waiting = this.underWay.size;
    for (const object of this.objects.values()) waiting += object.queued;
    return waiting;
  }

  /** States in memory; what no configuration is in is forgotten now and then. */
  get statesHeld(): number {
    let states = 0;
    for (const object of this.objects.values()) states += object.states;
    return states;
  }

  /** Number of the operation, for its completion. */
  invoke({ process, f, key, input }: Invocation): number {
    const id = this.operations++;
    const invoked = this.events++;
    const operation: Operation = {
      id,
      process,
      f,
      key,
      input,
      output: null,
      outcome: 'open',
      invoked,
      completed: Infinity,
      invokedLine: invoked + 1,
    };
    const pending = { operation, isResolved: false };
    this.underWay.set(id, pending);
    this.objectOf(operation).take({ pending, isInvocation: true });
    return id;
  }

  /** `open`: nobody will ever know whether it took effect. */
  complete(id: number, outcome: Outcome, output: Value = null): StreamVerdict {
    const pending = this.underWay.get(id);
    if (pending === undefined) return this.found;
    const completed = this.events++;
    const { operation } = pending;
    pending.operation =
      outcome === 'open'
        ? operation
        : { ...operation, outcome, output: outcome === 'ok' ? output : null, completed, completedLine: completed + 1 };
    pending.isResolved = true;
    this.underWay.delete(id);
    const object = this.objectOf(operation);
    object.take({ pending, isInvocation: false });
    this.note(object.drain(this.budget, this.bytesMax));
    return this.found;
  }

  /** Nothing will complete any more. */
  finish(): StreamVerdict {
    for (const id of [...this.underWay.keys()]) this.complete(id, 'open');
    return this.found;
  }

  private objectOf(operation: Operation): ObjectStream {
    const name = this.model.isOneObject === true ? '' : canonicalJson(operation.key ?? null);
    const known = this.objects.get(name);
    if (known !== undefined) return known;
    const object = new ObjectStream(this.model);
    this.objects.set(name, object);
    return object;
  }

  /** A violation is final; what is unknown of one object may still be known of another. */
  private note(verdict: StreamVerdict): void {
    if (this.found.verdict === 'violated' || verdict.verdict === 'holds') return;
    this.found = verdict;
  }
}

class ObjectStream {
  private readonly model: Model;
  private readonly problem: StreamProblem;
  private readonly search: FrontierSearch;
  private readonly queue: StreamEvent[] = [];
  private readonly numbers = new Map<number, number>();
  private ended: StreamVerdict | undefined;

  constructor(model: Model) {
    this.model = model;
    this.problem = new StreamProblem(model);
    this.search = new FrontierSearch(this.problem);
  }

  get queued(): number {
    return this.queue.length;
  }

  get states(): number {
    return this.problem.automaton.states.length;
  }

  take(event: StreamEvent): void {
    if (this.ended === undefined) this.queue.push(event);
  }

  /** Handles the events up to the first invocation of an operation of which more is to come. */
  drain(budget: Budget, bytesMax: number): StreamVerdict {
    let handled = 0;
    for (const event of this.queue) {
      if (event.isInvocation && !event.pending.isResolved) break;
      handled += 1;
      this.ended ??= this.handle(event, budget, bytesMax);
      if (this.ended !== undefined) break;
    }
    this.queue.splice(0, this.ended === undefined ? handled : this.queue.length);
    return this.ended ?? { verdict: 'holds' };
  }

  private handle(
    { pending: { operation }, isInvocation }: StreamEvent,
    budget: Budget,
    bytesMax: number,
  ): StreamVerdict | undefined {
    if (isInvocation) {
      const action = this.model.interpret(operation);
      if (action !== undefined) this.begin(operation, action);
      return undefined;
    }
    const number = this.numbers.get(operation.id);
    if (number === undefined || operation.completed === Infinity) return undefined;
    const share = shareOf(budget, Infinity);
    this.search.feed(~number);
    for (;;) {
      const outcome = this.search.settle(TURN);
      share.spend(Math.max(1, TURN - this.search.unusedSteps));
      if (outcome === 'violated') {
        const states = this.search.triedStates().map((state) => this.problem.textOf(state));
        return { verdict: 'violated', culprit: operation, states };
      }
      if (outcome === 'settled') break;
      if (share.exhausted !== undefined) return { verdict: 'unknown', reason: share.exhausted };
      if (this.search.bytes > bytesMax) return { verdict: 'unknown', reason: 'the memory for the search is used up' };
    }
    this.numbers.delete(operation.id);
    this.problem.remove(number);
    if (this.problem.isCrowded) this.search.renumber(this.problem.renew(this.search.liveStates()));
    return undefined;
  }

  private begin(operation: Operation, action: Action): void {
    const number = this.problem.add({ action, operation });
    this.numbers.set(operation.id, number);
    this.search.feed(number);
  }
}
