/**
 * Operations with a start and an end, in any order, as events in order of time. At equal times invocations come before completions, so what touches
 * overlaps.
 *
 * A process may end one operation and begin the next at the same instant, which with coarse clocks is common. If one process does so, its completion and
 * next invocation stand between the invocations and the completions of the others, and nothing is lost. If several do, no order gives them all both
 * their own order and overlap with each other: then the first keeps its order, and the next operations of the others count as those of new processes.
 * That may hide a violation among sessions at such instants, but never invents one.
 */
import type { SourceEvent, SourceNotes } from './source-event.ts';

export interface TimedOperation {
  /** Process, word, key, line; `timeNs` is the start. */
  readonly invocation: SourceEvent & { readonly process: string; readonly timeNs: number };
  /** Absent while it is open. */
  readonly completion: (SourceEvent & { readonly process: string; readonly timeNs: number }) | undefined;
}

interface Moment {
  readonly timeNs: number;
  readonly isCompletion: boolean;
  readonly event: SourceEvent;
  readonly process: string;
  readonly operation: number;
}

export function* eventsInTimeOrder(operations: TimedOperation[], notes: SourceNotes): Generator<SourceEvent> {
  const moments = withLiveProcesses(operations.sort(byStartThenEnd))
    .flatMap(momentsOf)
    .sort((a, b) => a.timeNs - b.timeNs || Number(a.isCompletion) - Number(b.isCompletion));
  const names = new Map<number, string>();
  for (let from = 0; from < moments.length; ) {
    let to = from + 1;
    while (to < moments.length && moments[to]?.timeNs === moments[from]?.timeNs) to++;
    const instant = to - from > 1 ? ordered(moments.slice(from, to), names, notes) : moments.slice(from, to);
    for (const { event, operation } of instant) {
      const name = names.get(operation);
      yield name === undefined ? event : { ...event, process: name };
    }
    from = to;
  }
}

function byStartThenEnd(a: TimedOperation, b: TimedOperation): number {
  const byStart = a.invocation.timeNs - b.invocation.timeNs;
  if (byStart !== 0) return byStart;
  const ends = [a.completion?.timeNs ?? Infinity, b.completion?.timeNs ?? Infinity] as const;
  return ends[0] === ends[1] ? a.invocation.line - b.invocation.line : ends[0] - ends[1];
}

/** A process that goes on after an operation that stayed open counts as a new one. */
function withLiveProcesses(operations: readonly TimedOperation[]): TimedOperation[] {
  const names = new Map<string, string>();
  const stopped = new Set<string>();
  return operations.map((operation) => {
    const { invocation, completion } = operation;
    const { process: given, line } = invocation;
    if (stopped.delete(given)) names.set(given, `${given} from line ${line}`);
    if (completion === undefined) stopped.add(given);
    const process = names.get(given);
    if (process === undefined) return operation;
    const renamed = completion === undefined ? undefined : { ...completion, process };
    return { invocation: { ...invocation, process }, completion: renamed };
  });
}

function momentsOf({ invocation, completion }: TimedOperation, operation: number): Moment[] {
  const { process } = invocation;
  const begin = { timeNs: invocation.timeNs, isCompletion: false, event: invocation, process, operation };
  if (completion === undefined) return [begin];
  return [begin, { timeNs: completion.timeNs, isCompletion: true, event: completion, process, operation }];
}

/** The moments of one instant. Names of operations that move to a new process are added to `names`. */
function ordered(moments: readonly Moment[], names: Map<number, string>, notes: SourceNotes): readonly Moment[] {
  const chained = chainedProcesses(moments);
  const [keeper, ...others] = chained;
  if (keeper === undefined) return moments;
  for (const { process, operation, event, isCompletion } of moments) {
    if (isCompletion || !others.includes(process)) continue;
    names.set(operation, `${process} from line ${event.line}`);
    const text = `process ${process} and others end one operation and begin the next at the same instant; this one counts as that of a new process`;
    notes.remark(event, 'touching_times', text);
  }
  const own = moments.filter(({ process }) => process === keeper).sort((a, b) => a.operation - b.operation);
  const rest = moments.filter(({ process }) => process !== keeper);
  return [
    ...rest.filter(({ isCompletion }) => !isCompletion),
    ...own,
    ...rest.filter(({ isCompletion }) => isCompletion),
  ];
}

/** Processes that complete an operation and begin a later one among the moments. */
function chainedProcesses(moments: readonly Moment[]): string[] {
  const firstCompleted = new Map<string, number>();
  const chained = new Set<string>();
  for (const { isCompletion, process, operation } of moments) {
    if (isCompletion) firstCompleted.set(process, Math.min(operation, firstCompleted.get(process) ?? Infinity));
  }
  for (const { isCompletion, process, operation } of moments) {
    if (!isCompletion && operation > (firstCompleted.get(process) ?? Infinity)) chained.add(process);
  }
  return [...chained];
}
