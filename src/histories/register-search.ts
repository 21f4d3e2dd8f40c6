/**
 * Linearizability of one register in the general case, by just-in-time linearization: G. Lowe, "Testing for Linearizability",
 * Concurrency and Computation 29(4), 2017, after J. Wing, C. Gong, JPDC 17, 1993.
 *
 * The history is walked in order of time with the set of all configurations that explain what was seen so far: the value, and
 * which of the operations still open have already taken effect. Only when an operation completes must it have taken effect; other
 * open operations are tried before it just then. Configurations are remembered, so each is met once. When none is left, the
 * operation just completed has no place. Exponential in the operations that are open at one time; the budget counts configurations.
 */
import type { Budget } from '../kernel/budget.ts';
import type { Misfit, RegisterOperation } from './register-linearizability.ts';

interface Configuration {
  readonly value: number | null;
  /** Open operations that have taken effect, as indices in ascending order. */
  readonly done: readonly number[];
}

interface Event {
  readonly atUs: number;
  readonly isCompletion: boolean;
  readonly index: number;
}

/** Undefined when the operations have an order. */
export function searchOrder(
  operations: readonly RegisterOperation[],
  name: string,
  budget: Budget,
): Misfit | 'unknown' | undefined {
  const relevant = withoutInvisible(operations);
  const pending = new Set<number>();
  let configurations: readonly Configuration[] = [{ value: null, done: [] }];
  for (const { index, isCompletion } of eventsOf(relevant)) {
    if (!isCompletion) {
      pending.add(index);
      continue;
    }
    const reached = complete(configurations, index, pending, relevant, budget);
    if (reached === undefined) return 'unknown';
    const operation = relevant[index];
    if (reached.survivors.length === 0 && operation !== undefined)
      return explain(operation, reached.values, relevant, name);
    configurations = reached.survivors;
    pending.delete(index);
  }
  return undefined;
}

/** Without what failed, open reads, and open writes whose value nothing saw: none of them can be what an order fails on. */
function withoutInvisible(operations: readonly RegisterOperation[]): RegisterOperation[] {
  const seen = new Set<number | null | undefined>();
  for (const { kind, outcome, result, expected } of operations) {
    if (kind === 'read' && outcome === 'ok') seen.add(result);
    if (kind === 'cas') seen.add(expected);
  }
  return operations.filter(
    ({ kind, outcome, value }) => outcome === 'ok' || (outcome === 'open' && kind !== 'read' && seen.has(value)),
  );
}

/** By time; at one time invocations come first, so that operations which touch overlap. */
function eventsOf(operations: readonly RegisterOperation[]): Event[] {
  const events = operations.flatMap(({ invokedUs, completedUs, outcome }, index): Event[] => [
    { atUs: invokedUs, isCompletion: false, index },
    ...(outcome === 'ok' && completedUs !== undefined ? [{ atUs: completedUs, isCompletion: true, index }] : []),
  ]);
  return events.sort((a, b) => a.atUs - b.atUs || Number(a.isCompletion) - Number(b.isCompletion) || a.index - b.index);
}

interface Reached {
  readonly survivors: readonly Configuration[];
  /** Every value that the register may hold at that moment. */
  readonly values: ReadonlySet<number | null>;
}

/** The configurations in which `completing` has taken effect; undefined when the budget ends. */
function complete(
  configurations: readonly Configuration[],
  completing: number,
  pending: ReadonlySet<number>,
  operations: readonly RegisterOperation[],
  budget: Budget,
): Reached | undefined {
  const survivors = new Map<string, Configuration>();
  const values = new Set<number | null>();
  const met = new Set<string>();
  const stack = [...configurations];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, done } = next;
    if (done.includes(completing)) {
      const left = { value, done: done.filter((index) => index !== completing) };
      survivors.set(keyOf(left), left);
      continue;
    }
    const key = keyOf(next);
    if (met.has(key)) continue;
    if (!budget.spend()) return undefined;
    met.add(key);
    values.add(value);
    for (const index of pending) {
      const operation = operations[index];
      if (operation === undefined || done.includes(index) || !canHappen(operation, value)) continue;
      const after = operation.kind === 'read' ? value : (operation.value ?? null);
      stack.push({ value: after, done: [...done, index].sort((a, b) => a - b) });
    }
  }
  return { survivors: [...survivors.values()], values };
}

function keyOf({ value, done }: Configuration): string {
  return `${value}/${done.join(',')}`;
}

function canHappen({ kind, result = null, expected = null }: RegisterOperation, value: number | null): boolean {
  if (kind === 'write') return true;
  return (kind === 'read' ? result : expected) === value;
}

/** A write can always take effect, so what has no place is a read or a compare-and-set. */
function explain(
  operation: RegisterOperation,
  values: ReadonlySet<number | null>,
  operations: readonly RegisterOperation[],
  name: string,
): Misfit {
  const { kind, process, result, expected, value } = operation;
  const what =
    kind === 'read'
      ? `client ${process} read ${name}=${result}`
      : `client ${process} replaced ${name}=${expected} by ${value}`;
  const possible = [...values].map((each) => `${each}${writersOf(each, operation, operations)}`);
  return { operation, reason: `${what}, but when that completed ${name} could only hold ${possible.join(' or ')}` };
}

function writersOf(
  value: number | null,
  { completedUs = Infinity }: RegisterOperation,
  operations: readonly RegisterOperation[],
): string {
  const writers = operations.filter(
    (each) => each.kind !== 'read' && each.value === value && each.invokedUs <= completedUs,
  );
  const clients = [...new Set(writers.map(({ process }) => process))].map((process) => `client ${process}`);
  return clients.length === 0 ? '' : ` (written by ${clients.join(' and ')})`;
}
