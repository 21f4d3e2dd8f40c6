/**
 * npm run bench [-- TOPIC…] [--json] [--readme]
 * npm run bench -- known-bugs [--rows=BUG,BUG…] [--seeds=COUNT]
 *
 * `--readme` puts the tables into bench/README.md, where the last measured figures are kept.
 * Exits 1 when a topic could not be measured or did not keep what the project promises.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { knownBugChecks } from './known-bug-checks.ts';
import { knownBugs } from './known-bugs.ts';
import { modelChecking } from './model-checking.ts';
import { quorum } from './quorum.ts';
import { simulation } from './simulation.ts';
import { startUp } from './start-up.ts';
import { type Comparison, type Measured, median, type Options, type Topic } from './topic.ts';

const TOPICS: readonly Topic[] = [quorum, simulation, knownBugs, knownBugChecks, modelChecking, startUp];
const OPTIONS = ['--json', '--readme'];
const MEASURED = '## Last measured\n';
const README = new URL('README.md', import.meta.url);

interface Outcome {
  readonly topic: string;
  readonly compares: string;
  readonly comparison?: Comparison;
  readonly error?: string;
}

async function main(parameters: readonly string[]): Promise<number> {
  const json = parameters.includes('--json');
  const names = parameters.filter((parameter) => !parameter.startsWith('--'));
  const topics = TOPICS.filter(({ name }) => names.length === 0 || names.includes(name));
  const options = optionsIn(parameters);
  const known = [
    ...TOPICS.map(({ name }) => name),
    ...OPTIONS,
    ...topics.flatMap((topic) => (topic.options ?? []).map((option) => `--${option}=`)),
  ];
  const unknown = parameters.filter((parameter) => !known.includes(parameter.replace(/=.*$/s, '=')));
  if (unknown.length > 0) {
    write(process.stderr, `unknown: ${unknown.join(', ')}; known are ${known.join(', ')}`);
    return 2;
  }
  const outcomes: Outcome[] = [];
  for (const topic of topics) {
    const outcome = await measure(topic, options);
    outcomes.push(outcome);
    if (!json) write(process.stdout, render(outcome));
  }
  if (json) write(process.stdout, JSON.stringify({ machine: machine(), outcomes }, null, 2));
  else write(process.stdout, machine());
  if (parameters.includes('--readme')) await keepInReadme([...outcomes.map(render), machine()].join('\n'));
  return outcomes.every(keptItsPromises) ? 0 : 1;
}

/** `--name=value`. */
function optionsIn(parameters: readonly string[]): Options {
  const pairs = parameters.flatMap((parameter) => {
    const [, name, value] = /^--([^=]+)=(.+)$/s.exec(parameter) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return new Map(pairs);
}

async function measure({ name, compares, run }: Topic, options: Options): Promise<Outcome> {
  const note = (line: string): void => write(process.stderr, `${name}: ${line}`);
  try {
    return { topic: name, compares, comparison: await run(note, options) };
  } catch (error) {
    return { topic: name, compares, error: error instanceof Error ? error.message : String(error) };
  }
}

function keptItsPromises({ comparison }: Outcome): boolean {
  return comparison?.checks.every(({ holds }) => holds) ?? false;
}

function render({ topic, compares, comparison, error }: Outcome): string {
  const title = `${topic}: ${compares}`;
  if (comparison === undefined) return `${title}\n  NOT MEASURED: ${error ?? 'unknown reason'}\n`;
  const { rows, context, checks, hasNoMedian } = comparison;
  const width = Math.max(...rows.map(({ name }) => name.length), 'median'.length);
  const cpus = rows.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]));
  const line = (name: string, ...cells: readonly string[]): string =>
    `  ${name.padEnd(width)}${cells.map((cell) => cell.padStart(12)).join('')}`;
  const figures = ({ oursMs, peerMs, ratio }: Measured): readonly string[] => [
    formatMs(oursMs),
    formatMs(peerMs),
    formatRatio(ratio),
  ];
  const middle = (measured: readonly Measured[]): readonly string[] =>
    measured.length === 0 ? [] : ['', '', formatRatio(median(measured.map(({ ratio }) => ratio)))];
  return [
    title,
    ...(rows.length === 0
      ? []
      : [line('', 'ours, ms', 'peer, ms', 'ratio', ...(cpus.length === 0 ? [] : ['ours, CPU', 'peer, CPU', 'ratio']))]),
    ...rows.map((row) => line(row.name, ...figures(row), ...(row.cpu === undefined ? [] : figures(row.cpu)))),
    ...(rows.length > 1 && hasNoMedian !== true ? [line('median', ...middle(rows), ...middle(cpus))] : []),
    ...checks.map(({ claim, measured, holds }) => `  ${holds ? 'kept' : 'MISSED'}: ${claim} (${measured})`),
    ...Object.entries(context).map(([key, value]) => `  ${key}: ${value}`),
    '',
  ].join('\n');
}

async function keepInReadme(tables: string): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const [text = ''] = (await readFile(README, 'utf8')).split(MEASURED);
  await writeFile(README, `${text}${MEASURED}\n${day}\n\n\`\`\`text\n${tables}\n\`\`\`\n`);
}

function formatMs(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3);
}

function formatRatio(ratio: number): string {
  return ratio >= 100 ? ratio.toFixed(0) : ratio.toPrecision(3);
}

function machine(): string {
  const [first] = cpus();
  const load = loadavg()[0]?.toFixed(1);
  return `${cpus().length} x ${first?.model ?? 'unknown processor'}, load average ${load}, Node ${process.versions.node}, ${process.platform}`;
}

function write(stream: NodeJS.WritableStream, text: string): void {
  stream.write(`${text}\n`);
}

process.exitCode = await main(process.argv.slice(2));
