/**
 * Which format a text has, by its beginning.
 */
import { fail } from '../../kernel/failure.ts';
import { isAwditLine } from './awdit-text.ts';
import { isLogLine } from './jepsen-log.ts';
import { isPlumeLine } from './plume-text.ts';
import { isRegisterLine } from './register-text.ts';
import { isSessionLine } from './session-text.ts';
import { excerpt } from './source-failure.ts';

/** Every format with its one line of documentation. */
export const FORMATS = {
  jepsen_edn: 'Jepsen or Porcupine EDN: operations as maps or old tuples, one after the other or in one vector',
  jepsen_log: "lines of Jepsen's log, such as INFO  jepsen.util - 0 :invoke :read nil",
  event_json:
    'JSON as of elle-cli: objects with process, type, f, value (and key, time_ns, index), as lines or in one array',
  operation_json: 'JSON lines with one operation each: process, f, key, input, output, start_ns, end_ns, outcome',
  register_text: 'a register in lines such as c 7 2 1 35',
  awdit_text: 'transactions in lines such as r 1 2, with ---- and ==== between them',
  plume_text: 'transactions in lines such as r(key,value,session,transaction)',
  session_text: 'transactions such as w(x,1)w(y,1)|r(x,1);r(y,0)',
} as const;

export type Format = keyof typeof FORMATS;

/** `head` should hold the first lines whole; 64 kB are plenty. */
export function detectFormat(head: string): Format {
  const text = head.replace(/^\uFEFF/, '');
  const lines = text
    .split('\n', 200)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const firstForm = lines.find((line) => !line.startsWith(';')) ?? '';
  return formatOfForms(text, firstForm) ?? formatOfLines(lines) ?? failUnknown(firstForm);
}

const JSON_OBJECT = /^\{\s*"(?:[^"\\]|\\.){0,100}"\s*:/;

function formatOfForms(text: string, firstForm: string): Format | undefined {
  if (!/^[[({#]/.test(firstForm)) return undefined;
  const start = text.indexOf(firstForm);
  const body = text.slice(start).replace(/^[[(]\s*(?=[{\]])/, '');
  if (!JSON_OBJECT.test(body)) return 'jepsen_edn';
  const end = body.indexOf('}');
  const object = end < 0 ? body : body.slice(0, end);
  return /"(?:start_ns|end_ns)"\s*:/.test(object) && !/"type"\s*:/.test(object) ? 'operation_json' : 'event_json';
}

function formatOfLines(lines: readonly string[]): Format | undefined {
  const [first] = lines;
  if (first === undefined) return undefined;
  if (isRegisterLine(first)) return 'register_text';
  if (isAwditLine(first)) return 'awdit_text';
  if (isPlumeLine(first)) return 'plume_text';
  if (isSessionLine(first)) return 'session_text';
  return lines.some(isLogLine) ? 'jepsen_log' : undefined;
}

function failUnknown(firstLine: string): never {
  return fail(firstLine === '' ? 'history/empty' : 'history/unknown_format', {
    message: firstLine === '' ? 'the text holds no history' : 'the text has none of the known formats',
    path: 'line 1',
    received: firstLine === '' ? 'nothing' : excerpt(firstLine),
    expected: Object.keys(FORMATS).join(', '),
    nextStep: 'name the format if it is one of these, or write operations as JSON lines (operation_json)',
  });
}
