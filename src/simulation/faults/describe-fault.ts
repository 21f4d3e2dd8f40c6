/**
 * Faults in words.
 */
import type { DescribeFault, Fault, NodeSelector } from './fault.ts';

export const describeFault: DescribeFault = (fault, names) => `${what(fault, names)} ${span(fault)}`;

function what(fault: Fault, names: readonly string[]): string {
  switch (fault.kind) {
    case 'partition':
      return `${who(fault.nodes, names)} cut off${towards(fault, names)}`;
    case 'crash': {
      const disk = fault.losesDisk ? ', its disk lost' : fault.tornWrite ? ', its write torn' : '';
      return `${who(fault.nodes, names)} down${disk}`;
    }
    case 'pause':
      return `${who(fault.nodes, names)} paused`;
    case 'slow':
      return `${who(fault.nodes, names)} slower by ${fault.delayMs} ms a message`;
    case 'slow-disk':
      return `the disk of ${who(fault.nodes, names)} slower by ${fault.delayMs} ms a write`;
    case 'clock': {
      const jump = fault.jumpMs === 0 ? '' : `, after a jump of ${fault.jumpMs} ms`;
      return `the clock of ${who(fault.nodes, names)} at ${fault.rate} times its rate${jump}`;
    }
    case 'link':
      return `links ${linkWords(fault)}`;
    case 'command': {
      const nodes = fault.command.nodes?.map((node) => names[node] ?? `node ${node}`) ?? [];
      return `${who(fault.nodes, names)} told to ${[fault.command.kind, ...nodes].join(' ')}`;
    }
  }
}

function linkWords(fault: Fault & { readonly kind: 'link' }): string {
  const percent = (part: number): string => `${Number((100 * part).toPrecision(3))}%`;
  const effects = [
    ...(fault.lossProbability > 0 ? [`losing ${percent(fault.lossProbability)}`] : []),
    ...(fault.duplicationProbability > 0 ? [`duplicating ${percent(fault.duplicationProbability)}`] : []),
    ...(fault.reorderingProbability > 0
      ? [`delaying ${percent(fault.reorderingProbability)} by up to ${fault.delayMs} ms`]
      : []),
  ];
  return effects.length === 0 ? 'as always' : effects.join(', ');
}

function towards(
  { direction, from, flapPeriodMs }: Fault & { readonly kind: 'partition' },
  names: readonly string[],
): string {
  const whom = from === undefined ? '' : ` from ${who(from, names)}`;
  const way = direction === 'both' ? '' : direction === 'inbound' ? ', hearing nothing' : ', heard by nobody';
  const flaps = flapPeriodMs === undefined ? '' : `, on and off every ${flapPeriodMs} ms`;
  return `${whom}${way}${flaps}`;
}

function who(nodes: readonly NodeSelector[], names: readonly string[]): string {
  const words = nodes.map((node) => (typeof node === 'number' ? (names[node] ?? `node ${node}`) : `the ${node}`));
  return words.join(', ');
}

function span({ atMs, untilMs }: Fault): string {
  const at = rounded(atMs);
  return untilMs === undefined ? `from ${at} ms on` : `from ${at} to ${rounded(untilMs)} ms`;
}

function rounded(ms: number): string {
  return String(Number(ms.toFixed(1)));
}
