/**
 * `completion/complete`: values of prompt arguments that have a list of them, and ids in resource templates.
 */
import { ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server';
import type { PromptDefinition } from './prompt.ts';
import { findPrompt } from './prompt-requests.ts';
import type { ResourceCatalogue } from './resource-catalogue.ts';

/** The protocol's own limit. */
const VALUES_MAX = 100;

export function serveCompletions(
  server: Server,
  prompts: readonly PromptDefinition[],
  catalogue: ResourceCatalogue,
): void {
  server.setRequestHandler('completion/complete', ({ params: { ref, argument } }) => {
    const candidates =
      ref.type === 'ref/prompt'
        ? argumentValues(findPrompt(prompts, ref.name), argument.name)
        : templateValues(catalogue, ref.uri);
    const values = completionsOf(candidates, argument.value);
    const shown = values.slice(0, VALUES_MAX);
    return { completion: { values: shown, total: values.length, hasMore: shown.length < values.length } };
  });
}

/** Those that begin with what was typed, then those that contain it; each in the order of the list. */
export function completionsOf(candidates: readonly string[], typed: string): string[] {
  const wanted = typed.toLowerCase();
  const places = candidates.map((candidate) => candidate.toLowerCase().indexOf(wanted));
  const beginning = candidates.filter((_, index) => places[index] === 0);
  const containing = candidates.filter((_, index) => (places[index] ?? -1) > 0);
  return [...beginning, ...containing];
}

function argumentValues(prompt: PromptDefinition, name: string): readonly string[] {
  const argument = prompt.arguments.find((candidate) => candidate.name === name);
  if (argument !== undefined) return argument.values ?? [];
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, `prompt ${prompt.name} has no such argument`);
}

function templateValues(catalogue: ResourceCatalogue, uriTemplate: string): readonly string[] {
  const values = catalogue.variableValues(uriTemplate);
  if (values !== undefined) return values;
  throw new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `there is no resource template ${uriTemplate.slice(0, 200)}`,
  );
}
