/**
 * `prompts/*.md` → `src/mcp/prompts.generated.ts`, since the bundled server reads no files.
 */
import * as z from 'zod';
import { parseFrontMatter } from './front-matter.ts';
import type { GeneratedFile, ReadSource } from './generated-file.ts';

const headSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z_]*$/),
  title: z.string().min(3).max(60),
  description: z.string().min(10).max(200),
  arguments: z.array(
    z.strictObject({
      name: z.string().regex(/^[a-z][a-z_]*$/),
      description: z.string().min(10).max(200),
      required: z.boolean(),
      values: z.array(z.string()).min(2).optional(),
    }),
  ),
});

const PLACEHOLDER = /\{\{(\w+)\}\}/g;

/** `files` are paths from the root, in the order in which the prompts are listed. */
export function generatePrompts(files: readonly string[], read: ReadSource): GeneratedFile {
  const prompts = files.map((file) => loadPrompt(file, read(file)));
  const content = [
    '// Generated from prompts/*.md by `npm run generate`. Do not edit.',
    `import type { PromptDefinition } from './prompt.ts';`,
    '',
    `export const PROMPTS: readonly PromptDefinition[] = ${JSON.stringify(prompts, null, 2)};`,
    '',
  ].join('\n');
  return { path: 'src/mcp/prompts.generated.ts', content };
}

function loadPrompt(file: string, text: string): object {
  const { head, body } = parseFrontMatter(file, text);
  const parsed = headSchema.safeParse(head);
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  const prompt = parsed.data;
  if (`prompts/${prompt.name.replaceAll('_', '-')}.md` !== file) throw new Error(`${file} holds prompt ${prompt.name}`);
  const used = [...new Set([...body.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''))].sort();
  const declared = prompt.arguments.map((argument) => argument.name).sort();
  if (used.join() !== declared.join()) throw new Error(`${file} declares ${declared.join()} but uses ${used.join()}`);
  return { ...prompt, template: body };
}
