/**
 * The resources: the persona, the glossary, the literature, the whole schemas of the tools, and stored runs.
 */
import type { Resource, ResourceTemplateType } from '@modelcontextprotocol/server';
import type { BibliographyEntry, GlossaryEntry } from '../knowledge/entries.ts';
import type { RunDescription } from '../registry/define-tool.ts';
import { inputSchemaOf, outputSchemaOf } from '../registry/json-schema.ts';
import type { AnyTool } from '../registry/tool-registry.ts';
import type { ServerDependencies } from './server-dependencies.ts';

const MARKDOWN = 'text/markdown';
const JSON_TYPE = 'application/json';
const SCHEMA_TYPE = 'application/schema+json';

export interface ResourceText {
  readonly mimeType: string;
  readonly text: string;
}

export interface ResourceCatalogue {
  /** In a fixed order. */
  readonly listed: Resource[];
  readonly templates: ResourceTemplateType[];
  /** Known values of the variable of a template; empty where they are not listed. */
  variableValues(uriTemplate: string): readonly string[] | undefined;
  /** Undefined when there is no such resource. Fails as the run store does. */
  read(uri: string): Promise<ResourceText | undefined>;
}

export function createResourceCatalogue(dependencies: ServerDependencies): ResourceCatalogue {
  const { registry, runs, agentCard, knowledge } = dependencies;
  const { bibliography, glossary } = knowledge;
  const fixed = new Map<string, Resource & { readonly render: () => string }>(
    [
      {
        uri: 'quorate://agent',
        name: 'agent',
        title: 'The persona',
        description: 'How quorate works and answers: duties, method, form of an answer, limits.',
        mimeType: MARKDOWN,
        render: () => agentCard,
      },
      {
        uri: 'quorate://glossary',
        name: 'glossary',
        title: 'Glossary',
        description: "The field's terms as answers use them.",
        mimeType: MARKDOWN,
        render: () => renderGlossary(glossary),
      },
      {
        uri: 'quorate://references',
        name: 'references',
        title: 'Literature',
        description: 'Every paper and document that answers cite, by id.',
        mimeType: MARKDOWN,
        render: () => renderBibliography(bibliography),
      },
      ...registry.tools.map((tool: AnyTool) => ({
        uri: `quorate://schemas/${tool.name}`,
        name: `schemas/${tool.name}`,
        title: `Schemas of ${tool.name}`,
        description: `The whole input and output schema of ${tool.name}, JSON Schema 2020-12.`,
        mimeType: SCHEMA_TYPE,
        render: () => renderJson({ input: inputSchemaOf(tool), output: outputSchemaOf(tool) }),
      })),
    ].map((resource) => [resource.uri, resource]),
  );

  const values: ReadonlyMap<string, readonly string[]> = new Map([
    ['quorate://references/{id}', bibliography.map((entry) => entry.id)],
    ['quorate://schemas/{tool}', registry.tools.map((tool: AnyTool) => tool.name)],
    ['quorate://runs/{id}', []],
  ]);

  return {
    listed: [...fixed.values()].map(({ render: _render, ...resource }) => resource),
    templates: TEMPLATES,
    variableValues: (uriTemplate) => values.get(uriTemplate),
    read: async (uri) => {
      const resource = fixed.get(uri);
      if (resource !== undefined) return { mimeType: resource.mimeType ?? MARKDOWN, text: resource.render() };
      const [, kind, id] = /^quorate:\/\/(references|runs)\/([\w.-]{1,100})$/.exec(uri) ?? [];
      if (kind === undefined || id === undefined) return undefined;
      if (kind === 'runs') return { mimeType: JSON_TYPE, text: renderRun(await runs.describe(id)) };
      const entry = bibliography.find((candidate) => candidate.id === id);
      return entry === undefined ? undefined : { mimeType: JSON_TYPE, text: renderJson(entry) };
    },
  };
}

const TEMPLATES: ResourceTemplateType[] = [
  {
    uriTemplate: 'quorate://references/{id}',
    name: 'reference',
    title: 'A reference',
    description: 'One entry of the literature, by the id that answers give in references[].id.',
    mimeType: JSON_TYPE,
  },
  {
    uriTemplate: 'quorate://schemas/{tool}',
    name: 'schema',
    title: 'Schemas of a tool',
    description: 'The whole input and output schema of a tool, JSON Schema 2020-12.',
    mimeType: SCHEMA_TYPE,
  },
  {
    uriTemplate: 'quorate://runs/{id}',
    name: 'run',
    title: 'A stored result',
    description: 'What a run holds, by the id that an answer gave in run.id, and how to page through it.',
    mimeType: JSON_TYPE,
  },
];

function renderGlossary(entries: readonly GlossaryEntry[]): string {
  const lines = entries.map(({ term, definition, references = [] }) => {
    const sources = references.length === 0 ? '' : ` [${references.join(', ')}]`;
    return `- **${term}**: ${definition}${sources}`;
  });
  return ['# Glossary', '', ...lines, ''].join('\n');
}

function renderBibliography(entries: readonly BibliographyEntry[]): string {
  const lines = entries.map(({ id, authors, title, venue, year, doi, url }) => {
    const link = doi === undefined ? (url ?? '') : `https://doi.org/${doi}`;
    return `- \`${id}\` ${authors}. ${title}. ${venue}, ${year}. ${link}`.trimEnd();
  });
  return ['# Literature', '', ...lines, ''].join('\n');
}

function renderRun(run: RunDescription): string {
  const part = run.parts[0]?.name;
  const call = `read_run ${JSON.stringify({ run_id: run.id, part })}`;
  return renderJson({ ...run, how_to_page: `${call}; then again with the next_cursor of each answer as cursor.` });
}

function renderJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
