/**
 * A register of which every value is written once, and not by compare-and-set: judged by zones, see `zones.ts`.
 */
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Value } from '../history.ts';
import type { PlacedAction } from '../models/model.ts';
import type { ShortcutVerdict } from './shortcut.ts';
import { addRead, findConflict, type Zone, zoneOfInitialValue, zoneOfWrite } from './zones.ts';

export function judgeUniqueRegister(actions: readonly PlacedAction[], initial: Value): ShortcutVerdict | undefined {
  const zones = new Map<unknown, Zone<PlacedAction>>([[nameOf(initial), zoneOfInitialValue()]]);
  for (const placed of actions) {
    const { f, argument } = placed.action;
    if (f === 'read') continue;
    const name = nameOf(argument);
    if (f !== 'write' || zones.has(name)) return undefined;
    zones.set(name, zoneOfWrite(placed, placed.operation.invoked, placed.operation.completed));
  }
  return { algorithm: 'zones', conflict: conflictOf(actions, zones) };
}

function conflictOf(
  actions: readonly PlacedAction[],
  zones: ReadonlyMap<unknown, Zone<PlacedAction>>,
): readonly PlacedAction[] | undefined {
  for (const placed of actions) {
    const { action, operation } = placed;
    if (action.f !== 'read') continue;
    const zone = zones.get(nameOf(action.result ?? null));
    if (zone === undefined) return [placed];
    const { write } = zone;
    if (write !== undefined && operation.completed < write.operation.invoked) return [placed, write];
    addRead(zone, placed, operation.invoked, operation.completed);
  }
  const conflict = findConflict([...zones.values()]);
  return conflict === undefined ? undefined : endsOf(conflict);
}

/** The operations that make the zones what they are: at most two for each, and the writes. */
function endsOf(zones: readonly Zone<PlacedAction>[]): readonly PlacedAction[] {
  const ends = zones.flatMap(({ write, firstBy, lastBy }) => [write, firstBy, lastBy]);
  return [...new Set(ends)]
    .filter((placed) => placed !== undefined)
    .sort((a, b) => a.operation.invoked - b.operation.invoked);
}

/** Lists and objects go by their text, which no text of a history begins like. */
function nameOf(value: Value): unknown {
  return typeof value === 'object' && value !== null ? `\u0000${canonicalJson(value)}` : value;
}
