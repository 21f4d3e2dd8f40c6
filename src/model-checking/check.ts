/**
 * Checks a request: explores its subject within bounds, and says of each property what came of it. `run` can be called again and again, each time
 * with a budget of its own, until it ends.
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
import { RandomWalk } from './explore/random-walk.ts';
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

export class Check {
  readonly request: CheckRequest;
  readonly subject: PreparedSubject;
  readonly explorer: Explorer;

  constructor(request: CheckRequest) {
    this.request = request;
    this.subject = prepareSubject(request);
    this.explorer = explorerOf(this.subject.system, request.search);
  }

  get ending(): Ending | undefined {
    return this.explorer.ending;
  }

  get measures(): Measures {
    return this.explorer.measures;
  }

  /** The first breach that was found. */
  get finding(): Finding | undefined {
    return this.explorer.findings[0];
  }

  run(budget: Budget, onProgress?: (measures: Measures) => void): boolean {
    return this.explorer.run(budget, onProgress);
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

  private statusOf({ name, kind }: SystemProperty): Pick<PropertyResult, 'status' | 'text' | 'steps'> {
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
}

function explorerOf(system: TransitionSystem, search: SearchRequest): Explorer {
  switch (search.order) {
    case 'breadth_first':
    case 'depth_first':
      return new Exploration(system, { ...search, order: search.order });
    case 'iterative_deepening':
      return new IterativeDeepening(system, search);
    case 'random_walk':
      return new RandomWalk(system, search);
    default:
      return unreachable(search.order);
  }
}
