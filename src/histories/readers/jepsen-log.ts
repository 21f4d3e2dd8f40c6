/**
 * Jepsen's log: lines such as `INFO  jepsen.util - 3⇥:invoke⇥:cas⇥[1 2]`, with tabs or spaces, in the old spelling and in the newer
 * `2024-05-01 10:00:00,123{GMT}⇥INFO⇥[jepsen worker 3] jepsen.util: 3⇥:ok⇥:read⇥4`. Other lines of a log are counted and passed over.
 * The value is one EDN form. What a completion that is not ok says, such as `:timed-out`, is the reason, and nothing the store returned.
 */
import { readFirstForm } from './edn.ts';
import { clientEvent, isNemesis, typeOf } from './jepsen-event.ts';
import { readLines } from './lines.ts';
import type { SourceEvent, SourceNotes } from './source-event.ts';

/** Bounded repetitions keep it linear on lines made to be slow. */
const EVENT =
  /\bjepsen\.[\w.]{1,40}(?: -|:) (:?[^\s:]{1,60})\s{1,20}:(invoke|ok|fail|info)\s{1,20}:(\S{1,60})(?:\s{1,20}(\S.*))?$/;

export function isLogLine(text: string): boolean {
  return EVENT.test(text);
}

export function* jepsenLogEvents(chunks: Iterable<string>, notes: SourceNotes): Generator<SourceEvent> {
  for (const { line, text } of readLines(chunks)) {
    if (text.trim() === '') continue;
    const match = EVENT.exec(text);
    if (match === null) {
      notes.remark({ line }, 'line_not_recognised', 'left out: no event of an operation');
      continue;
    }
    const [, name = '', type, f, form = 'nil'] = match;
    if (isNemesis(name.replace(':', ''))) {
      notes.remark({ line }, 'nemesis', 'left out: an event of the nemesis, not of a client');
      continue;
    }
    const value = readFirstForm(form, 'edn', { line, column: text.length - form.length + 1 });
    yield clientEvent({
      line,
      process: name,
      type: typeOf(line, type),
      f,
      key: undefined,
      value,
      timeNs: undefined,
      index: undefined,
    });
  }
}
