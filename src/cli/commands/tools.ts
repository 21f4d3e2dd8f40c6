/**
 * `quorate tools`: the list of tools, or everything about one: parameters, answer, examples as commands.
 */
import type { Command } from 'commander';
import { callCommand } from '../../registry/call-command.ts';
import { describeTool, type ToolExample } from '../../registry/define-tool.ts';
import { inputSchemaOf, outputSchemaOf } from '../../registry/json-schema.ts';
import { type SchemaRow, schemaRows } from '../../registry/schema-rows.ts';
import type { AnyTool } from '../../registry/tool-registry.ts';
import type { CommandLine } from '../command-line.ts';
import { examples } from '../help.ts';
import { indented, narrower } from '../render/layout.ts';
import { type Page, pageFor } from '../render/page.ts';
import { renderTable } from '../render/table.ts';
import { wrapText } from '../render/wrap.ts';

export function addToolsCommand(program: Command, { registry, terminal }: CommandLine): void {
  program
    .command('tools')
    .summary('list the tools, or describe one')
    .description('Lists the tools. With a name: what the tool takes and gives, with examples.')
    .argument('[tool]', 'name of a tool')
    .option('--json', 'print names, descriptions and JSON Schemas')
    .addHelpText(
      'after',
      examples([
        ['quorate tools', 'the list'],
        ['quorate tools analyze_quorum', 'all parameters of one tool'],
        ["quorate tools analyze_quorum --json | jq '.inputSchema'", 'its JSON Schema'],
      ]),
    )
    .action((name: string | undefined, { json }: { readonly json?: true }) => {
      const page = pageFor(terminal.out, terminal.environment);
      const tool = name === undefined ? undefined : registry.find(name);
      if (json === true) {
        const described = tool === undefined ? registry.tools.map(asJson) : asJson(tool);
        terminal.out.write(`${JSON.stringify(described, null, 2)}\n`);
      } else {
        terminal.out.write(tool === undefined ? renderToolList(registry.tools, page) : renderTool(tool, page));
      }
    });
}

function asJson(tool: AnyTool): object {
  return {
    name: tool.name,
    title: tool.title,
    description: describeTool(tool),
    inputSchema: inputSchemaOf(tool),
    outputSchema: outputSchemaOf(tool),
    annotations: tool.annotations,
    examples: tool.examples,
  };
}

function renderToolList(tools: readonly AnyTool[], page: Page): string {
  const rows = tools.map(({ name, description, useWhen }) => [name, description, useWhen]);
  const table = renderTable({ head: ['tool', 'what it does', 'use when'], rows }, page);
  const plain = tools.flatMap(({ name, description }) => [name, ...indented(wrapText(description, page.columns - 2))]);
  return `${[...(table ?? plain), '', 'quorate tools NAME describes one; quorate call NAME calls it.'].join('\n')}\n`;
}

function renderTool(tool: AnyTool, page: Page): string {
  const inner = narrower(page);
  const section = (title: string, lines: readonly string[]): string[] => [
    page.paint('heading', title),
    ...indented(lines),
    '',
  ];
  const lines = [
    `${page.paint('heading', tool.name)}  ${tool.title}`,
    '',
    ...wrapText(tool.description, page.columns),
    '',
    ...wrapText(`Use when ${tool.useWhen}.`, page.columns),
    ...wrapText(`Not for ${tool.notFor}.`, page.columns),
    '',
    ...section('Parameters', renderRows(schemaRows(inputSchemaOf(tool)), 'required', 'optional', inner)),
    ...section('Answer', renderRows(answerRows(tool), '', 'where it applies', inner)),
    ...section(
      'Examples',
      tool.examples.flatMap((example) => renderExample(tool.name, example)),
    ),
    'Every failure has a code, what was expected, and a next step; tools/README.md lists the codes.',
  ];
  return `${lines.join('\n')}\n`;
}

/** Evidence and references look the same in every answer: their members are left out. */
function answerRows(tool: AnyTool): SchemaRow[] {
  return schemaRows(outputSchemaOf(tool)).filter(({ path }) => !/^(?:evidence|references)\[\]/.test(path));
}

function renderRows(rows: readonly SchemaRow[], whenRequired: string, whenNot: string, page: Page): string[] {
  return rows.flatMap(({ path, type, required, description }) => {
    const facts = [type, required ? whenRequired : whenNot].filter((fact) => fact !== '').join(', ');
    const text = wrapText(description, page.columns - 2).filter((line) => line !== '');
    return [`${page.paint('label', path)}  ${page.paint('faint', facts)}`, ...indented(text)];
  });
}

function renderExample(name: string, { title, input, fails }: ToolExample<unknown>): string[] {
  return [fails === undefined ? title : `${title} (fails: ${fails})`, `  $ ${callCommand(name, input)}`];
}
