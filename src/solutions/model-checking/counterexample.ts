/**
 * A path to a breach as people follow it: each step in words with what it changes, the steps that matter most, a diagram.
 */
import { renderSequenceDiagram, type SequenceStep } from '../../diagrams/sequence-diagram.ts';
import type { Check } from '../../model-checking/check.ts';
import type { Finding } from '../../model-checking/explore/explorer.ts';
import { pathOf } from '../../model-checking/explore/path.ts';
import type { ActionDescription } from '../../model-checking/transition-system.ts';
import type { ModelCheckReport } from '../../schemas/model-checking.ts';
import { replayedPath } from './replayed.ts';
import { stateChanges } from './state-changes.ts';

type Fields = NonNullable<ModelCheckReport['counterexample']>;

export interface ToldStep extends ActionDescription {
  readonly changes: readonly string[];
}

export function counterexampleFields(check: Check, finding: Finding): Fields {
  const { system } = check.subject;
  const path = pathOf(system, [...finding.actions, ...(finding.loop ?? [])], false);
  const states = path.map(({ words }) => system.describeState(words, 0));
  const steps = path.slice(1).map(({ action }, index): ToldStep => {
    const described = system.describeAction(path[index]?.words as Int32Array, 0, action);
    return { ...described, changes: stateChanges(states[index] ?? {}, states[index + 1] ?? {}) };
  });
  const stem = steps.slice(0, finding.actions.length - 1);
  const replayed = replayedPath(check, finding);
  return {
    property: finding.property,
    values: replayed?.values ?? finding.complaint,
    shortest: finding.isShortest,
    length: stem.length,
    steps: stem.map(({ text, changes }) => ({ text, changes: [...changes] })),
    ...(finding.loop === undefined ? {} : { loop: steps.slice(stem.length).map(({ text }) => text) }),
    decisive: [...(replayed?.decisive ?? decisiveSteps(stem))],
    diagram: replayed?.diagram ?? diagramOf(steps),
    // The states of a protocol are long, and the replay shows them.
    ...(replayed === undefined ? { state: JSON.stringify(states[stem.length]) } : { replay: replayed.token }),
  };
}

const DECISIVE_MAX = 8;
/** What the members of a state tell of a step that changes them. */
const WEIGHTY = /\b(role|leads|committed|commitIndex|commit_index|decided|chosen|votedFor|up|isr|leader)\b/;

/** Faults, what clients asked, changes of role and of what is decided, and always the last. */
function decisiveSteps(steps: readonly ToldStep[]): readonly string[] {
  const weights = steps.map(({ isFault, changes }, index) => {
    if (index === steps.length - 1) return 4;
    if (isFault === true) return 3;
    return changes.some((change) => WEIGHTY.test(change.split(':')[0] ?? '')) ? 2 : changes.length > 0 ? 1 : 0;
  });
  const kept = weights
    .map((weight, index) => ({ weight, index }))
    .toSorted((a, b) => b.weight - a.weight || b.index - a.index)
    .slice(0, DECISIVE_MAX)
    .map(({ index }) => index)
    .toSorted((a, b) => a - b);
  return kept.map((index) => `${index + 1}. ${steps[index]?.text}`);
}

function diagramOf(steps: readonly ToldStep[]): string {
  const participants = [
    ...new Set(steps.flatMap(({ from, process }) => [from, process].flatMap((each) => each ?? []))),
  ];
  const drawn = steps.map(({ text, process, from, message, isFault }): SequenceStep => {
    if (from !== undefined && message !== undefined && process !== undefined)
      return { kind: 'message', from, to: process, label: message };
    const over = process === undefined ? participants.slice(0, 1) : [process];
    return { kind: 'note', over, text: isFault === true ? `fault: ${text}` : text };
  });
  return renderSequenceDiagram({ participants: participants.length === 0 ? ['system'] : participants, steps: drawn });
}
