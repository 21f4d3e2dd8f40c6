/**
 * Transcripts: a script of commands, each followed by what the cluster did, as text that a person can check line by line
 * against the paper. Golden files in `testdata/` hold both; the form is that of etcd's interaction tests.
 *
 * Commands: `deliver A B [times]`, `drop A B [times]`, `settle`, `fire A TIMER`, `request A CLIENT NUMBER KIND [KEY] [VALUE]`,
 * `crash A`, `restart A [without-disk]`, `partition A B | C D`, `heal`, `state [A …]`, `# comment`. Nodes go by name.
 */
import { fail } from '../kernel/failure.ts';
import type { AnyDefinition } from './definition.ts';
import type { NodeState, Step } from './protocol.ts';
import { createScriptedCluster, type ScriptedCluster, type ScriptedEvent } from './scripted-cluster.ts';

export interface TranscriptOptions {
  readonly definition: AnyDefinition;
  readonly config: unknown;
  readonly script: string;
  readonly given?: readonly Step<NodeState<unknown>, unknown, unknown>[];
}

/** The script with what happened after each command, indented. */
export function runTranscript({ definition, config, script, given }: TranscriptOptions): string {
  const names = definition.nodeNames(config);
  const lines: string[] = [];
  const { protocol } = definition;
  const cluster = createScriptedCluster({
    protocol,
    config,
    nodeCount: names.length,
    ...(given === undefined ? {} : { given }),
    onEvent: (event) => lines.push(...eventLines(event, names, definition).map((line) => `  ${line}`)),
  });
  lines.length = 0;
  for (const line of script.split('\n').filter((each) => !each.startsWith('  '))) {
    lines.push(line);
    if (line !== '' && !line.startsWith('#')) obey(line, cluster, names, (text) => lines.push(`  ${text}`), definition);
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

type Event = ScriptedEvent<NodeState<unknown>, unknown>;

function eventLines(event: Event, names: readonly string[], { protocol }: AnyDefinition): string[] {
  const { describe } = protocol;
  const name = (node: number): string => names[node] ?? `node ${node}`;
  switch (event.kind) {
    case 'started':
      return [`${name(event.node)} starts: ${describe.state(event.state)}`];
    case 'input':
      return event.input.kind === 'message' && event.input.from !== event.node
        ? [`${name(event.node)} receives ${describe.message(event.input.message)} from ${name(event.input.from)}`]
        : [];
    case 'state': {
      const [before, after] = [describe.state(event.before), describe.state(event.after)];
      const role = describe.role(event.after);
      return before === after ? [] : [`${name(event.node)} is now ${role}: ${after}`];
    }
    case 'sent':
      return [`${name(event.from)} → ${name(event.to)}: ${describe.message(event.message)}`];
    case 'dropped':
      return [`${name(event.from)} ✗ ${name(event.to)}: ${describe.message(event.message)} is lost`];
    case 'answered':
      return [`${name(event.node)} tells client ${event.request.client}: ${JSON.stringify(event.response)}`];
  }
}

type Cluster = ScriptedCluster<NodeState<unknown>, unknown>;

function obey(
  line: string,
  cluster: Cluster,
  names: readonly string[],
  say: (text: string) => void,
  { protocol }: AnyDefinition,
): void {
  const [verb = '', ...words] = line.split(/\s+/);
  const node = (word: string | undefined): number => nodeOf(word, names, line);
  const times = (action: () => boolean): void => {
    for (let count = Number(words[2] ?? 1); count > 0; count--) if (!action()) say('nothing is in flight there');
  };
  switch (verb) {
    case 'deliver':
      return times(() => cluster.deliver(node(words[0]), node(words[1])));
    case 'drop':
      return times(() => cluster.drop(node(words[0]), node(words[1])));
    case 'settle':
      return void cluster.settle();
    case 'fire':
      return cluster.fire(node(words[0]), words[1] ?? '');
    case 'request':
      return request(words, cluster, node(words[0]));
    case 'crash':
      return cluster.crash(node(words[0]));
    case 'restart':
      return cluster.restart(node(words[0]), { loseDisk: words[1] === 'without-disk' });
    case 'partition':
      return cluster.partition(...groupsOf(words, node));
    case 'heal':
      return cluster.heal();
    case 'state':
      for (const each of words.length === 0 ? names : words) {
        const state = cluster.states[node(each)];
        if (state !== undefined) say(`${each} ${protocol.describe.role(state)}: ${protocol.describe.state(state)}`);
      }
      return;
    default:
      return failScript(line, 'deliver, drop, settle, fire, request, crash, restart, partition, heal or state');
  }
}

function request(words: readonly string[], cluster: Cluster, node: number): void {
  const [, client, number, kind = 'read', key, value] = words;
  cluster.request(node, Number(client), Number(number), {
    kind,
    ...(key === undefined ? {} : { key: Number(key) }),
    ...(value === undefined ? {} : { value: Number(value) }),
  });
}

function groupsOf(words: readonly string[], node: (word: string) => number): number[][] {
  const groups: number[][] = [[]];
  for (const word of words) {
    if (word === '|') groups.push([]);
    else groups.at(-1)?.push(node(word));
  }
  return groups;
}

function nodeOf(word: string | undefined, names: readonly string[], line: string): number {
  const index = names.indexOf(word ?? '');
  return index === -1 ? failScript(line, `a node: ${names.join(', ')}`) : index;
}

function failScript(line: string, expected: string): never {
  return fail('input/unparsable', {
    message: 'the script has a line that cannot be carried out',
    received: JSON.stringify(line),
    expected,
    nextStep: 'Write e.g. "deliver n1 n2".',
  });
}
