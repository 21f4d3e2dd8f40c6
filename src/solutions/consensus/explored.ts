/**
 * What an exploration of the chosen protocol in the small showed: three nodes (four where they may lie), two terms, two writes, a crash and a
 * few timeouts, every schedule of them. Most mistakes show in clusters that small; larger ones are not covered, and the answer says so.
 */
import { type Budget, shareOf } from '../../kernel/budget.ts';
import { Check } from '../../model-checking/check.ts';
import { type CheckRequest, STANDARD_SEARCH } from '../../model-checking/check-request.ts';
import { NO_FAULTS } from '../../model-checking/cluster/cluster-request.ts';
import { raftDefinition } from '../../protocols/raft/raft-definition.ts';
import { standardSettings } from '../../protocols/settings.ts';
import type { Evidence } from '../../schemas/answer.ts';
import type { ConsensusSetting } from './setting.ts';

const NODES = 3;
const TERMS = 2;
const WRITES = 2;
const CRASHES = 1;
const TIMEOUTS = 2;
/** Successors and states; the whole space has fewer. */
const STEPS_MAX = 2_000_000;

/** The exploration depends on nothing that is asked: once it was brought to its end, it is remembered. */
let remembered: Check | undefined;

/** undefined where the protocol has no bed in which such a space ends in seconds, or the budget had no room for it. */
export function exploreInTheSmall({ card }: ConsensusSetting, budget: Budget): Check | undefined {
  if (card.id === 'pbft') return undefined;
  if (remembered === undefined) {
    const check = new Check(REQUEST);
    check.run(shareOf(budget, STEPS_MAX));
    if (check.ending !== undefined) remembered = check;
  }
  return remembered;
}

const REQUEST: CheckRequest = {
  subject: {
    kind: 'protocol',
    cluster: {
      protocol: raftDefinition.name,
      nodes: NODES,
      settings: standardSettings(raftDefinition.settings),
      network: 'unordered_non_duplicating',
      bounds: { termMax: TERMS, messagesPerLinkMax: 1, timeoutsMax: TIMEOUTS, attemptsMax: 1 },
      faults: { ...NO_FAULTS, crashes: CRASHES },
      operations: [Array.from({ length: WRITES }, (_, index) => ({ kind: 'write', key: 0, value: index + 1 }))],
      judgesHistory: true,
    },
  },
  search: STANDARD_SEARCH,
  properties: [],
  fairness: 'none',
};

/** The call that gives the same exploration. */
const CALL = `check_model ${JSON.stringify({
  protocol: raftDefinition.name,
  nodes: NODES,
  bounds: { max_term: TERMS, timeouts: TIMEOUTS },
  faults: { crashes: CRASHES },
  operations: [Array.from({ length: WRITES }, (_, index) => ({ kind: 'write', key: 0, value: index + 1 }))],
})}`;

export function explorationEvidence(check: Check | undefined): Evidence[] {
  if (check === undefined) return [];
  const { measures, properties, isExhaustive, subject } = check;
  const held = properties.filter(({ status }) => status === 'holds').map(({ name }) => name);
  const broken = properties.filter(({ status }) => status === 'violated').map(({ name }) => name);
  const claim =
    broken.length > 0
      ? `${subject.title} breaks ${broken.join(', ')}`
      : `within these bounds every schedule of ${subject.title} keeps ${held.join(', ')}`;
  return [
    {
      kind: 'exploration',
      claim,
      method: `${CALL}: the code that the simulator runs, ${NODES} nodes, ${TERMS} terms, ${WRITES} writes, ${CRASHES} crash, ${TIMEOUTS} timeouts, at most one message on the way from one node to another`,
      result: `${isExhaustive ? 'explored to the end' : 'not explored to the end'}: ${measures.unique} states up to renaming of nodes, ${measures.generated} generated, depth ${measures.depth}, ${measures.expectedCollisions.toExponential(1)} expected collisions`,
    },
  ];
}

/** The exploration as a sentence of the proof. */
export function exploredInWords(check: Check | undefined): string {
  if (check === undefined) return 'The protocol itself was not model-checked in this answer.';
  const { measures, isExhaustive, subject } = check;
  const end = isExhaustive ? 'to the end' : 'in part';
  return `${subject.title} was explored ${end} on ${NODES} nodes with ${TERMS} terms, ${WRITES} writes, ${CRASHES} crash and ${TIMEOUTS} timeouts: ${measures.unique} states. Beyond these bounds the argument above has to do.`;
}
