import { expect, test } from 'vitest';
import { fillPrompt, type PromptDefinition } from './prompt.ts';

const prompt: PromptDefinition = {
  name: 'p',
  title: 'P',
  description: 'A prompt.',
  arguments: [],
  template: '{{a}} and {{b}}, again {{a}}; {{ a }} {a}',
};

test.each<[string, Record<string, string>, string]>([
  ['every place is filled', { a: '1', b: '2' }, '1 and 2, again 1; {{ a }} {a}'],
  ['what was not given is said', { a: '1' }, '1 and (not stated), again 1; {{ a }} {a}'],
  ['values are not templates', { a: '{{b}}', b: '$& $1' }, '{{b}} and $& $1, again {{b}}; {{ a }} {a}'],
])('%s', (_, values, text) => {
  expect(fillPrompt(prompt, new Map(Object.entries(values)))).toBe(text);
});
