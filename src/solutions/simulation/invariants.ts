/**
 * Every property of a protocol judged over all runs.
 */
import type { Property } from '../../protocols/property.ts';
import type { NodeState } from '../../protocols/protocol.ts';
import type { Prepared } from '../../simulation/prepare.ts';
import type { SimulationRequest } from '../../simulation/request.ts';
import { type BrokenProperty, LINEARIZABILITY, LIVENESS, type RunSummary } from '../../simulation/summary.ts';

export interface JudgedProperty {
  readonly name: string;
  readonly kind: 'always' | 'sometimes' | 'eventually' | 'history';
  readonly statement: string;
  readonly verdict: 'holds' | 'violated' | 'unknown';
  /** Runs that broke it; for `sometimes`, runs that did not reach it. */
  readonly broken_in: number;
  readonly first: string | undefined;
}

export function judgeProperties(
  { definition, config, request }: Prepared,
  runs: readonly RunSummary[],
): JudgedProperty[] {
  const own = definition.protocol.properties(config).map((property) => judge(property, runs));
  const history = definition.history(config) === 'linearizable' ? [judgeHistory(runs)] : [];
  const settles = request.settleMs > 0 ? [judgeLiveness(runs)] : [];
  const judged = [...own, ...history, ...settles];
  return isCutShort(request, runs) ? judged.map(undecided) : judged;
}

/** Whether the budget ended the runs before all of them were over. */
export function isCutShort(request: SimulationRequest, runs: readonly RunSummary[]): boolean {
  return runs.length < request.runs || runs.some(({ exhausted }) => exhausted !== undefined);
}

/** What was not looked at to the end does not hold; an example that was found stays one. */
function undecided(judged: JudgedProperty): JudgedProperty {
  if (judged.verdict !== 'holds' || judged.kind === 'sometimes') return judged;
  return { ...judged, verdict: 'unknown', first: 'not broken in what was run; the budget ended it' };
}

function judge(property: Property<NodeState<unknown>>, runs: readonly RunSummary[]): JudgedProperty {
  const { name, kind, statement } = property;
  if (kind === 'sometimes') {
    const without = runs.filter(({ reached }) => !reached.includes(name));
    const verdict = without.length < runs.length ? 'holds' : 'unknown';
    const first = without[0] === undefined ? undefined : `not reached with seed ${without[0].seed}`;
    return { name, kind, statement, verdict, broken_in: without.length, first };
  }
  return { name, kind, statement, ...breachesOf(name, runs) };
}

function judgeHistory(runs: readonly RunSummary[]): JudgedProperty {
  const breaches = breachesOf(LINEARIZABILITY, runs);
  const open = runs.find(({ undecided }) => undecided !== undefined);
  return {
    name: LINEARIZABILITY,
    kind: 'history',
    statement: 'Every operation takes effect at one moment between its invocation and its answer.',
    ...breaches,
    ...(breaches.broken_in === 0 && open !== undefined
      ? { verdict: 'unknown' as const, first: `undecided with seed ${open.seed}: ${open.undecided}` }
      : {}),
  };
}

function judgeLiveness(runs: readonly RunSummary[]): JudgedProperty {
  return {
    name: LIVENESS,
    kind: 'eventually',
    statement: 'Once the faults are over and every node is up, writes succeed again.',
    ...breachesOf(LIVENESS, runs),
  };
}

function breachesOf(
  name: string,
  runs: readonly RunSummary[],
): Pick<JudgedProperty, 'verdict' | 'broken_in' | 'first'> {
  const broken = runs.flatMap(({ seed, broken: all }) =>
    all.filter(({ property }) => property === name).map((breach) => ({ seed, breach })),
  );
  const [first] = broken;
  return {
    verdict: first === undefined ? (runs.length > 0 ? 'holds' : 'unknown') : 'violated',
    broken_in: new Set(broken.map(({ seed }) => seed)).size,
    first: first === undefined ? undefined : `seed ${first.seed}${when(first.breach)}: ${first.breach.text}`,
  };
}

function when({ atMs }: BrokenProperty): string {
  return atMs === undefined ? '' : ` at ${Number(atMs.toFixed(3))} ms`;
}
