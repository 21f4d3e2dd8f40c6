/**
 * One step of a node of a protocol, to the end: what it gives itself is handed over at once, in order, writes reach the disk at once, and each
 * answer to a `choose` is an outcome of its own. A node crashes between steps, never within one.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { AnyProtocol, Input, NodeState, Output, Response, Step } from '../../protocols/protocol.ts';
import type { Envelope } from '../actors/actor-model.ts';

export interface NodeCell {
  readonly isUp: boolean;
  readonly incarnation: number;
  /** Armed timers, sorted. */
  readonly timers: readonly string[];
  /** Of a node that is down: the one it had. */
  readonly state: NodeState<unknown>;
  /** What the disk holds, as an object of its own so that its absence prints too. */
  readonly disk: { readonly durable?: unknown };
}

export interface Answer {
  readonly client: number;
  readonly number: number;
  readonly response: Response;
}

export interface NodeStep {
  readonly cell: NodeCell;
  readonly sends: readonly Envelope<unknown>[];
  readonly answers: readonly Answer[];
  /** What the node chose on the way. */
  readonly choices: readonly number[];
}

/** A start with what the disk holds. */
export function startNode(
  protocol: AnyProtocol,
  config: unknown,
  self: NodeIndex,
  disk: NodeCell['disk'],
  incarnation: number,
): readonly NodeStep[] {
  const first = protocol.initial(config, self, disk.durable, incarnation);
  const cell: NodeCell = { isUp: true, incarnation, timers: [], state: first.state, disk };
  return carriedOut(protocol, fresh(cell), NO_OWN, first);
}

/** The outcomes of an input to a node that is up. */
export function stepNode(protocol: AnyProtocol, cell: NodeCell, input: Input<unknown>): readonly NodeStep[] {
  return give(protocol, fresh(cell), NO_OWN, input);
}

/** What a node gives itself next: one input, or one of several. */
type Own = readonly Input<unknown>[];

const NO_OWN: readonly Own[] = [];

function fresh(cell: NodeCell): NodeStep {
  return { cell, sends: [], answers: [], choices: [] };
}

/** `waiting` is what the node gave itself before, and comes next. */
function give(
  protocol: AnyProtocol,
  before: NodeStep,
  waiting: readonly Own[],
  input: Input<unknown>,
): readonly NodeStep[] {
  const chosen = input.kind === 'choice' ? { ...before, choices: [...before.choices, input.chosen] } : before;
  return carriedOut(protocol, chosen, waiting, protocol.step(before.cell.state, input));
}

function carriedOut(
  protocol: AnyProtocol,
  before: NodeStep,
  waiting: readonly Own[],
  step: Step<NodeState<unknown>, unknown, unknown>,
): readonly NodeStep[] {
  const own = [...waiting];
  const after = new Outputs(before, step.state);
  for (const output of step.outputs) after.take(output, own);
  const [next, ...rest] = own;
  const reached = after.step();
  return next === undefined ? [reached] : next.flatMap((input) => give(protocol, reached, rest, input));
}

class Outputs {
  private timers: readonly string[];
  private disk: NodeCell['disk'];
  private readonly sends: Envelope<unknown>[];
  private readonly answers: Answer[];
  private readonly before: NodeStep;
  private readonly state: NodeState<unknown>;

  constructor(before: NodeStep, state: NodeState<unknown>) {
    this.before = before;
    this.state = state;
    this.timers = before.cell.timers;
    this.disk = before.cell.disk;
    this.sends = [...before.sends];
    this.answers = [...before.answers];
  }

  take(output: Output<unknown, unknown>, own: Own[]): void {
    const { self } = this.state;
    switch (output.kind) {
      case 'send':
        if (output.to === self) own.push([{ kind: 'message', from: self, message: output.message }]);
        else this.sends.push({ to: output.to, message: output.message });
        break;
      case 'set_timer':
        if (!this.timers.includes(output.timer)) this.timers = [...this.timers, output.timer].toSorted();
        break;
      case 'cancel_timer':
        this.timers = this.timers.filter((timer) => timer !== output.timer);
        break;
      case 'persist':
        this.disk = { durable: output.durable };
        break;
      case 'choose':
        own.push(
          Array.from({ length: output.options }, (_, chosen) => ({ kind: 'choice', name: output.name, chosen })),
        );
        break;
      case 'respond':
        this.answers.push({ client: output.client, number: output.number, response: output.response });
    }
  }

  step(): NodeStep {
    const { isUp, incarnation } = this.before.cell;
    const cell = { isUp, incarnation, timers: this.timers, state: this.state, disk: this.disk };
    return { cell, sends: this.sends, answers: this.answers, choices: this.before.choices };
  }
}
