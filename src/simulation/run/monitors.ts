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

type Concerns = (before: State, after: State) => boolean;

/** Monitors that look at the same changes: most changes concern few of them, and many none. */
interface Group {
  /** Which of the filters they share, by a bit; 0 for none. */
  readonly filter: number;
  readonly watched: readonly Watched[];
}

export class Monitors {
  readonly violations: Violation[] = [];
  /** Names of the `sometimes` properties that were reached. */
  readonly reached: string[] = [];

  private readonly view: ClusterView<State>;
  private watched: readonly Watched[];
  private answering: readonly Watched[] = [];
  private groups: readonly Group[] = [];
  /** Each asked once about a change, however many groups share it. */
  private filters: readonly Concerns[] = [];
  private hasUnfiltered = false;
  private sometimes: readonly (Property<State> & { readonly kind: 'sometimes' })[];
  private readonly eventually: readonly (Property<State> & { readonly kind: 'eventually' })[];

  constructor(properties: readonly Property<State>[], view: ClusterView<State>) {
    this.view = view;
    this.watched = properties.flatMap((property) =>
      property.kind === 'always' ? [{ property: property.name, monitor: monitorOf(property) }] : [],
    );
    this.sometimes = properties.filter((each) => each.kind === 'sometimes');
    this.eventually = properties.filter((each) => each.kind === 'eventually');
    this.group();
  }

  changed(atUs: number, node: NodeIndex, before: State | undefined, after: State): void {
    const concerned = before === undefined ? -1 : this.concernedBy(before, after);
    if (concerned !== 0 || this.hasUnfiltered) this.lookGroups(concerned, atUs, node, before, after);
    if (this.sometimes.length > 0) this.lookForExamples();
  }

  /** The filters that let the change through, a bit for each. */
  private concernedBy(before: State, after: State): number {
    const { filters } = this;
    let concerned = 0;
    for (let index = 0; index < filters.length; index++)
      if ((filters[index] as Concerns)(before, after)) concerned |= 1 << index;
    return concerned;
  }

  private lookGroups(concerned: number, atUs: number, node: NodeIndex, before: State | undefined, after: State): void {
    const { groups } = this;
    for (let index = 0; index < groups.length; index++) {
      const { filter, watched } = groups[index] as Group;
      if (filter === 0 || (concerned & filter) !== 0) this.look(watched, atUs, node, before, after);
    }
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
    for (const { property, monitor } of this.answering) {
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
    this.group();
  }

  /** Neighbours that share a filter, so that properties are still judged in their order. */
  private group(): void {
    const filters: Concerns[] = [];
    const groups: { readonly filter: number; readonly watched: Watched[] }[] = [];
    for (const each of this.watched) {
      const filter = bitOf(each.monitor.concerns, filters);
      const last = groups.at(-1);
      if (last !== undefined && last.filter === filter) last.watched.push(each);
      else groups.push({ filter, watched: [each] });
    }
    this.filters = filters;
    this.groups = groups;
    this.hasUnfiltered = groups.some(({ filter }) => filter === 0);
    this.answering = this.watched.filter(({ monitor }) => monitor.answered !== undefined);
  }

  private lookForExamples(): void {
    const found = this.sometimes.filter((property) => property.reached(this.view));
    if (found.length === 0) return;
    this.reached.push(...found.map(({ name }) => name));
    this.sometimes = this.sometimes.filter((each) => !found.includes(each));
  }
}

/** Beyond 31 filters, which no protocol comes near, changes are simply looked at. */
function bitOf(concerns: Concerns | undefined, filters: Concerns[]): number {
  if (concerns === undefined) return 0;
  const known = filters.indexOf(concerns);
  if (known !== -1) return 1 << known;
  return filters.length < 31 ? 1 << (filters.push(concerns) - 1) : 0;
}

function monitorOf(property: Property<State> & { readonly kind: 'always' }): Monitor<State> {
  if (property.monitor !== undefined) return property.monitor();
  const look = (view: ClusterView<State>): string | undefined => property.holds?.(view);
  return {
    changed: (_node, _before, _after, view) => look(view),
    answered: (_answer, view) => look(view),
  };
}
