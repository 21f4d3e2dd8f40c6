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
    if (line === '' || line.startsWith('#')) continue;
    const [word = '', ...words] = line.split(/\s+/);
    const verb = VERBS[word] ?? failScript(line, Object.keys(VERBS).join(', '));
    const say = (text: string): void => {
      lines.push(`  ${text}`);
    };
    verb(words, { cluster, names, definition, say, node: (name) => nodeOf(name, names, line) });
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

interface Scene {
  readonly cluster: Cluster;
  readonly names: readonly string[];
  readonly definition: AnyDefinition;
  readonly say: (text: string) => void;
  readonly node: (name: string | undefined) => number;
}

type Verb = (words: readonly string[], scene: Scene) => void;

/** Carries out `action` as often as the third word says. */
const onLink =
  (action: (cluster: Cluster, from: number, to: number) => boolean): Verb =>
  ([from, to, times = '1'], { cluster, node, say }) => {
    for (let left = Number(times); left > 0; left--) {
      if (!action(cluster, node(from), node(to))) say('nothing is in flight there');
    }
  };

const VERBS: Readonly<Record<string, Verb>> = {
  deliver: onLink((cluster, from, to) => cluster.deliver(from, to)),
  drop: onLink((cluster, from, to) => cluster.drop(from, to)),
  settle: (_, { cluster }) => {
    cluster.settle();
  },
  fire: ([name, timer = ''], { cluster, node }) => {
    cluster.fire(node(name), timer);
  },
  request: (words, { cluster, node }) => {
    request(words, cluster, node(words[0]));
  },
  crash: ([name], { cluster, node }) => {
    cluster.crash(node(name));
  },
  restart: ([name, how], { cluster, node }) => {
    cluster.restart(node(name), { loseDisk: how === 'without-disk' });
  },
  partition: (words, { cluster, node }) => {
    cluster.partition(...groupsOf(words, node));
  },
  heal: (_, { cluster }) => {
    cluster.heal();
  },
  state: (words, scene) => {
    for (const name of words.length === 0 ? scene.names : words) sayState(name, scene);
  },
};

function sayState(name: string, { cluster, node, definition, say }: Scene): void {
  const { describe } = definition.protocol;
  const state = cluster.states[node(name)];
  if (state !== undefined) say(`${name} ${describe.role(state)}: ${describe.state(state)}`);
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
