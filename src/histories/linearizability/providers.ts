/**
 * For each operation that waits for a state (a read, a compare-and-set), the operations that may provide it and that overlap the wait. When none of them
 * is left to take effect and the state is not there, the branch of the search is dead.
 */
import type { Action, LookAhead } from '../models/model.ts';
import type { SearchProblem } from './search-problem.ts';

/** The providers of operation `i` are `list[start[i]]` up to `list[start[i + 1]]`. */
export interface Providers {
  /** 1 where the operation waits, and its providers are known. */
  readonly waits: Uint8Array;
  readonly start: Int32Array;
  readonly list: Int32Array;
}

/** Beyond this many pairs looked at the rest goes without: looking ahead shall not cost more than it saves. */
const PAIRS_MAX = 20_000_000;

type Timed = Pick<SearchProblem, 'automaton' | 'kinds' | 'isOpen' | 'events' | 'completedAt'>;

export function findProviders(problem: Timed, lookAhead: LookAhead | undefined): Providers {
  const { automaton, kinds, isOpen, events, completedAt } = problem;
  const count = kinds.length;
  const waits = new Uint8Array(count);
  const start = new Int32Array(count + 1);
  const list: number[] = [];
  if (lookAhead === undefined) return { waits, start, list: new Int32Array(0) };
  const kindWaits = automaton.kinds.map((action) => lookAhead.waits(action));
  const running = new Running(problem);
  let pairs = 0;
  for (let at = 0; at < events.length; at++) {
    const event = events[at] as number;
    if (event < 0) {
      running.complete(~event);
      continue;
    }
    start[event] = list.length;
    const kind = kinds[event] as number;
    if (kindWaits[kind] === true && isOpen[event] === 0 && pairs < PAIRS_MAX) {
      const waiting = automaton.kinds[kind] as Action;
      const beside = running.beside(event, at, completedAt[event] as number, events);
      pairs += beside.length;
      waits[event] = 1;
      for (const other of beside) {
        if (lookAhead.provides(automaton.kinds[kinds[other] as number] as Action, waiting)) list.push(other);
      }
    }
    running.invoke(event);
  }
  start[count] = list.length;
  return { waits, start, list: Int32Array.from(list) };
}

/** The operations under way. Of twins that stay open only the last counts: the searches let the others go first. */
class Running {
  private readonly problem: Timed;
  private readonly completing = new Set<number>();
  private readonly openByKind = new Map<number, number>();

  constructor(problem: Timed) {
    this.problem = problem;
  }

  invoke(operation: number): void {
    const { isOpen, kinds } = this.problem;
    if (isOpen[operation] === 1) this.openByKind.set(kinds[operation] as number, operation);
    else this.completing.add(operation);
  }

  complete(operation: number): void {
    this.completing.delete(operation);
  }

  /** Those under way when `operation` is invoked, and those invoked before it completes. */
  beside(operation: number, invokedAt: number, completedAt: number, events: Int32Array): number[] {
    const found = [...this.completing, ...this.openByKind.values()];
    for (let at = invokedAt + 1; at < completedAt; at++) {
      const event = events[at] as number;
      if (event >= 0 && event !== operation) found.push(event);
    }
    return found;
  }
}
