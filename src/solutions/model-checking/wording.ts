/**
 * The sentences around a check.
 */

import { bibliography } from '../../knowledge/bibliography.ts';
import { protocolCards } from '../../knowledge/protocol-cards.ts';
import type { Check, PropertyResult } from '../../model-checking/check.ts';
import type { Evidence, Reference } from '../../schemas/answer.ts';
import { plural } from '../format.ts';

export function checkSummary(check: Check, stoppedBy: string | undefined): string {
  const { subject, measures, finding, isExhaustive } = check;
  const explored = `${plural(measures.unique, 'state')} (${measures.generated} generated, depth ${measures.depth})`;
  if (finding !== undefined) {
    const length = finding.actions.length - 1;
    const path = `${finding.isShortest ? 'a shortest path has' : 'a path of'} ${plural(length, 'step')}`;
    return `${subject.title}: ${finding.property} is broken: ${finding.complaint}; ${path}. Explored ${explored}.`;
  }
  if (isExhaustive)
    return `${subject.title}: explored to the end of the bounds, ${explored}. ${verdictsInWords(check.properties)}`;
  const reason = stoppedBy === undefined ? '' : `: ${stoppedBy}`;
  return `${subject.title}: no breach in ${explored}, but not everything was explored${reason}; ${measures.frontier} states were waiting.`;
}

function verdictsInWords(properties: readonly PropertyResult[]): string {
  const named = (status: PropertyResult['status']): string[] =>
    properties.filter((each) => each.status === status).map(({ name }) => name);
  const [holding, vacuous, open] = [named('holds'), named('never_reached'), named('not_judged')];
  return [
    holding.length === 0 ? 'No property was to be judged.' : `Holds within these bounds: ${holding.join(', ')}.`,
    ...(vacuous.length === 0 ? [] : [`Never reached, so that the bounds may be too small: ${vacuous.join(', ')}.`]),
    ...(open.length === 0 ? [] : [`Not judged: ${open.join(', ')}.`]),
  ].join(' ');
}

export function boundsInWords({ request, subject }: Check): readonly string[] {
  const { search } = request;
  const general = [
    ...(search.depthMax < 1_000_000 ? [`paths of at most ${plural(search.depthMax, 'state')}`] : []),
    `at most ${search.statesMax} states`,
  ];
  if (request.subject.kind === 'model') {
    const config = Object.entries(request.subject.config).map(([name, value]) => `${name} = ${value}`);
    return [...config, ...general];
  }
  const { nodes, bounds, faults, operations, network } = request.subject.cluster;
  const hasTerms = subject.definition?.protocol.describe.term !== undefined;
  const asked = operations.reduce((sum, each) => sum + each.length, 0);
  return [
    plural(nodes, 'node'),
    ...(!hasTerms || bounds.termMax === undefined ? [] : [`terms (views, ballots) up to ${bounds.termMax}`]),
    `${plural(operations.length, 'client')}, ${plural(asked, 'operation')}, each sent at most ${plural(bounds.attemptsMax, 'time')}`,
    bounds.messagesPerLinkMax === undefined
      ? 'any number of messages on their way'
      : `at most ${plural(bounds.messagesPerLinkMax, 'message')} on the way from one node to another; what is sent beyond is lost`,
    `network ${network.replaceAll('_', ' ')}`,
    bounds.timeoutsMax === undefined ? 'any number of timeouts' : `at most ${plural(bounds.timeoutsMax, 'timeout')}`,
    `faults: crashes ${faults.crashes}, crashes with the disk lost ${faults.diskLosses}, lost messages ${faults.losses}, partitions ${faults.partitions}`,
    ...general,
  ];
}

export function reductionsInWords({ request, subject }: Check): readonly string[] {
  const { search } = request;
  const isSymmetric = search.usesSymmetry && subject.system.canonicalise !== undefined;
  return [
    ...(isSymmetric
      ? ['One state of each orbit under symmetry; the path that is told is one that can really happen.']
      : []),
    ...(search.usesSleepSets
      ? ['Sleep sets: of orders of steps that commute, not all are taken; every state is still met, and judged.']
      : []),
    ...subject.abstractions,
  ];
}

export function checkEvidence(check: Check): readonly Evidence[] {
  const { measures, subject, isExhaustive } = check;
  const method = `${isExhaustive ? 'exploration to the end of the bounds' : 'exploration, not to the end'}: ${measures.unique} distinct states, ${measures.generated} generated, depth ${measures.depth}, ${measures.expectedCollisions.toExponential(1)} expected collisions`;
  return check.properties.flatMap(({ name, status, text }): Evidence[] => {
    if (status === 'not_judged') return [];
    const claim = status === 'violated' ? `not so: ${name}` : status === 'unknown' ? `undecided: ${name}` : name;
    return [
      { kind: 'exploration', claim: `${subject.title}: ${claim}`, method, result: text ?? status.replace('_', ' ') },
    ];
  });
}

export function checkAssumptions({ subject, request }: Check): readonly string[] {
  return [
    ...subject.abstractions,
    request.subject.kind === 'protocol'
      ? `${subject.title} is run by the code that the simulator runs, as its paper gives it, not as any product implements it.`
      : 'The model is what its description says, not a product.',
    'Beyond the bounds nothing is said.',
  ];
}

export function checkReferences({ subject }: Check): readonly Reference[] {
  const card = protocolCards().find(({ id }) => id === subject.definition?.card);
  const ids = new Set<string>([
    ...(card?.references ?? []),
    ...subject.system.properties.flatMap(({ source }) => (source === undefined ? [] : [source])),
  ]);
  return bibliography().filter(({ id }) => ids.has(id));
}

export function checkNextSteps(check: Check, stoppedBy: string | undefined): readonly string[] {
  const { finding, isExhaustive, request } = check;
  if (finding !== undefined)
    return [
      'Read the decisive steps, then the changes of each step.',
      ...(request.subject.kind === 'protocol'
        ? ['See it drawn: run_simulation {"replay": counterexample.replay, "include": ["space_time_svg"]}.']
        : []),
      'Mend the rule and check again with the same bounds.',
    ];
  if (!isExhaustive)
    return [
      `The search ended early${stoppedBy === undefined ? '' : ` (${stoppedBy})`}: give smaller bounds (fewer nodes, operations, terms, faults), or more time or states.`,
      'search random_walk looks deeper, and proves nothing.',
    ];
  return [
    request.subject.kind === 'protocol'
      ? 'Widen one bound at a time: max_term, operations, messages_per_link, faults.'
      : 'Try a larger configuration.',
    'A known mistake (variant) under the same bounds shows whether they are wide enough to find it.',
  ];
}
