/**
 * The properties of a run, judged on every change: `always` by its monitor or, where it has none, by looking at the whole cluster;
 * `sometimes` until it was reached; `eventually` when somebody asks.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Answered, ClusterView, Monitor, Property } from '../../protocols/property.ts';
import type { NodeState } from '../../protocols/protocol.ts';

type State = NodeState<unknown>;

export interface Violation {
  readonly property: string;
  /** The values that broke it. */
  readonly text: string;
  readonly atUs: number;
  readonly node?: NodeIndex;
}

interface Watched {
  readonly property: string;
  readonly monitor: Monitor<State>;
}

export class Monitors {
  readonly violations: Violation[] = [];
  /** Names of the `sometimes` properties that were reached. */
  readonly reached: string[] = [];

  private readonly view: ClusterView<State>;
  private watched: readonly Watched[];
  private sometimes: readonly (Property<State> & { readonly kind: 'sometimes' })[];
  private readonly eventually: readonly (Property<State> & { readonly kind: 'eventually' })[];

  constructor(properties: readonly Property<State>[], view: ClusterView<State>) {
    this.view = view;
    this.watched = properties.flatMap((property) =>
      property.kind === 'always' ? [{ property: property.name, monitor: monitorOf(property) }] : [],
    );
    this.sometimes = properties.filter((each) => each.kind === 'sometimes');
    this.eventually = properties.filter((each) => each.kind === 'eventually');
  }

  changed(atUs: number, node: NodeIndex, before: State | undefined, after: State): void {
    const { watched, view } = this;
    for (let index = 0; index < watched.length; index++) {
      const { property, monitor } = watched[index] as Watched;
      const text = monitor.changed?.(node, before, after, view);
      if (text !== undefined) this.broken({ property, text, atUs, node });
    }
    if (this.sometimes.length > 0) this.lookForExamples();
  }

  answered(atUs: number, answer: Answered): void {
    for (const { property, monitor } of this.watched) {
      const text = monitor.answered?.(answer, this.view);
      if (text !== undefined) this.broken({ property, text, atUs, node: answer.node });
    }
  }

  /** Which `eventually` properties are not true now. */
  pending(): { readonly property: string; readonly text: string }[] {
    return this.eventually.flatMap((property) => {
      const text = property.holds(this.view);
      return text === undefined ? [] : [{ property: property.name, text }];
    });
  }

  broken(violation: Violation): void {
    this.violations.push(violation);
    // A property that is broken is told once: what follows from the breach is no news.
    this.watched = this.watched.filter(({ property }) => property !== violation.property);
  }

  private lookForExamples(): void {
    const found = this.sometimes.filter((property) => property.reached(this.view));
    if (found.length === 0) return;
    this.reached.push(...found.map(({ name }) => name));
    this.sometimes = this.sometimes.filter((each) => !found.includes(each));
  }
}

function monitorOf(property: Property<State> & { readonly kind: 'always' }): Monitor<State> {
  if (property.monitor !== undefined) return property.monitor();
  const look = (view: ClusterView<State>): string | undefined => property.holds?.(view);
  return {
    changed: (_node, _before, _after, view) => look(view),
    answered: (_answer, view) => look(view),
  };
}
