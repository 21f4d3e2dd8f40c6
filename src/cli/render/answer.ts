/**
 * A tool's answer as a page for people: the summary, what was computed in the order of the tool's output schema, and at the
 * end what every answer has in common: evidence, assumptions, literature, what to do next, how to repeat it.
 */
import * as z from 'zod';
import type { ToolAnswer } from '../../registry/call-tool.ts';
import { closingFields, type Evidence, evidenceSchema, type Reference, referenceSchema } from '../../schemas/answer.ts';
import { bullets, hanging, indented, narrower } from './layout.ts';
import type { Page } from './page.ts';
import { inlineText, labelOf, renderBlock, renderField } from './value.ts';
import { padEnd, widthOf, withoutControls, wrapText } from './wrap.ts';

type Field = readonly [name: string, value: unknown];

/** These come first and last; all others keep the order of the schema. */
const FIRST = ['summary', 'verdict'];
const LAST = Object.keys(closingFields);

export function renderAnswer(answer: ToolAnswer, page: Page): string {
  const fields = orderedFields(answer);
  const summary = typeof answer.summary === 'string' ? [wrapText(withoutControls(answer.summary), page.columns)] : [];
  const sections = groupFields(fields, page).map((group) => renderGroup(group, page));
  return [...summary, ...sections].map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function orderedFields(answer: ToolAnswer): Field[] {
  const present = Object.entries(answer).filter(([, value]) => value !== undefined);
  const named = (names: readonly string[]): Field[] =>
    names.flatMap((name) => present.filter(([each]) => each === name));
  const middle = present.filter(([name]) => !FIRST.includes(name) && !LAST.includes(name));
  const last = named(LAST).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return [...named(FIRST), ...middle, ...last].filter(([name]) => name !== 'summary');
}

/** Neighbours that fit on a line each share a block; every other field is a section of its own. */
function groupFields(fields: readonly Field[], page: Page): Field[][] {
  const groups: Field[][] = [];
  let block: Field[] | undefined;
  for (const field of fields) {
    if (!isOneLine(field, page)) {
      block = undefined;
      groups.push([field]);
    } else if (block === undefined) {
      block = [field];
      groups.push(block);
    } else {
      block.push(field);
    }
  }
  return groups;
}

function isOneLine([name, value]: Field, page: Page): boolean {
  if (LAST.includes(name)) return false;
  const text = inlineText(value);
  return text !== undefined && widthOf(labelOf(name)) + widthOf(text) + 4 <= page.columns;
}

function renderGroup(group: readonly Field[], page: Page): string[] {
  const [first] = group;
  if (first === undefined || isOneLine(first, page)) return renderBlock(group, page);
  const [name, value] = first;
  const body = renderSection(name, value, narrower(page));
  return [page.paint('heading', capitalized(labelOf(name))), ...indented(body)];
}

function renderSection(name: string, value: unknown, page: Page): string[] {
  if (name === 'evidence') {
    const evidence = z.array(evidenceSchema).safeParse(value);
    if (evidence.success) return renderEvidence(evidence.data, page);
  }
  if (name === 'references') {
    const references = z.array(referenceSchema).safeParse(value);
    if (references.success) return bullets(references.data.map(citation), page);
  }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return LAST.includes(name) ? bullets(value, page) : renderField(name, value, page);
  }
  return renderField(name, value, page);
}

/** Claim, what came out, and faintly how; the kind of evidence stands in front. */
function renderEvidence(evidence: readonly Evidence[], page: Page): string[] {
  const kindWidth = Math.max(...evidence.map(({ kind }) => kind.length)) + 2;
  return evidence.flatMap(({ kind, claim, method, result, run }) => {
    const margin = ' '.repeat(kindWidth);
    const under = (text: string): string[] => hanging(margin, kindWidth, withoutControls(text), page);
    const how = run === undefined ? method : `${method} (run ${run})`;
    return [
      ...hanging(page.paint('label', padEnd(kind, kindWidth)), kindWidth, withoutControls(claim), page),
      ...under(`→ ${result}`),
      ...under(how).map((line) => page.paint('faint', line)),
    ];
  });
}

function citation({ id, authors, year, title, venue, doi, url }: Reference): string {
  const address = url ?? (doi === undefined ? undefined : `https://doi.org/${doi}`);
  return [`[${id}] ${authors} (${year}). ${title}. ${venue}.`, ...(address === undefined ? [] : [address])].join(' ');
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
