/**
 * Nodes, faults and state changes of a trace in words.
 */
import { grouped } from '../kernel/time-text.ts';
import type { NodeIndex } from '../kernel/units.ts';
import type { TraceEvent } from './trace.ts';

export type StateEvent = TraceEvent & { readonly kind: 'state' };
export type MessageEvent = TraceEvent & { readonly kind: 'message' };
export type FaultEvent = TraceEvent & { readonly kind: 'fault' };

const TEXT_LENGTH_MAX = 160;

export function nodeName(node: NodeIndex, names: readonly string[]): string {
  return names[node] ?? `node ${node + 1}`;
}

/** `n1`, `n1 and n2`, `n1, n2 and n3`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function faultWords({ fault, nodes, text }: FaultEvent, names: readonly string[]): string {
  if (text !== '') return shortened(text);
  const met = nodes.map((node) => nodeName(node, names));
  return shortened(met.length === 0 ? `${fault} fault` : `${fault} fault at ${listed(met)}`);
}

/** `leader in term 3`, `prepared`. */
export function roleWords({ role, term }: StateEvent): string {
  return shortened(term === undefined ? role : `${role} in term ${term}`);
}

/** Only what changed: `term 1, voted for n3 (was term 0, voted for nobody)`. Undefined when no part of the description did. */
export function differenceWords({ before, state }: StateEvent): string | undefined {
  if (before === undefined) return shortened(state);
  const [olds, news] = [before.split(', '), state.split(', ')];
  const [gone, come] = [olds.filter((part) => !news.includes(part)), news.filter((part) => !olds.includes(part))];
  if (gone.length === 0 && come.length === 0) return undefined;
  const was = gone.length === 0 ? '' : ` (was ${shortened(gone.join(', '), 80)})`;
  return `${shortened(come.length === 0 ? state : come.join(', '), 100)}${was}`;
}

/** On one line and not too long; never cut inside a surrogate pair. */
export function shortened(text: string, lengthMax = TEXT_LENGTH_MAX): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
