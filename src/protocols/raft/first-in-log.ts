/**
 * What was stored and committed first at each index, anywhere in a run: what monitors compare later logs with. Flat lists by index,
 * for a run has very many.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { type Entry, entryAt } from './raft-log.ts';
import type { RaftState } from './raft-state.ts';

interface Stored {
  readonly entry: Entry;
  readonly previousTerm: number | undefined;
}

/** What was first stored anywhere at an index in a term. */
export class FirstStored {
  private readonly entries: (Entry | undefined)[] = [];
  private readonly previousTerms: (number | undefined)[] = [];
  /** By index; few terms ever store something at the same one. */
  private readonly ofOtherTerms = new Map<number, Stored[]>();

  /** Whether this and the term before it are what was stored first; they are, if nothing was. */
  agrees(index: number, entry: Entry, previousTerm: number | undefined): boolean {
    const first = this.entries[index];
    if (first === undefined) {
      this.entries[index] = entry;
      this.previousTerms[index] = previousTerm;
      return true;
    }
    if (first.term === entry.term) return this.previousTerms[index] === previousTerm && sameEntry(first, entry);
    const others = this.ofOtherTerms.get(index) ?? [];
    const other = others.find((each) => each.entry.term === entry.term);
    if (other !== undefined) return other.previousTerm === previousTerm && sameEntry(other.entry, entry);
    this.ofOtherTerms.set(index, [...others, { entry, previousTerm }]);
    return true;
  }
}

export interface Committed {
  readonly entry: Entry;
  /** Term of the node that committed it first. */
  readonly inTerm: number;
  readonly by: NodeIndex;
}

/** What was committed first at each index, by which node and in which term of it; index 0 is unused. */
export class FirstCommitted {
  private readonly entries: (Entry | undefined)[] = [];
  private readonly inTerms: number[] = [];
  private readonly by: NodeIndex[] = [];

  /** Takes in what a node commits; the first index at which that is not what was committed first, else 0. */
  record(node: NodeIndex, before: RaftState | undefined, after: RaftState): number {
    const from = Math.max(before?.commitIndex ?? 0, after.log.snapshotIndex);
    let differing = 0;
    for (let index = from + 1; index <= after.commitIndex; index++) {
      const entry = entryAt(after.log, index);
      if (entry === undefined) continue;
      const first = this.entries[index];
      if (first === undefined) this.add(index, entry, after.term, node);
      else if (differing === 0 && !sameEntry(first, entry)) differing = index;
    }
    return differing;
  }

  /** The last index that was committed in a term before this one; 0 if there is none. */
  lastBefore(term: number): number {
    let index = this.entries.length - 1;
    while (index > 0 && (this.inTerms[index] ?? Number.POSITIVE_INFINITY) >= term) index -= 1;
    return Math.max(0, index);
  }

  at(index: number): Committed | undefined {
    const [entry, inTerm, by] = [this.entries[index], this.inTerms[index], this.by[index]];
    return entry === undefined || inTerm === undefined || by === undefined ? undefined : { entry, inTerm, by };
  }

  private add(index: number, entry: Entry, inTerm: number, by: NodeIndex): void {
    this.entries[index] = entry;
    this.inTerms[index] = inTerm;
    this.by[index] = by;
  }
}

/** A witness's entry says nothing but its term. */
export function sameEntry(a: Entry, b: Entry): boolean {
  if (a === b) return true;
  if (a.request === null || b.request === null) return a.term === b.term;
  return a.term === b.term && a.request.client === b.request.client && a.request.number === b.request.number;
}
