/**
 * `prompts/list` and `prompts/get`.
 */
import { ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server';
import { fillPrompt, type PromptDefinition } from './prompt.ts';

const ARGUMENT_LENGTH_MAX = 100_000;

export function servePrompts(server: Server, prompts: readonly PromptDefinition[]): void {
  server.setRequestHandler('prompts/list', () => ({
    prompts: prompts.map(({ name, title, description, arguments: list }) => ({
      name,
      title,
      description,
      arguments: list.map((argument) => ({
        name: argument.name,
        description: describeArgument(argument.description, argument.values),
        required: argument.required,
      })),
    })),
  }));
  server.setRequestHandler('prompts/get', ({ params }) => {
    const prompt = findPrompt(prompts, params.name);
    const text = fillPrompt(prompt, checkArguments(prompt, params.arguments ?? {}));
    return { description: prompt.description, messages: [{ role: 'user', content: { type: 'text', text } }] };
  });
}

export function findPrompt(prompts: readonly PromptDefinition[], name: string): PromptDefinition {
  const prompt = prompts.find((candidate) => candidate.name === name);
  if (prompt !== undefined) return prompt;
  const known = prompts.map((candidate) => candidate.name).join(', ');
  return refuse(`there is no prompt ${JSON.stringify(name.slice(0, 80))}; there are ${known}`);
}

function describeArgument(description: string, values: readonly string[] | undefined): string {
  return values === undefined ? description : `${description} For example ${values.join(', ')}.`;
}

function checkArguments(prompt: PromptDefinition, given: Readonly<Record<string, string>>): Map<string, string> {
  const values = new Map(Object.entries(given));
  for (const [name, value] of values) {
    if (!prompt.arguments.some((argument) => argument.name === name)) {
      const known = prompt.arguments.map((argument) => argument.name).join(', ');
      return refuse(`prompt ${prompt.name} has no argument ${JSON.stringify(name.slice(0, 80))}; it has ${known}`);
    }
    if (value.length > ARGUMENT_LENGTH_MAX) {
      return refuse(`argument ${name} has ${value.length} characters; at most ${ARGUMENT_LENGTH_MAX} are taken`);
    }
  }
  const missing = prompt.arguments.find(({ name, required }) => required && (values.get(name) ?? '').trim() === '');
  if (missing === undefined) return values;
  return refuse(`prompt ${prompt.name} needs the argument ${missing.name}: ${missing.description}`);
}

function refuse(message: string): never {
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
