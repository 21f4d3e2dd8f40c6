/**
 * What FaB Paxos claims (TDSC 2006, section 1), over the nodes that do not lie. A value is chosen in a view when so many correct acceptors have
 * accepted it, or hold a commit proof of it, that every later progress certificate shows it, whether or not anyone has learned.
 */
import type { Complaint, Monitor, Property } from '../property.ts';
import type { FabConfig, FabState } from './fab-paxos-state.ts';
import { reportsForView } from './fab-paxos-state.ts';
import { verdictOf } from './vouching.ts';

const SOURCE = 'martin2006';

export function fabProperties(config: FabConfig): readonly Property<FabState>[] {
  return [
    {
      kind: 'always',
      name: 'at most one value chosen',
      statement:
        'No two values are chosen: accepted in one view by ⌈(n + f + 1)/2⌉ correct nodes, or proven to ⌈(n - f + 1)/2⌉ (CS2).',
      source: SOURCE,
      holds: ({ states }) => twoChosen(config, states),
      monitor: () => chosenMonitor(config),
    },
    {
      kind: 'always',
      name: 'agreement',
      statement: 'No two correct nodes learn different values (CS3).',
      source: SOURCE,
      holds: ({ states }) => differentlyLearned(config, states),
    },
    {
      kind: 'always',
      name: 'validity',
      statement: 'Correct nodes accept and learn only what a client proposed (CS1).',
      source: SOURCE,
      monitor: () => validityMonitor(config),
    },
    {
      kind: 'sometimes',
      name: 'a value is learned',
      statement: 'Some correct node has learned the outcome.',
      reached: ({ states }) => states.some((state) => isCorrect(config, state) && state.learned !== null),
    },
    {
      kind: 'sometimes',
      name: 'a certificate vouches for one value',
      statement: 'A leader after the first is bound to propose a certain value.',
      reached: ({ states }) => states.some((state) => isCorrect(config, state) && isBound(state)),
    },
    {
      kind: 'eventually',
      name: 'eventual decision',
      statement: 'Once a client has proposed a value, every correct node learns one (CL1 and CL2).',
      source: SOURCE,
      holds: ({ states, up }) => undecided(config, states, up),
    },
  ];
}

function isCorrect({ byzantine }: FabConfig, { self }: FabState): boolean {
  return self >= byzantine;
}

/** Correct nodes by bit: those who accepted the value in the view, and those who hold a proof of that. */
interface Tally {
  readonly view: number;
  readonly value: number;
  accepted: number;
  proven: number;
}

/** Sees what nodes hold now, and not what they had before they accepted in a later view. */
function twoChosen(config: FabConfig, states: readonly FabState[]): Complaint {
  const tallies: Tally[] = [];
  for (const state of states) if (isCorrect(config, state)) count(tallies, state);
  return chosenApart(tallies, config);
}

/** What a crash took before it was durable, as the restarted node shows, is taken back. */
function chosenMonitor(config: FabConfig): Monitor<FabState> {
  const tallies: Tally[] = [];
  return {
    changed: (node, before, after) => {
      if (!isCorrect(config, after)) return undefined;
      const { acceptedView, proof } = after;
      if (before !== undefined && before.acceptedView === acceptedView && before.proof === proof) return undefined;
      if (before === undefined) forget(tallies, 1 << node, acceptedView, proof?.view ?? -1);
      count(tallies, after);
      return chosenApart(tallies, config);
    },
  };
}

function count(tallies: Tally[], { self, acceptedView, accepted, proof }: FabState): void {
  if (accepted !== null) tallyOf(tallies, acceptedView, accepted).accepted |= 1 << self;
  if (proof !== null) tallyOf(tallies, proof.view, proof.value).proven |= 1 << self;
}

function tallyOf(tallies: Tally[], view: number, value: number): Tally {
  const known = tallies.find((each) => each.view === view && each.value === value);
  if (known !== undefined) return known;
  const tally = { view, value, accepted: 0, proven: 0 };
  tallies.push(tally);
  return tally;
}

function forget(tallies: readonly Tally[], bit: number, acceptedView: number, provenView: number): void {
  for (const tally of tallies) {
    if (tally.view > acceptedView) tally.accepted &= ~bit;
    if (tally.view > provenView) tally.proven &= ~bit;
  }
}

function isChosen({ accepted, proven }: Tally, { commitQuorum, vouchingReports }: FabConfig): boolean {
  return bitCount(accepted) >= commitQuorum || bitCount(proven) >= vouchingReports;
}

function chosenApart(tallies: readonly Tally[], config: FabConfig): Complaint {
  const chosen = tallies.filter((each) => isChosen(each, config)).sort((a, b) => a.view - b.view);
  const [first] = chosen;
  const other = chosen.find(({ value }) => value !== first?.value);
  if (first === undefined || other === undefined) return undefined;
  return `${first.value} is chosen in view ${first.view} and ${other.value} in view ${other.view}`;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}

function differentlyLearned(config: FabConfig, states: readonly FabState[]): Complaint {
  const learners = states.filter((state) => isCorrect(config, state) && state.learned !== null);
  const [first] = learners;
  const other = learners.find(({ learned }) => learned !== first?.learned);
  return first === undefined || other === undefined
    ? undefined
    : `n${first.self + 1} has learned ${first.learned} and n${other.self + 1} ${other.learned}`;
}

/** What a node starts with was looked at before it came to its disk. */
function validityMonitor(config: FabConfig): Monitor<FabState> {
  const proposed: number[] = [];
  const note = (value: number | null): void => {
    if (value !== null && !proposed.includes(value)) proposed.push(value);
  };
  return {
    changed: (node, before, after) => {
      note(after.wanted);
      for (const decoy of after.decoys) note(decoy);
      if (!isCorrect(config, after) || before === undefined) return undefined;
      const { accepted, learned } = after;
      if (accepted !== null && !proposed.includes(accepted))
        return `n${node + 1} has accepted ${accepted}, which no client proposed`;
      return learned === null || proposed.includes(learned)
        ? undefined
        : `n${node + 1} has learned ${learned}, which no client proposed`;
    },
  };
}

function isBound(state: FabState): boolean {
  const { config, view, proposal } = state;
  const reports = reportsForView(state).slice(0, config.certificateSize);
  return view > 0 && proposal?.view === view && verdictOf(reports, config).kind === 'only';
}

function undecided(config: FabConfig, states: readonly FabState[], up: readonly boolean[]): Complaint {
  const correct = states.filter((state) => isCorrect(config, state));
  const isProposed = correct.some(({ wanted, accepted, learned }) => (wanted ?? accepted ?? learned) !== null);
  const ignorant = correct.find(({ self, learned }) => up[self] === true && learned === null);
  if (!isProposed || ignorant === undefined) return undefined;
  const stuck = correct.find((state) => isStuck(state));
  const reason =
    stuck === undefined ? '' : `: the certificate of n${stuck.self + 1} in view ${stuck.view} vouches for no value`;
  return `n${ignorant.self + 1} has not learned a value${reason}`;
}

function isStuck(state: FabState): boolean {
  const { config, self, view } = state;
  const reports = reportsForView(state).slice(0, config.certificateSize);
  const isLeading = view > 0 && view % config.nodes === self && reports.length === config.certificateSize;
  return isLeading && verdictOf(reports, config).kind === 'none';
}
