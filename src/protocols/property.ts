/**
 * Properties: what must always be true, what must come true, and what must be possible.
 *
 * `always` is judged on every step. A property states itself twice where that pays: `holds` looks at one moment alone, or `step` at one
 * change of one node, and can be used by any driver; `monitor` watches the changes as they come, remembers, and may therefore see more
 * (a leader of a term that is gone) and costs less. What `holds` and `step` complain about is a breach whatever happened before; a test
 * compares them with the monitor.
 *
 * `sometimes` guards against vacuous runs: a property over leaders proves nothing where no leader was ever elected.
 * `eventually` is judged when the faults are over, the network is whole and the cluster was given time to settle.
 */
import type { NodeIndex } from '../kernel/units.ts';
import type { Request, Response } from './protocol.ts';

/** One moment of a cluster. */
export interface ClusterView<State> {
  /** States by node; a node that is down keeps the one it had. */
  readonly states: readonly State[];
  /** Whether the node runs. */
  readonly up: readonly boolean[];
  /** What clients were told, in order; `redirect`s are not kept. */
  readonly answered: readonly Answered[];
}

export interface Answered {
  readonly request: Request;
  readonly response: Response;
  /** The node that answered. */
  readonly node: NodeIndex;
}

interface PropertyText {
  /** The paper's name: `election safety`. */
  readonly name: string;
  /** One sentence that says what it demands. */
  readonly statement: string;
  /** Id of its paper in the bibliography, where there is one. */
  readonly source?: string;
}

/** A check tells undefined when all is well, else in words which values broke the property. */
export type Complaint = string | undefined;

export interface Monitor<State> {
  /** Which changes of a running node it looks at: all, unless it says so. Monitors with the same function are asked once. */
  concerns?(this: void, before: State, after: State): boolean;
  /** A node's state changed. `before` is undefined when the node has just (re)started. */
  changed?(node: NodeIndex, before: State | undefined, after: State, view: ClusterView<State>): Complaint;
  /** A node answered a client. */
  answered?(answer: Answered, view: ClusterView<State>): Complaint;
}

/** Judges a change of one node's state while it runs, by the two states alone; a start is no change. */
export type StepCheck<State> = (node: NodeIndex, before: State, after: State) => Complaint;

export interface AlwaysProperty<State> extends PropertyText {
  readonly kind: 'always';
  holds?(view: ClusterView<State>): Complaint;
  /** For what a single moment does not show, and yet needs no memory. */
  step?(node: NodeIndex, before: State, after: State): Complaint;
  /** A fresh monitor for one run. */
  monitor?(): Monitor<State>;
}

export interface SometimesProperty<State> extends PropertyText {
  readonly kind: 'sometimes';
  /** Whether the moment is an example. */
  reached(view: ClusterView<State>): boolean;
}

export interface EventuallyProperty<State> extends PropertyText {
  readonly kind: 'eventually';
  /** Whether more has failed than the protocol is made for: then nothing need come true any more, progress included. */
  excuses?(view: ClusterView<State>): boolean;
  /** Undefined once it has come true. */
  holds(view: ClusterView<State>): Complaint;
}

export type Property<State> = AlwaysProperty<State> | SometimesProperty<State> | EventuallyProperty<State>;

/** A property that is judged on single steps, for drivers that watch changes and for those that look at steps. */
export function judgedOnSteps<State>(
  step: StepCheck<State>,
  concerns?: Monitor<State>['concerns'],
): Pick<AlwaysProperty<State>, 'step' | 'monitor'> {
  const monitor: Monitor<State> = {
    ...(concerns === undefined ? {} : { concerns }),
    changed: (node, before, after) => (before === undefined ? undefined : step(node, before, after)),
  };
  return { step, monitor: () => monitor };
}
