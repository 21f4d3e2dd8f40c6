/**
 * Checks a request: explores its subject within bounds, and says of each property what came of it. `run` can be called again and again, each time
 * with a budget of its own, until it ends. Between two calls it can be saved, and gone on with from what was saved.
 *
 * `holds` is said only of a space that was explored to the end of its bounds; a property that must come true is judged afterwards, over the
 * whole graph (`liveness`).
 */
import type { Budget } from '../kernel/budget.ts';
import { unreachable } from '../kernel/invariant.ts';
import type { CheckRequest, SearchRequest } from './check-request.ts';
import { Exploration } from './explore/exploration.ts';
import type { Ending, Explorer, Finding, Measures } from './explore/explorer.ts';
import { IterativeDeepening } from './explore/iterative-deepening.ts';
import { pathOf } from './explore/path.ts';
import { RandomWalk } from './explore/random-walk.ts';
import type { ByteReader, ByteWriter } from './explore/saved-bytes.ts';
import { shortenPath } from './explore/shorten-path.ts';
import { SleepSetSearch } from './explore/sleep-set-search.ts';
import { judgeLiveness, type Lasso, type LivenessProperty, type LivenessResult } from './liveness/judge-liveness.ts';
import { requireSleepSets } from './sleep-set-conflicts.ts';
import { type PreparedSubject, prepareSubject } from './subject.ts';
import type { SystemProperty, TransitionSystem } from './transition-system.ts';

export type PropertyStatus =
  | 'holds'
  | 'violated'
  /** Of `sometimes`: an example was found, or there is none. */
  | 'reached'
  | 'never_reached'
  | 'unknown'
  /** Beyond this search: the text says what would judge it. */
  | 'not_judged';

export interface PropertyResult {
  readonly name: string;
  readonly kind: SystemProperty['kind'];
  readonly statement: string;
  readonly source?: string;
  readonly status: PropertyStatus;
  /** The values that broke it, or why it was not judged. */
  readonly text?: string;
  /** Where it is broken: the steps to the breach. */
  readonly steps?: number;
}

/** A walk that found nothing until here begins anew. */
const WALK_STATES_MAX = 300;
/** Graphs for what must come true are held in memory whole. */
const GRAPH_STATES_MAX = 5_000_000;

export class Check {
  readonly request: CheckRequest;
  readonly subject: PreparedSubject;
  readonly explorer: Explorer;
  private liveness: readonly LivenessResult[] | undefined;
  private told: Finding | undefined;
  /** Whether states were waiting when this began. */
  private readonly hadStates: boolean;
  /** What must come true was not judged for want of time. */
  lackedTime = false;

  /** `saved` by a check of the same request; limits may have been others. */
  constructor(request: CheckRequest, saved?: ByteReader) {
    this.request = request;
    this.subject = prepareSubject(request);
    if (saved !== undefined) this.subject.system.restoreNumbers?.(saved);
    this.explorer = explorerOf(this.subject.system, request.search, saved);
    this.hadStates = this.explorer.measures.frontier > 0;
  }

  /** Whether there is more to do, and another check could go on from here. */
  get canGoOn(): boolean {
    const { explorer, ending, measures } = this;
    if (explorer.save === undefined) return false;
    if (ending === undefined) return true;
    // With all states explored before this began, the same time would not do again.
    if (this.lackedTime) return this.hadStates;
    return ending.kind === 'stopped' && measures.frontier > 0 && measures.unique >= this.request.search.statesMax;
  }

  /** What another check of the same request goes on from; for one that can go on. To be called before its findings are told. */
  save(into: ByteWriter): void {
    this.subject.system.saveNumbers?.(into);
    this.explorer.save?.(into);
  }

  get ending(): Ending | undefined {
    return this.explorer.ending;
  }

  get measures(): Measures {
    return this.explorer.measures;
  }

  /** The first breach that was found. */
  get finding(): Finding | undefined {
    const [first] = this.explorer.findings;
    if (first !== undefined) this.told ??= shortenPath(this.subject.system, this.concrete(first));
    return this.told ?? this.lassos[0];
  }

  /** Actions recorded under symmetry lead through representatives; these lead from state to state. */
  private concrete(finding: Finding): Finding {
    if (!finding.throughRepresentatives) return finding;
    const { system } = this.subject;
    const path = pathOf(system, finding.actions, true);
    const property = system.properties.find(({ name }) => name === finding.property);
    const words = path.at(-1)?.words;
    // Whom the complaint names depends on which state of the orbit it looks at.
    const complaint = property?.kind === 'always' && words !== undefined ? property.complaint?.(words, 0) : undefined;
    return {
      ...finding,
      complaint: complaint ?? finding.complaint,
      actions: path.map(({ action }) => action),
      throughRepresentatives: false,
    };
  }

  run(budget: Budget, onProgress?: (measures: Measures) => void): boolean {
    if (!this.explorer.run(budget, onProgress)) return false;
    if (!this.isExhaustive || this.liveness !== undefined) return true;
    this.liveness = this.judgeLiveness(budget);
    this.lackedTime =
      budget.exhausted !== undefined &&
      this.liveness.some((each) => each.status === 'unknown' && each.because === 'too_large');
    return true;
  }

  private judgeLiveness(budget: Budget): readonly LivenessResult[] {
    const { search, fairness } = this.request;
    const properties = this.subject.system.properties.filter(isAwaiting).filter((each) => this.isAskedFor(each.name));
    const limits = { statesMax: Math.min(search.statesMax, GRAPH_STATES_MAX), bytesMax: search.bytesMax };
    return judgeLiveness(this.subject.system, properties, fairness, limits, budget);
  }

  /**
   * A protocol's own `eventually` speaks of the time after the faults, of which a model without a clock knows nothing: it is judged only
   * where it was named.
   */
  private isAskedFor(name: string): boolean {
    const { subject, only } = this.request;
    return subject.kind === 'model' || only?.includes(name) === true || !this.subject.ownProperties.includes(name);
  }

  private get lassos(): readonly Finding[] {
    return (this.liveness ?? []).flatMap((result): Finding[] =>
      result.status === 'violated' ? [lassoFinding(result.property, result.lasso)] : [],
    );
  }

  /** Every state within the bounds was explored. */
  get isExhaustive(): boolean {
    const { ending, measures } = this;
    return ending?.kind === 'exhausted' || (ending?.kind === 'violated' && measures.frontier === 0);
  }

  get properties(): readonly PropertyResult[] {
    return this.subject.system.properties.map((property) => this.resultOf(property));
  }

  private resultOf(property: SystemProperty): PropertyResult {
    const { name, kind, statement, source } = property;
    return { name, kind, statement, ...(source === undefined ? {} : { source }), ...this.statusOf(property) };
  }

  private statusOf(property: SystemProperty): Pick<PropertyResult, 'status' | 'text' | 'steps'> {
    if (isAwaiting(property)) return this.livenessStatusOf(property);
    const { name, kind } = property;
    const { findings, reached } = this.explorer;
    const finding = findings.find(({ property }) => property === name);
    if (finding !== undefined)
      return { status: 'violated', text: finding.complaint, steps: finding.actions.length - 1 };
    if (kind === 'sometimes') {
      const isNever = this.isExhaustive;
      return { status: reached.includes(name) ? 'reached' : isNever ? 'never_reached' : 'unknown' };
    }
    return { status: this.isExhaustive ? 'holds' : 'unknown' };
  }

  private livenessStatusOf({ name }: LivenessProperty): Pick<PropertyResult, 'status' | 'text' | 'steps'> {
    if (!this.isAskedFor(name))
      return { status: 'not_judged', text: `name it in only to judge it: {"only":[${JSON.stringify(name)}]}` };
    const result = this.liveness?.find(({ property }) => property === name);
    switch (result?.status) {
      case undefined:
        return { status: 'unknown', text: 'it is judged only once everything within the bounds was explored' };
      case 'unknown':
        return {
          status: 'unknown',
          text: this.lackedTime ? 'no time was left to judge it' : UNKNOWN_BECAUSE[result.because],
        };
      case 'violated':
        return { status: 'violated', text: lassoText(result.lasso), steps: result.lasso.stem.length - 1 };
      case 'holds':
        return { status: 'holds' };
    }
  }
}

const UNKNOWN_BECAUSE = {
  too_large: 'its graph is larger than a limit',
  leaves_bounds: 'some paths leave the bounds before it comes true: wider ones may tell',
} as const;

function isAwaiting(property: SystemProperty): property is LivenessProperty {
  return property.kind === 'eventually' || property.kind === 'leads_to';
}

function lassoFinding(property: string, lasso: Lasso): Finding {
  return {
    property,
    complaint: lassoText(lasso),
    actions: lasso.stem,
    isShortest: false,
    throughRepresentatives: false,
    loop: lasso.loop,
  };
}

function lassoText({ stem, loop }: Lasso): string {
  const after = `after ${stem.length - 1} steps`;
  return loop.length === 0
    ? `${after} nothing can happen any more, and it never came true`
    : `${after} ${loop.length} steps repeat for ever, and it never comes true`;
}

function explorerOf(system: TransitionSystem, search: SearchRequest, saved?: ByteReader): Explorer {
  if (search.usesSleepSets) return new SleepSetSearch(requireSleepSets(system, search), search);
  switch (search.order) {
    case 'breadth_first':
    case 'depth_first':
      return new Exploration(system, { ...search, order: search.order }, saved);
    case 'iterative_deepening':
      return new IterativeDeepening(system, search);
    case 'random_walk':
      return new RandomWalk(system, { ...search, depthMax: Math.min(search.depthMax, WALK_STATES_MAX) });
    default:
      return unreachable(search.order);
  }
}
