/**
 * What every reader of a format makes of its source: events of processes, in the order in which they happened.
 */
import type { Remark, Value } from '../history.ts';
import type { Place } from './source-failure.ts';

export type EventType = 'invoke' | 'ok' | 'fail' | 'info';

export interface SourceEvent {
  readonly line: number;
  /** Name of the process; undefined where the source does not say. */
  readonly process: string | undefined;
  readonly type: EventType;
  readonly f: string | undefined;
  readonly key: Value | undefined;
  readonly value: Value;
  readonly timeNs: number | undefined;
  /** The number that the source itself gives to the event. */
  readonly index: number | undefined;
}

/** What a reader says besides its events. */
export interface SourceNotes {
  readonly remark: (place: Place, kind: string, text: string) => void;
  readonly remarks: readonly Remark[];
}

/** Of each kind as many are kept; the last one says how many more there were. */
const REMARKS_OF_A_KIND_MAX = 20;

export function sourceNotes(): SourceNotes {
  const remarks: Remark[] = [];
  const counts = new Map<string, number>();
  const lastOf = new Map<string, number>();
  return {
    remarks,
    remark: ({ line }, kind, text) => {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      if (count <= REMARKS_OF_A_KIND_MAX) {
        lastOf.set(kind, remarks.push({ line, kind, text }) - 1);
        return;
      }
      const last = lastOf.get(kind) ?? 0;
      const more = count - REMARKS_OF_A_KIND_MAX;
      const known = remarks[last];
      if (known !== undefined)
        remarks[last] = { ...known, text: `${known.text.replace(MORE, '')} (and ${more} more such)` };
    },
  };
}

const MORE = / \(and \d+ more such\)$/;
