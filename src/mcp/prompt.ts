/**
 * A prompt as hosts offer it to people: text with places for arguments. The texts are Markdown files in `prompts/`.
 */

export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Values that hosts complete; others are taken too, since the reader is a model. */
  readonly values?: readonly string[];
}

export interface PromptDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** The text, with `{{argument}}` where an argument goes. */
  readonly template: string;
}

/** What stands in the text for an optional argument that was not given. */
const NOT_STATED = '(not stated)';

/** The text with its arguments filled in, in one pass: an argument that contains `{{name}}` stays as it is. */
export function fillPrompt(prompt: PromptDefinition, values: ReadonlyMap<string, string>): string {
  return prompt.template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values.get(name) ?? NOT_STATED);
}
