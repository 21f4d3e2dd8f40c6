/**
 * What the model-checking benchmark explores, and one search of ours through the same `Check` that tools use.
 */
import { stepBudget } from '../src/kernel/budget.ts';
import { Check } from '../src/model-checking/check.ts';
import { type CheckRequest, STANDARD_SEARCH, type Subject } from '../src/model-checking/check-request.ts';
import { NO_FAULTS } from '../src/model-checking/cluster/cluster-request.ts';
import { protocolNamed } from '../src/protocols/catalogue.ts';
import { readSettings } from '../src/protocols/settings.ts';

/** What a search to the end found and took, in a process of its own. */
export interface SearchTaken {
  readonly unique: number;
  readonly generated: number;
  /** User and system, of the whole process, its start included. */
  readonly cpuMs: number;
  /** Most memory that the process had at any time. */
  readonly peakBytes: number;
}

export interface OurSearchTaken extends SearchTaken {
  /** What the explorer itself counts: states, paths and frontier. */
  readonly explorerBytes: number;
}

export interface OurSearch {
  readonly subject: 'two_phase_commit' | 'paxos' | 'raft';
  /** Resource managers, clients or nodes. */
  readonly size: number;
  readonly order: 'breadth_first' | 'depth_first';
  /** Absent: to the end. */
  readonly depthMax?: number;
  readonly statesMax?: number;
}

const NO_LIMIT = 1_000_000_000;

export function searchWithOurs({ subject, size, order, depthMax, statesMax }: OurSearch): OurSearchTaken {
  const search = {
    ...STANDARD_SEARCH,
    order,
    usesSymmetry: false,
    depthMax: depthMax ?? NO_LIMIT,
    statesMax: statesMax ?? NO_LIMIT,
    bytesMax: 8 * 1024 ** 3,
  };
  const check = new Check({ subject: subjectOf(subject, size), search, properties: [], fairness: 'none' });
  check.run(stepBudget(NO_LIMIT));
  const isBounded = depthMax !== undefined || statesMax !== undefined;
  if (check.ending?.kind !== (isBounded ? 'stopped' : 'exhausted'))
    throw new Error(`the search of ${subject} ended otherwise: ${JSON.stringify(check.ending)}`);
  const { unique, generated, bytes } = check.measures;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    unique,
    generated,
    cpuMs: (userCPUTime + systemCPUTime) / 1000,
    peakBytes: maxRSS * 1024,
    explorerBytes: bytes,
  };
}

function subjectOf(subject: OurSearch['subject'], size: number): Subject {
  switch (subject) {
    case 'two_phase_commit':
      return { kind: 'model', model: subject, config: { rms: String(size) } };
    case 'paxos':
      return { kind: 'model', model: subject, config: { clients: String(size) } };
    case 'raft':
      return raftCluster(size);
  }
}

/** Raft with every message in any order, one write, a crash and a loss, and three elections that may begin. */
function raftCluster(nodes: number): CheckRequest['subject'] {
  return {
    kind: 'protocol',
    cluster: {
      protocol: 'raft',
      nodes,
      settings: readSettings('raft', protocolNamed('raft').settings, {}),
      network: 'unordered_non_duplicating',
      bounds: { termMax: 2, messagesPerLinkMax: 2, timeoutsMax: 3, attemptsMax: 1 },
      faults: { ...NO_FAULTS, crashes: 1, losses: 1 },
      operations: [[{ kind: 'write', key: 0, value: 1 }]],
      judgesHistory: false,
    },
  };
}
