/**
 * Requests that contradict themselves, and arguments that would have no effect: each is refused, never ignored.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import type { QuorumRequest } from '../../schemas/quorum.ts';

export function rejectContradictions(request: QuorumRequest): void {
  rejectMiscount(request);
  rejectSeveralSources(request);
  rejectUnknownZones(request);
  for (const rule of RULES) {
    if (rule.isBroken(request)) {
      fail('input/conflict', {
        message: `${rule.argument} has no effect without ${rule.needs}`,
        path: rule.argument,
        expected: rule.needs,
        nextStep: `Remove ${rule.argument}, or add ${rule.needs}.`,
      });
    }
  }
}

function rejectMiscount({ nodes, node_count: nodeCount }: QuorumRequest): void {
  if (nodes === undefined || nodeCount === undefined || nodes.length === nodeCount) return;
  fail('input/conflict', {
    message: `node_count is ${nodeCount}, but ${nodes.length} nodes are listed`,
    path: 'node_count',
    received: renderReceived(nodeCount),
    expected: String(nodes.length),
    nextStep: 'Give nodes or node_count, not both.',
  });
}

/** What can define the quorums; at most one of them may be given, else sizes or votes do. */
const SOURCES = {
  search: (request: QuorumRequest) => request.search,
  reads: (request: QuorumRequest) => request.reads !== undefined || request.writes !== undefined,
  construction: (request: QuorumRequest) => request.construction !== undefined,
  membership_change: (request: QuorumRequest) => request.membership_change !== undefined,
};

function rejectSeveralSources(request: QuorumRequest): void {
  const given = sourcesOf(request);
  if (given.length <= 1) return;
  fail('input/conflict', {
    message: `${given.join(' and ')} each define the quorums`,
    path: given[1] ?? '',
    expected: `only one of ${Object.keys(SOURCES).join(', ')}`,
    nextStep: `Remove ${given.slice(1).join(', ')}.`,
  });
}

function sourcesOf(request: QuorumRequest): string[] {
  return Object.entries(SOURCES).flatMap(([name, isGiven]) => (isGiven(request) ? [name] : []));
}

/** Once zones are listed, another name in a node is a misspelt one. */
function rejectUnknownZones({ nodes = [], zones }: QuorumRequest): void {
  if (zones === undefined) return;
  const known = zones.map(({ id }) => id);
  const index = nodes.findIndex(({ zone }) => zone !== undefined && !known.includes(zone));
  if (index < 0) return;
  fail('input/conflict', {
    message: 'the node lies in a zone that is not among the zones',
    path: `nodes[${index}].zone`,
    received: renderReceived(nodes[index]?.zone),
    expected: `one of ${known.slice(0, 20).join(', ')}`,
    nextStep: 'Correct the name, or add the zone to zones.',
  });
}

interface Rule {
  readonly argument: string;
  readonly needs: string;
  readonly isBroken: (request: QuorumRequest) => boolean;
}

const RULES: readonly Rule[] = [
  {
    argument: 'node_count',
    needs: 'a system that it can size: the members of membership_change are listed there',
    isBroken: ({ node_count: count, membership_change: change }) => count !== undefined && change !== undefined,
  },
  {
    argument: 'shape',
    needs: 'construction',
    isBroken: ({ shape, construction }) => shape !== undefined && construction === undefined,
  },
  {
    argument: 'minimum_resilience',
    needs: '"search":true',
    isBroken: ({ minimum_resilience: minimum, search }) => minimum > 0 && !search,
  },
  {
    argument: 'byzantine_failures',
    needs: '"fault_model":"hybrid"',
    isBroken: ({ byzantine_failures: lying, fault_model: model }) => lying !== undefined && model !== 'hybrid',
  },
  {
    argument: 'byzantine_quorums',
    needs: '"fault_model":"byzantine"',
    isBroken: ({ byzantine_quorums: kind, fault_model: model }) => kind !== 'dissemination' && model !== 'byzantine',
  },
  {
    argument: 'fault_model',
    needs: 'a system that is given: a search is for crash failures only',
    isBroken: ({ fault_model: model, search }) => search && model !== 'crash',
  },
  {
    argument: 'nodes[].votes',
    needs:
      'vote-based quorums: leave out reads, writes, search and membership_change, or use the construction weighted_voting',
    isBroken: (request) => hasVotes(request) && !mayUseVotes(request),
  },
  {
    argument: 'nodes[].witness',
    needs: 'a system that is given: a search does not place witnesses',
    isBroken: ({ nodes, search }) => search && nodes?.some(({ witness }) => witness === true) === true,
  },
  {
    argument: 'zones',
    needs: 'nodes that lie in them: {"id":"a","zone":"…"}',
    isBroken: ({ zones, nodes }) => zones !== undefined && nodes?.some(({ zone }) => zone !== undefined) !== true,
  },
];

function hasVotes({ nodes }: QuorumRequest): boolean {
  return nodes?.some(({ votes }) => votes !== undefined && votes !== 1) === true;
}

function mayUseVotes(request: QuorumRequest): boolean {
  return sourcesOf(request).length === 0 || request.construction === 'weighted_voting';
}
