/**
 * What is odd about a source but does not stop its being read: times that go back, numbers of events that come twice or out of order, and a number that
 * elsewhere is a text. The order of events is always that of the source; a remark tells where it and the source's own figures disagree.
 *
 * Numbers seen are kept as bits, so a million events take 125 kB; beyond 2^27 they are not looked at.
 */
import type { SourceEvent, SourceNotes } from './source-event.ts';

const INDEX_MAX = 2 ** 27;

export function* watchedEvents(events: Iterable<SourceEvent>, notes: SourceNotes): Generator<SourceEvent> {
  const lookAtTime = timeWatch(notes);
  const lookAtIndex = indexWatch(notes);
  const lookAtValue = valueWatch(notes);
  for (const event of events) {
    if (event.timeNs !== undefined) lookAtTime(event, event.timeNs);
    if (event.index !== undefined) lookAtIndex(event, event.index);
    lookAtValue(event);
    yield event;
  }
}

function timeWatch({ remark }: SourceNotes): (event: SourceEvent, timeNs: number) => void {
  let latestNs = -Infinity;
  let latestLine = 0;
  return (event, timeNs) => {
    if (timeNs < latestNs) {
      const text = `the time goes back by ${latestNs - timeNs} ns against line ${latestLine}; the order of the lines counts`;
      remark(event, 'time_goes_back', text);
      return;
    }
    latestNs = timeNs;
    latestLine = event.line;
  };
}

function indexWatch({ remark }: SourceNotes): (event: SourceEvent, index: number) => void {
  let seen = new Uint8Array(128);
  let highest = -1;
  return (event, index) => {
    if (!Number.isInteger(index) || index < 0 || index >= INDEX_MAX) return;
    const byte = index >> 3;
    const bit = 1 << (index & 7);
    if (byte >= seen.length) seen = grown(seen, byte + 1);
    const known = seen[byte] ?? 0;
    if ((known & bit) !== 0) remark(event, 'duplicate_index', `the index ${index} comes a second time`);
    else if (index < highest) {
      const text = `the index ${index} comes after ${highest}; the order of the lines counts`;
      remark(event, 'index_goes_back', text);
    }
    seen[byte] = known | bit;
    highest = Math.max(highest, index);
  };
}

function grown(bytes: Uint8Array<ArrayBuffer>, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(least, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}

const NUMERAL = /^-?\d{1,15}$/;

function valueWatch({ remark }: SourceNotes): (event: SourceEvent) => void {
  let numberLine = 0;
  let numeralLine = 0;
  let isDone = false;
  return (event) => {
    if (isDone || event.type === 'fail' || event.type === 'info') return;
    const { value, line } = event;
    if (typeof value === 'number') numberLine ||= line;
    else if (typeof value === 'string' && NUMERAL.test(value)) numeralLine ||= line;
    if (numberLine === 0 || numeralLine === 0) return;
    isDone = true;
    const text = `line ${numberLine} has a number and line ${numeralLine} a numeral in quotes: 1 and "1" are different values`;
    remark(event, 'mixed_types', text);
  };
}
