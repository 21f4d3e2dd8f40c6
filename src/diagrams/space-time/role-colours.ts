/**
 * Colours of roles: M. Okabe and K. Ito's palette (2008), which people with any colour vision can tell apart. Leaders and primaries
 * are always orange; other roles take theirs in the order in which they appear, so that the same run looks the same everywhere.
 */
import type { DrawnTrace } from '../drawn-trace.ts';

const LEADER_COLOUR = '#e69f00';
const PALETTE = ['#56b4e9', '#009e73', '#cc79a7', '#f0e442', '#0072b2', '#999999'] as const;
const LEADER_ROLES: ReadonlySet<string> = new Set(['leader', 'primary']);

/** Colours by role, in order of appearance. Past the palette's end it begins anew. */
export function roleColours({ events }: DrawnTrace): ReadonlyMap<string, string> {
  const leading = new Set(LEADER_ROLES);
  for (const event of events) if (event.kind === 'state' && event.leads) leading.add(event.role);
  const colours = new Map<string, string>();
  let next = 0;
  for (const event of events) {
    if (event.kind !== 'state' || colours.has(event.role)) continue;
    const colour = leading.has(event.role) ? LEADER_COLOUR : PALETTE[next++ % PALETTE.length];
    colours.set(event.role, colour ?? LEADER_COLOUR);
  }
  return colours;
}

/** The colour thinned with white, opaque: `strength` 1 is the colour itself. */
export function tint(colour: string, strength: number): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const mixed = channels.map((channel) => Math.round(255 - (255 - channel) * strength));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
