/**
 * What can fail by itself: nodes and failure domains (host, rack, zone, region), each up or down independently of the
 * others. A node can serve when it and every domain around it are up, so that domains make the nodes in them fail
 * together.
 *
 * Components are numbered: nodes first, then zones. Zones that cannot fail are skipped, whatever their nesting.
 */
import { invariant } from '../kernel/invariant.ts';
import { probability } from '../kernel/units.ts';
import type { Zone } from '../quorum/quorum-system.ts';

/** Probability of being up and of being down. Both are computed, because 1 - 0.999999999999 has lost four digits. */
export interface Chance {
  readonly up: number;
  readonly down: number;
}

export interface FailureModel {
  /** Per node: probability that the node itself is up. */
  readonly availabilityOf: readonly number[];
  /** Per node: index into `zones` of the innermost domain around it. */
  readonly zoneOf?: readonly (number | undefined)[];
  readonly zones?: readonly Pick<Zone, 'availability' | 'within'>[];
}

export interface Components {
  readonly chances: readonly Chance[];
  /** Per component: the innermost domain around it that can fail, or NOWHERE. */
  readonly within: readonly number[];
}

export const NOWHERE = -1;

export function componentsOf({ availabilityOf, zoneOf = [], zones = [] }: FailureModel): Components {
  for (const [index, value] of availabilityOf.entries()) probability(value, `nodes[${index}].availability`);
  for (const [index, zone] of zones.entries()) probability(zone.availability, `zones[${index}].availability`);
  const nodeCount = availabilityOf.length;
  const fallible = (start: number | undefined): number => {
    let zone = start;
    for (let depth = 0; zone !== undefined; depth++) {
      invariant(depth <= zones.length, 'zones do not contain themselves');
      if (zones[zone]?.availability !== 1) return nodeCount + zone;
      zone = zones[zone]?.within;
    }
    return NOWHERE;
  };
  return {
    chances: [...availabilityOf, ...zones.map(({ availability }) => availability)].map((up) => ({ up, down: 1 - up })),
    within: [
      ...availabilityOf.map((_, index) => fallible(zoneOf[index])),
      ...zones.map(({ within }) => fallible(within)),
    ],
  };
}

/** The component itself and the domains around it, innermost first. */
export function chainOf({ within }: Components, component: number): number[] {
  const chain: number[] = [];
  for (let next = component; next !== NOWHERE; next = within[next] ?? NOWHERE) chain.push(next);
  return chain;
}

export function chanceOf(chances: readonly Chance[], component: number): Chance {
  const chance = chances[component];
  invariant(chance !== undefined, 'every node of an expression has an availability');
  return chance;
}

/** Whether nothing is left to chance. */
export function isSettled({ up, down }: Chance): boolean {
  return up === 0 || down === 0;
}
