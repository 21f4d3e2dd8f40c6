/**
 * docs/model-checking.md: what can be explored, and the language of properties; from the definitions, so that it cannot be stale.
 */
import { EXPRESSION_OPERATORS } from '../../model-checking/expressions/expression-operators.ts';
import { MODELS } from '../../model-checking/models/catalogue.ts';
import { PROTOCOLS } from '../../protocols/catalogue.ts';
import { expectedOf, type Setting } from '../../protocols/settings.ts';
import type { GeneratedFile } from './generated-file.ts';
import { table } from './markdown.ts';

export function generateModelReference(): GeneratedFile {
  const sections = [
    '# Model checking',
    'Generated from the source by `npm run generate`.',
    'The tool [`check_model`](../tools/README.md#check_model) and the command `quorate check-model` explore every schedule of a protocol or of a reference model within bounds.',
    '## Protocols',
    'Run by the same code as in simulations. `variant` builds in one of the known mistakes.',
    table(['Protocol', 'What it is', 'Known mistakes'], PROTOCOLS.map(protocolRow)),
    '## Reference models',
    'Written from the specifications, and counted as TLC and Stateright count them. Each setting goes into `config`.',
    ...MODELS.flatMap(({ name, title, description, settings }) => [
      `### \`${name}\`: ${title}`,
      description,
      table(['Setting', 'Values', 'Default', 'It'], settings.map(settingRow)),
    ]),
    '## Properties of your own',
    'An expression over the state as `check_model` shows it: `nodes`, `messages`, `environment` of a cluster, or the variables of a model. Nothing is executed but these operators; a test runs every example.',
    table(['Written', 'Also', 'Meaning', 'Example'], EXPRESSION_OPERATORS.map(operatorRow)),
  ];
  return { path: 'docs/model-checking.md', content: `${sections.join('\n\n')}\n` };
}

function protocolRow({ name, description, variants }: (typeof PROTOCOLS)[number]): string[] {
  return [`\`${name}\``, description, variants.map((variant) => `\`${variant.name}\``).join(', ')];
}

function settingRow(setting: Setting): string[] {
  return [`\`${setting.name}\``, expectedOf(setting), `\`${setting.standard}\``, setting.description];
}

function operatorRow({ name, aliases, meaning, example }: (typeof EXPRESSION_OPERATORS)[number]): string[] {
  return [`\`${name}\``, aliases.map((alias) => `\`${alias}\``).join(' '), meaning, `\`${example}\``];
}
