/**
 * `src/knowledge/*.yaml` → `src/knowledge/knowledge.generated.ts`.
 */
import { parse } from 'yaml';
import type * as z from 'zod';
import type { GeneratedFile, ReadSource } from './generated-file.ts';
import { bibliographySchema, failureModesSchema, glossarySchema, protocolCardsSchema } from './knowledge-schema.ts';

const FOLDER = 'src/knowledge';

export function generateKnowledge(read: ReadSource): GeneratedFile {
  const bibliography = load(read, 'bibliography.yaml', bibliographySchema);
  const cards = load(read, 'protocol-cards.yaml', protocolCardsSchema);
  const failureModes = load(read, 'failure-modes.yaml', failureModesSchema);
  const glossary = load(read, 'glossary.yaml', glossarySchema);
  checkReferences(new Set(bibliography.map((entry) => entry.id)), { cards, failureModes, glossary });
  checkUnique('term', glossary);
  const cardTypes = cards.map(({ id, problem }) => {
    return `  readonly ${JSON.stringify(id)}: ${problem === 'consensus' ? 'ConsensusCard' : 'ProtocolCard'};`;
  });
  const content = [
    `// Generated from ${FOLDER}/*.yaml by \`npm run generate\`. Do not edit.`,
    `import type { BibliographyEntry, ConsensusCard, FailureMode, GlossaryEntry, ProtocolCard } from './entries.ts';`,
    '',
    `export type ReferenceId = ${unionOfIds(bibliography)};`,
    '',
    `export const BIBLIOGRAPHY: Readonly<Record<ReferenceId, BibliographyEntry>> = ${byId(bibliography)};`,
    '',
    'export interface ProtocolCards {',
    ...cardTypes,
    '}',
    '',
    'export type ProtocolId = keyof ProtocolCards;',
    '',
    `export const PROTOCOL_CARDS: ProtocolCards = ${byId(cards)};`,
    '',
    `export type FailureModeId = ${unionOfIds(failureModes)};`,
    '',
    `export const FAILURE_MODES: Readonly<Record<FailureModeId, FailureMode>> = ${byId(failureModes)};`,
    '',
    `export const GLOSSARY: readonly GlossaryEntry[] = ${JSON.stringify(glossary, null, 2)};`,
    '',
  ].join('\n');
  return { path: `${FOLDER}/knowledge.generated.ts`, content };
}

function load<Schema extends z.ZodType>(read: ReadSource, file: string, schema: Schema): z.output<Schema> {
  const path = `${FOLDER}/${file}`;
  const parsed = schema.safeParse(parse(read(path)));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`${path} is not valid:\n${issues.join('\n')}`);
}

interface Entry {
  readonly id: string;
}

function byId(entries: readonly Entry[]): string {
  checkUnique('id', entries);
  return JSON.stringify(Object.fromEntries(entries.map((entry) => [entry.id, entry])), null, 2);
}

function unionOfIds(entries: readonly Entry[]): string {
  return entries.map(({ id }) => `\n  | ${JSON.stringify(id)}`).join('');
}

function checkUnique<Key extends string>(key: Key, entries: readonly Readonly<Record<Key, string>>[]): void {
  const values = entries.map((entry) => entry[key]);
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated !== undefined) throw new Error(`the ${key} ${JSON.stringify(repeated)} occurs twice`);
}

/** Every `references` list and every `reference` anywhere in `value` names an entry of the bibliography. */
function checkReferences(known: ReadonlySet<string>, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const ids = key === 'references' ? (member as string[]) : key === 'reference' ? [member as string] : [];
    const unknown = ids.find((id) => !known.has(id));
    if (unknown !== undefined) throw new Error(`there is no reference ${JSON.stringify(unknown)} in the bibliography`);
    checkReferences(known, member);
  }
}
