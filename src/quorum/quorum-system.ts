/**
 * A read-write quorum system: nodes with what they can do and where they stand, and the two families of quorums over
 * them. It holds what was asked for; whether reads and writes intersect is decided in `intersection.ts`.
 */
import { fail, renderReceived } from '../kernel/failure.ts';
import type { Milliseconds, NodeId, Probability } from '../kernel/units.ts';
import { dual } from './expressions/dual.ts';
import type { Expression } from './expressions/expression.ts';

export interface QuorumNode {
  readonly id: NodeId;
  /** Votes in vote-based systems; 0 is a learner. */
  readonly votes: number;
  /** Operations per second. */
  readonly readCapacity: number;
  readonly writeCapacity: number;
  /** Time to answer. */
  readonly latencyMs?: Milliseconds;
  /** Index into the system's zones: the innermost failure domain that holds the node. */
  readonly zone?: number;
  /** Probability that the node itself is up. */
  readonly availability?: Probability;
  /** Votes, but holds no data. */
  readonly witness: boolean;
}

/** A failure domain: when it fails, every node and domain inside fails with it. */
export interface Zone {
  readonly id: string;
  /** Probability that the domain itself is up. */
  readonly availability: Probability;
  /** Index of the domain that contains this one. */
  readonly within?: number;
}

export interface QuorumSystem {
  readonly nodes: readonly QuorumNode[];
  readonly zones: readonly Zone[];
  readonly reads: Expression;
  readonly writes: Expression;
}

export interface QuorumNodeSpec {
  readonly id: string;
  readonly votes?: number | undefined;
  readonly capacity?: number | undefined;
  readonly readCapacity?: number | undefined;
  readonly writeCapacity?: number | undefined;
  readonly latencyMs?: number | undefined;
  /** Id of the zone. */
  readonly zone?: string | undefined;
  readonly availability?: number | undefined;
  readonly witness?: boolean | undefined;
}

export interface ZoneSpec {
  readonly id: string;
  readonly availability?: number | undefined;
  /** Id of the zone around it. */
  readonly within?: string | undefined;
}

export interface QuorumSystemSpec {
  readonly nodes: readonly QuorumNodeSpec[];
  readonly zones?: readonly ZoneSpec[] | undefined;
  readonly reads: Expression;
  /** The dual of the reads when absent. */
  readonly writes?: Expression | undefined;
}

/** Fills in defaults and resolves names. Zones that only nodes mention exist and never fail by themselves. */
export function createQuorumSystem({ nodes, zones = [], reads, writes = dual(reads) }: QuorumSystemSpec): QuorumSystem {
  checkUnique(nodes, 'nodes');
  checkUnique(zones, 'zones');
  const mentioned = nodes.flatMap(({ zone }) => (zone === undefined ? [] : [zone]));
  const ids = [...new Set([...zones.map(({ id }) => id), ...mentioned])];
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const specs = new Map(zones.map((zone) => [zone.id, zone]));
  const resolved = ids.map((id) => resolveZone(specs.get(id) ?? { id }, indexOf));
  checkNesting(resolved);
  return { nodes: nodes.map((spec) => resolveNode(spec, indexOf)), zones: resolved, reads, writes };
}

function resolveNode(spec: QuorumNodeSpec, zones: ReadonlyMap<string, number>): QuorumNode {
  const zone = spec.zone === undefined ? undefined : zones.get(spec.zone);
  return {
    id: spec.id,
    votes: spec.votes ?? 1,
    readCapacity: spec.readCapacity ?? spec.capacity ?? 1,
    writeCapacity: spec.writeCapacity ?? spec.capacity ?? 1,
    ...(spec.latencyMs === undefined ? {} : { latencyMs: spec.latencyMs }),
    ...(zone === undefined ? {} : { zone }),
    ...(spec.availability === undefined ? {} : { availability: spec.availability }),
    witness: spec.witness ?? false,
  };
}

function resolveZone({ id, availability = 1, within }: ZoneSpec, zones: ReadonlyMap<string, number>): Zone {
  if (within === undefined) return { id, availability };
  const outer = zones.get(within);
  if (outer !== undefined) return { id, availability, within: outer };
  return fail('input/invalid', {
    message: `the zone ${JSON.stringify(id)} lies within a zone that is not listed`,
    path: 'zones',
    received: renderReceived(within),
    expected: `one of ${[...zones.keys()].slice(0, 20).join(', ')}`,
    nextStep: `Add {"id":${JSON.stringify(within)}} to zones, or correct the name.`,
  });
}

function checkUnique(entries: readonly { readonly id: string }[], path: string): void {
  const seen = new Set<string>();
  entries.forEach(({ id }, index) => {
    if (seen.has(id)) {
      fail('input/conflict', {
        message: 'two entries have the same id',
        path: `${path}[${index}].id`,
        received: renderReceived(id),
        expected: 'ids that differ',
        nextStep: 'Rename one of them.',
      });
    }
    seen.add(id);
  });
}

/** A zone inside itself would make every node in it fail for ever. */
function checkNesting(zones: readonly Zone[]): void {
  zones.forEach((zone, start) => {
    let outer = zone.within;
    for (let depth = 0; outer !== undefined && depth <= zones.length; depth++) {
      if (outer === start) {
        fail('input/conflict', {
          message: `the zone ${JSON.stringify(zone.id)} lies within itself`,
          path: 'zones',
          expected: 'zones that nest like host, rack, zone, region',
          nextStep: 'Remove "within" from the outermost zone.',
        });
      }
      outer = zones[outer]?.within;
    }
  });
}
