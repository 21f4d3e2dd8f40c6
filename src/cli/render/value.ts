/**
 * Any JSON value as lines for people: labelled blocks, tables where rows are alike, bullets for sentences.
 *
 * Knows nothing of any tool. What a value looks like follows from its shape alone, so that every tool's answer is readable
 * without a line written for it.
 */
import { bullets, hanging, INDENT, indented, narrower } from './layout.ts';
import type { Page } from './page.ts';
import { renderTable, type Table } from './table.ts';
import { HARD_SPACE, padEnd, widthOf, withoutControls, wrapText } from './wrap.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Digits of a fraction that a person is shown; engines promise nine. */
const SIGNIFICANT_DIGITS = 10;
/** A list with a longer item is a list of sentences. */
const WORD_COLUMNS_MAX = 30;
/** A nested object that takes more is laid out as a block. */
const INLINE_COLUMNS_MAX = 72;

/** Text that is meant to be copied: its lines are never wrapped. */
const VERBATIM_FIELDS = new Set(['diagram', 'reproduce', 'origin']);

/** Lines for the value of the field `name`. */
export function renderField(name: string, value: unknown, page: Page): string[] {
  if (VERBATIM_FIELDS.has(name) && typeof value === 'string') return withoutControls(value).trimEnd().split('\n');
  return renderValue(value, page);
}

/** `latency_ms` → `latency (ms)`, `read_quorums` → `read quorums`. */
export function labelOf(key: string): string {
  return withoutControls(key)
    .replace(/_(ms|s|seconds|hours|bytes)$/, ' ($1)')
    .replaceAll('_', ' ');
}

/** The value as words on one line, if it is simple enough. */
export function inlineText(value: unknown): string | undefined {
  if (Array.isArray(value)) return inlineList(value);
  if (isObject(value)) return inlineObject(value);
  return scalarText(value);
}

/** `label  value` lines, the values aligned; what does not fit beside its label stands below it. */
export function renderBlock(fields: readonly (readonly [string, unknown])[], page: Page): string[] {
  const present = fields.filter(([, value]) => value !== undefined && value !== null);
  const labels = present.map(([key]) => labelOf(key));
  const inline = present.map(([key, value]) => (VERBATIM_FIELDS.has(key) ? undefined : inlineText(value)));
  const labelWidth = Math.max(0, ...labels.filter((_, index) => inline[index] !== undefined).map(widthOf));
  return present.flatMap(([key, value], index) => {
    const label = labels[index] ?? key;
    const text = inline[index];
    if (text === undefined) {
      return [page.paint('label', label), ...indented(renderField(key, value, narrower(page)))];
    }
    const head = page.paint('label', padEnd(label, labelWidth)) + INDENT;
    return hanging(head, labelWidth + INDENT.length, paintedIfVerdict(key, text, page), page);
  });
}

function renderValue(value: unknown, page: Page): string[] {
  const inline = inlineText(value);
  if (inline !== undefined) return wrapText(inline, page.columns);
  if (typeof value === 'string') return wrapText(withoutControls(value).trimEnd(), page.columns);
  const table = tableOf(value);
  const lines = table === undefined ? undefined : renderTable(table, page);
  if (lines !== undefined) return lines;
  if (Array.isArray(value)) return renderList(value, page);
  return isObject(value) ? renderBlock(Object.entries(value), page) : [String(value)];
}

function renderList(items: readonly unknown[], page: Page): string[] {
  if (items.every((item) => typeof item === 'string')) return bullets(items, page);
  const inner = narrower(page);
  return items.flatMap((item) => {
    const lines = isObject(item) ? renderBlock(Object.entries(item), inner) : renderValue(item, inner);
    return lines.map((line, index) => (index === 0 ? `• ${line}` : INDENT + line));
  });
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number')
    return Number.isInteger(value) ? `${value}` : `${Number(value.toPrecision(SIGNIFICANT_DIGITS))}`;
  if (typeof value === 'string') return value.includes('\n') ? undefined : withoutControls(value);
  return undefined;
}

function inlineList(items: readonly unknown[]): string | undefined {
  if (items.length === 0) return 'none';
  if (items.every((item) => Array.isArray(item))) return inlineAll(items.map(inlineSet), ' ');
  const texts = items.map(scalarText);
  return texts.some((text) => text !== undefined && widthOf(text) > WORD_COLUMNS_MAX)
    ? undefined
    : inlineAll(texts, ', ');
}

/** A list inside a list is a set of nodes: `{a, b}`. */
function inlineSet(items: unknown[]): string | undefined {
  const inside = inlineAll(items.map(scalarText), `,${HARD_SPACE}`);
  return inside === undefined ? undefined : `{${inside}}`;
}

function inlineObject(value: JsonObject): string | undefined {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  const parts = entries.map(([key, member]) => {
    const text = Array.isArray(member) ? inlineSet(member) : scalarText(member);
    return text === undefined ? undefined : `${labelOf(key)} ${text}`;
  });
  const text = inlineAll(parts, ', ');
  return text === undefined || widthOf(text) > INLINE_COLUMNS_MAX ? undefined : text;
}

function inlineAll(texts: readonly (string | undefined)[], separator: string): string | undefined {
  return texts.some((text) => text === undefined) ? undefined : texts.join(separator);
}

/** Records with simple cells make a table: a list of them, or an object of them whose keys name the rows. */
function tableOf(value: unknown): Table | undefined {
  if (Array.isArray(value)) return tableOfRecords(value, []);
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return entries.length < 2
    ? undefined
    : tableOfRecords(
        entries.map(([, member]) => member),
        entries.map(([key]) => labelOf(key)),
      );
}

function tableOfRecords(records: readonly unknown[], names: readonly string[]): Table | undefined {
  if (!records.every(isObject)) return undefined;
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = records.map((record) => keys.map((key) => cellText(record[key])));
  if (keys.length === 0 || rows.some((row) => row.includes(undefined))) return undefined;
  const named = rows.map((row, index) => [...names.slice(index, index + 1), ...row.map((cell) => cell ?? '')]);
  return { head: [...(names.length > 0 ? [''] : []), ...keys.map(labelOf)], rows: named };
}

function cellText(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : inlineSet(value);
  return scalarText(value);
}

const VERDICT_INKS = { holds: 'good', violated: 'bad', unknown: 'doubtful' } as const;

function paintedIfVerdict(key: string, text: string, page: Page): string {
  if (key !== 'verdict' || !Object.hasOwn(VERDICT_INKS, text)) return text;
  return page.paint(VERDICT_INKS[text as keyof typeof VERDICT_INKS], text);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
