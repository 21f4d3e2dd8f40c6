/**
 * Events of a trace in a few words, each on one line and bounded in length: hover texts, log lines and notes say the same thing alike.
 */
import type { DrawnEvent, DrawnFault, DrawnMessage, DrawnRequest, DrawnResponse } from './drawn-trace.ts';

const TEXT_LENGTH_MAX = 200;

/** What the event is, without its time. */
export function eventWords(event: DrawnEvent, names: readonly string[]): string {
  switch (event.kind) {
    case 'state':
      return oneLine(stateWords(event, names));
    case 'message':
      return oneLine(messageWords(event, names));
    case 'timer':
      return oneLine(`${nameOf(event.node, names)}: ${event.timer.replaceAll('_', ' ')} timer fires`);
    case 'invoke':
      return oneLine(
        `client ${event.request.client} asks ${nameOf(event.node, names)}: ${requestWords(event.request)}`,
      );
    case 'complete':
      return oneLine(
        `${nameOf(event.node, names)} answers client ${event.client}, request ${event.number}: ${responseWords(event.response, names)}`,
      );
    case 'up':
      return oneLine(`${nameOf(event.node, names)} is up`);
    case 'down':
      return oneLine(`${nameOf(event.node, names)} goes down`);
    case 'fault':
      return faultWords(event, names);
    case 'violation':
      return oneLine(`${event.property} is violated: ${event.text}`);
  }
}

/** The fault's own text, or its kind and the nodes that it meets. */
export function faultWords({ fault, nodes, text }: DrawnFault, names: readonly string[]): string {
  if (text !== '') return oneLine(text);
  return oneLine(nodes.length === 0 ? fault : `${fault}: ${nodes.map((node) => nameOf(node, names)).join(', ')}`);
}

export function nameOf(node: number, names: readonly string[]): string {
  return names[node] ?? `node ${node + 1}`;
}

/** Names that tell the nodes apart even where two were given the same one, or none. */
export function distinctNames(names: readonly string[]): string[] {
  const plain = names.map((name) => oneLine(name, 40));
  return plain.map((name, node) =>
    name !== '' && plain.indexOf(name) === node ? name : `${name} (${node + 1})`.trim(),
  );
}

/** White space of any kind becomes one space; long text is cut with an ellipsis, never inside a surrogate pair. */
export function oneLine(text: string, lengthMax = TEXT_LENGTH_MAX): string {
  const line = text.replaceAll(/[\s\u0085]+/g, ' ').trim();
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The kind of a message: the first word of its text. */
export function messageKind({ text }: DrawnMessage): string {
  return oneLine(/^\S+/.exec(text.trim())?.[0] ?? 'message', 40);
}

export const LOSS_WORDS: Readonly<Record<NonNullable<DrawnMessage['lostBecause']>, string>> = {
  loss: 'lost',
  partition: 'lost: the link is cut',
  down: 'lost: the receiver is down',
  unfinished: 'still under way at the end',
};

function stateWords(event: DrawnEvent & { readonly kind: 'state' }, names: readonly string[]): string {
  const isTold = event.term === undefined || event.state.includes(`term ${event.term}`);
  const term = isTold ? '' : `, term ${event.term}`;
  return `${nameOf(event.node, names)} ${event.role}${term}: ${event.state} (${event.cause})`;
}

function messageWords(message: DrawnMessage, names: readonly string[]): string {
  const link = `${nameOf(message.from, names)} → ${nameOf(message.to, names)}: ${message.text}`;
  if (message.deliveredUs !== undefined) return link;
  return `${link} (${LOSS_WORDS[message.lostBecause ?? 'loss']})`;
}

function requestWords({ command, number }: DrawnRequest): string {
  const key = command.key === undefined ? '' : ` key ${command.key}`;
  const value = command.value === undefined ? '' : ` = ${command.value}`;
  return `${command.kind}${key}${value} (request ${number})`;
}

function responseWords({ status, value, reason, to }: DrawnResponse, names: readonly string[]): string {
  if (value !== undefined) return `${status} ${JSON.stringify(value)}`;
  if (reason !== undefined) return `${status}: ${reason}`;
  return to === undefined ? status : `${status} to ${nameOf(to, names)}`;
}
