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

/** Monitors that look at the same changes: most changes concern few of them. */
interface Group {
  readonly concerns: Monitor<State>['concerns'];
  readonly watched: readonly Watched[];
}

export class Monitors {
  readonly violations: Violation[] = [];
  /** Names of the `sometimes` properties that were reached. */
  readonly reached: string[] = [];

  private readonly view: ClusterView<State>;
  private watched: readonly Watched[];
  private groups: readonly Group[];
  private sometimes: readonly (Property<State> & { readonly kind: 'sometimes' })[];
  private readonly eventually: readonly (Property<State> & { readonly kind: 'eventually' })[];

  constructor(properties: readonly Property<State>[], view: ClusterView<State>) {
    this.view = view;
    this.watched = properties.flatMap((property) =>
      property.kind === 'always' ? [{ property: property.name, monitor: monitorOf(property) }] : [],
    );
    this.groups = grouped(this.watched);
    this.sometimes = properties.filter((each) => each.kind === 'sometimes');
    this.eventually = properties.filter((each) => each.kind === 'eventually');
  }

  changed(atUs: number, node: NodeIndex, before: State | undefined, after: State): void {
    const { groups } = this;
    for (let index = 0; index < groups.length; index++) {
      const { concerns, watched } = groups[index] as Group;
      if (before === undefined || concerns === undefined || concerns(before, after))
        this.look(watched, atUs, node, before, after);
    }
    if (this.sometimes.length > 0) this.lookForExamples();
  }

  private look(
    watched: readonly Watched[],
    atUs: number,
    node: NodeIndex,
    before: State | undefined,
    after: State,
  ): void {
    for (let index = 0; index < watched.length; index++) {
      const { property, monitor } = watched[index] as Watched;
      const text = monitor.changed?.(node, before, after, this.view);
      if (text !== undefined) this.broken({ property, text, atUs, node });
    }
  }

  answered(atUs: number, answer: Answered): void {
    for (const { property, monitor } of this.watched) {
      const text = monitor.answered?.(answer, this.view);
      if (text !== undefined) this.broken({ property, text, atUs, node: answer.node });
    }
  }

  /** Which `eventually` properties are not true now; undefined where more has failed than the protocol is made for. */
  pending(): { readonly property: string; readonly text: string }[] | undefined {
    if (this.eventually.some((property) => property.excuses?.(this.view) === true)) return undefined;
    return this.eventually.flatMap((property) => {
      const text = property.holds(this.view);
      return text === undefined ? [] : [{ property: property.name, text }];
    });
  }

  broken(violation: Violation): void {
    this.violations.push(violation);
    // A property that is broken is told once: what follows from the breach is no news.
    this.watched = this.watched.filter(({ property }) => property !== violation.property);
    this.groups = grouped(this.watched);
  }

  private lookForExamples(): void {
    const found = this.sometimes.filter((property) => property.reached(this.view));
    if (found.length === 0) return;
    this.reached.push(...found.map(({ name }) => name));
    this.sometimes = this.sometimes.filter((each) => !found.includes(each));
  }
}

/** Neighbours that share a filter, so that properties are still judged in their order. */
function grouped(watched: readonly Watched[]): readonly Group[] {
  const groups: { readonly concerns: Monitor<State>['concerns']; readonly watched: Watched[] }[] = [];
  for (const each of watched) {
    const { concerns } = each.monitor;
    const last = groups.at(-1);
    if (last !== undefined && last.concerns === concerns) last.watched.push(each);
    else groups.push({ concerns, watched: [each] });
  }
  return groups;
}

function monitorOf(property: Property<State> & { readonly kind: 'always' }): Monitor<State> {
  if (property.monitor !== undefined) return property.monitor();
  const look = (view: ClusterView<State>): string | undefined => property.holds?.(view);
  return {
    changed: (_node, _before, _after, view) => look(view),
    answered: (_answer, view) => look(view),
  };
}
