/**
 * How many nodes a failure scenario takes away: "3 of 5 nodes down", "loss of two nodes", "f+1 failures", "all nodes down".
 * Partitions, restarts one by one and losses of zones or disks leave out who is up, and are not read.
 */
import { quorumSizes } from '../../quorum/fault-model.ts';
import type { ReviewSetting } from './check.ts';
import type { Loss } from './sizes.ts';
import { MEMBERS, NUMBER, OF, OTHERS, toNumber } from './vocabulary.ts';

const UNCLEAR =
  /\b(?:partition\w*|minority|isolat\w*|split|restart\w*|rolling|recover\w*|one (?:at a time|after another|by one)|fewer|less than|more than|at least|up to|at most|slow|not|leaders?|primary|and)\b/i;
const LOST = '(?:down|fail(?:s|ed|ing|ures?)?|crash(?:es|ed|ing)?|lost|unreachable|unavailable|offline|dead|gone)\\b';
const ARE = '(?:(?:are|is|have|go|goes|get|gets|being|become) )?(?:all )?';

const ALL_LOST = new RegExp(`\\b(?:all|every)(?: the)?(?: ${NUMBER})? ${MEMBERS} ${ARE}${LOST}`, 'i');
/** The first number is what is lost, the second is of how many. */
const NUMBER_LOST = [
  `(?<!node |replica |server )(?<![\\w.+])${NUMBER}${OF}${NUMBER}(?: ${MEMBERS})? ${ARE}${LOST}`,
  `(?<![\\w.+])${NUMBER}()(?: (?!${OTHERS})\\w+)? ${MEMBERS} ${ARE}${LOST}`,
  `\\b(?:loss|failure|crash|outage) of (?:any )?${NUMBER}(?:${OF}${NUMBER})? ${MEMBERS}`,
  `\\b(?:losing|lose) (?:any )?${NUMBER}(?:${OF}${NUMBER})? ${MEMBERS}`,
  `(?<![\\w.+])${NUMBER}() (?:simultaneous |node |concurrent |crash ){0,2}(?:failures?|faults?|crashes)\\b(?! of)`,
].map((source) => new RegExp(source, 'i'));
const SYMBOL_LOST = new RegExp(
  `(?<![\\w+*])f( ?\\+ ?1)? (?:(?:${MEMBERS} )?${ARE}${LOST}|(?:node |simultaneous )?(?:failures|faults|crashes))`,
  'i',
);

/** Undefined where the scenario does not say, or leaves room for doubt. */
export function lostNodes(scenario: string, setting: ReviewSetting): Loss | undefined {
  if (UNCLEAR.test(scenario) || namesOthers(scenario)) return undefined;
  const { nodes } = setting;
  const all = ALL_LOST.exec(scenario);
  if (all !== null) return atLeastOne(nodes, nodes);
  for (const expression of NUMBER_LOST) {
    const match = expression.exec(scenario);
    if (match !== null) return atLeastOne(toNumber(match[1]), match[2] ? toNumber(match[2]) : nodes);
  }
  return lostBySymbol(scenario, setting);
}

function namesOthers(scenario: string): boolean {
  return new RegExp(`\\b${OTHERS}`, 'i').test(scenario);
}

/** "f+1" is too many only if f is all that the nodes tolerate. */
function lostBySymbol(scenario: string, { problem, nodes, faultModel }: ReviewSetting): Loss | undefined {
  const match = SYMBOL_LOST.exec(scenario);
  if (match === null || nodes === undefined || nodes < 1) return undefined;
  const { failureTolerance } = quorumSizes({ faultModel, nodeCount: nodes });
  if ((problem.failure_tolerance ?? failureTolerance) !== failureTolerance) return undefined;
  return { nodes, down: match[1] === undefined ? failureTolerance : failureTolerance + 1 };
}

function atLeastOne(down: number | undefined, nodes: number | undefined): Loss | undefined {
  return down === undefined || nodes === undefined || nodes < 1 || down > nodes ? undefined : { down, nodes };
}
