/**
 * Two-phase commit as J. Gray and L. Lamport specify it ("Consensus on Transaction Commit", TODS 2006, appendix; the module TwoPhase of
 * tlaplus/Examples): a transaction manager (TM), resource managers (RMs), and a network that is the set of all messages ever sent.
 * Nothing is taken off the network, so a message may arrive again and again, which changes nothing but counts as a step.
 *
 * A state is four sets of RMs, each a plane of bits, one bit an RM:
 *
 *     voted      has sent Prepared           counted    the TM has received its Prepared
 *     ended      committed or aborted        committed  of those, the ones that committed
 *
 * Up to 15 RMs two planes share a word, which makes two words a state, else each has its own. The two highest bits are the TM's state in
 * the first word and, in the last, which decisions stand on the network. With sets as planes the invariant is one comparison, and all RMs that may
 * take an action come from a few and-nots.
 *
 * RMs are interchangeable. The representative of an orbit has them sorted by what is true of each: count the RMs of each of the nine kinds,
 * then write runs of ones. That costs the same for any number of RMs.
 */
import { choiceOf, numberOf, type Setting, type SettingValues } from '../../protocols/settings.ts';
import type { Successors } from '../successors.ts';
import type { ActionDescription, StateDescription, SystemProperty, TransitionSystem } from '../transition-system.ts';
import type { ModelDefinition } from './model-definition.ts';
import { firstOf, has, sizeOf } from './server-sets.ts';

const SYMMETRIES = ['none', 'orbits'] as const;
const MISTAKES = ['none', 'commit_on_majority', 'abort_after_prepared', 'decision_not_logged'] as const;
type Mistake = (typeof MISTAKES)[number];

const SETTINGS: readonly Setting[] = [
  {
    name: 'rms',
    kind: 'integer',
    standard: 3,
    min: 1,
    max: 30,
    description: 'is the number of resource managers; without symmetry the states grow sixfold with each',
  },
  {
    name: 'symmetry',
    kind: 'choice',
    standard: 'none',
    options: SYMMETRIES,
    description: 'with orbits, explores one of all states that differ only in the order of the resource managers',
  },
  {
    name: 'mistake',
    kind: 'choice',
    standard: 'none',
    options: MISTAKES,
    description:
      'breaks a rule: the manager commits on the votes of most, a resource manager aborts after its vote, or the manager restarts without its decision',
  },
];

export const twoPhaseCommitModel: ModelDefinition = {
  name: 'two_phase_commit',
  title: 'Two-phase commit',
  description: 'Two-phase commit over a network that is a set of messages (Gray, Lamport 2006; TwoPhase.tla).',
  settings: SETTINGS,
  build,
};

const TM_COMMITS = 0;
const TM_ABORTS = 1;
const TM_RESTARTS = 2;
const TM_RECEIVES_PREPARED = 3;
const RM_PREPARES = 4;
const RM_CHOOSES_TO_ABORT = 5;
const RM_RECEIVES_COMMIT = 6;
const RM_RECEIVES_ABORT = 7;
/** The code of an action is its kind times this, plus the RM. */
const RMS_PER_KIND = 32;

const TM_INIT = 0;
const TM_COMMITTED = 1;
const TM_ABORTED = 2;
const PREPARED = 'Prepared';
const COMMIT = 'Commit';
const ABORT = 'Abort';
const TM_STATES = ['init', 'committed', 'aborted'] as const;
const COMMIT_SENT = 1;
const ABORT_SENT = 2;

/** What the highest two bits of a word are shifted by. */
const TOP = 30;
const BELOW_TOP = (1 << TOP) - 1;
const RMS_THAT_SHARE_WORDS_MAX = 15;

/** Where the planes stand in a state. */
interface Layout {
  readonly rms: number;
  /** All RMs, as a plane. */
  readonly all: number;
  readonly width: number;
  /** `counted` lies this many words and bits behind `voted`, and `committed` behind `ended`. */
  readonly secondWord: number;
  readonly secondShift: number;
  readonly endedWord: number;
  readonly lastWord: number;
}

function layoutOf(rms: number): Layout {
  const all = (1 << rms) - 1;
  return rms <= RMS_THAT_SHARE_WORDS_MAX
    ? { rms, all, width: 2, secondWord: 0, secondShift: RMS_THAT_SHARE_WORDS_MAX, endedWord: 1, lastWord: 1 }
    : { rms, all, width: 4, secondWord: 1, secondShift: 0, endedWord: 2, lastWord: 3 };
}

function votedIn({ all }: Layout, words: Int32Array, at: number): number {
  return (words[at] as number) & all;
}

function countedIn({ all, secondWord, secondShift }: Layout, words: Int32Array, at: number): number {
  return ((words[at + secondWord] as number) >>> secondShift) & all;
}

function endedIn({ all, endedWord }: Layout, words: Int32Array, at: number): number {
  return (words[at + endedWord] as number) & all;
}

function committedIn({ all, secondWord, secondShift, endedWord }: Layout, words: Int32Array, at: number): number {
  return ((words[at + endedWord + secondWord] as number) >>> secondShift) & all;
}

function tmStateIn(words: Int32Array, at: number): number {
  return (words[at] as number) >>> TOP;
}

/** Which decisions stand on the network. */
function sentIn({ lastWord }: Layout, words: Int32Array, at: number): number {
  return (words[at + lastWord] as number) >>> TOP;
}

function build(settings: SettingValues): TransitionSystem {
  const layout = layoutOf(numberOf(settings, 'rms'));
  const mistake = choiceOf(settings, 'mistake', MISTAKES);
  const system: TransitionSystem = {
    width: layout.width,
    initial: (into) => {
      into.copy(new Int32Array(layout.width), 0);
      into.keep(0);
    },
    expand: (words, at, into) => {
      expandManager(layout, mistake, words, at, into);
      expandResourceManagers(layout, mistake, words, at, into);
    },
    properties: propertiesOf(layout),
    nodeOf: (_words, _at, action) => (isOfManager(action) ? layout.rms : action % RMS_PER_KIND),
    describeState: (words, at) => describeState(layout, words, at),
    describeAction: (_words, _at, action) => describeAction(action),
  };
  if (choiceOf(settings, 'symmetry', SYMMETRIES) === 'none') return system;
  return { ...system, canonicalise: (words, at) => canonicalise(layout, words, at) };
}

function expandManager(layout: Layout, mistake: Mistake, words: Int32Array, at: number, into: Successors): void {
  const { rms, all, secondWord, secondShift, lastWord } = layout;
  const state = tmStateIn(words, at);
  if (state === TM_INIT) {
    const counted = countedIn(layout, words, at);
    if (mistake === 'commit_on_majority' ? 2 * sizeOf(counted) > rms : counted === all) {
      const next = into.copy(words, at);
      putIn(into.words, next, TM_COMMITTED << TOP);
      putIn(into.words, next + lastWord, COMMIT_SENT << TOP);
      into.keep(TM_COMMITS * RMS_PER_KIND);
    }
    const next = into.copy(words, at);
    putIn(into.words, next, TM_ABORTED << TOP);
    putIn(into.words, next + lastWord, ABORT_SENT << TOP);
    into.keep(TM_ABORTS * RMS_PER_KIND);
    for (let rest = votedIn(layout, words, at); rest !== 0; rest &= rest - 1) {
      const rm = firstOf(rest);
      const next = into.copy(words, at);
      putIn(into.words, next + secondWord, 1 << (rm + secondShift));
      into.keep(TM_RECEIVES_PREPARED * RMS_PER_KIND + rm);
    }
  } else if (mistake === 'decision_not_logged' && state === TM_COMMITTED) {
    const next = into.copy(words, at);
    takeOut(into.words, next, ~BELOW_TOP);
    takeOut(into.words, next + secondWord, all << secondShift);
    into.keep(TM_RESTARTS * RMS_PER_KIND);
  }
}

function expandResourceManagers(
  layout: Layout,
  mistake: Mistake,
  words: Int32Array,
  at: number,
  into: Successors,
): void {
  const { all, secondWord, secondShift, endedWord } = layout;
  const sent = sentIn(layout, words, at);
  const active = all & ~endedIn(layout, words, at);
  const working = active & ~votedIn(layout, words, at);
  for (let rest = working; rest !== 0; rest &= rest - 1) {
    const rm = firstOf(rest);
    const next = into.copy(words, at);
    putIn(into.words, next, 1 << rm);
    into.keep(RM_PREPARES * RMS_PER_KIND + rm);
  }
  for (let rest = mistake === 'abort_after_prepared' ? active : working; rest !== 0; rest &= rest - 1) {
    const rm = firstOf(rest);
    const next = into.copy(words, at);
    putIn(into.words, next + endedWord, 1 << rm);
    into.keep(RM_CHOOSES_TO_ABORT * RMS_PER_KIND + rm);
  }
  for (let rest = (sent & COMMIT_SENT) === 0 ? 0 : all; rest !== 0; rest &= rest - 1) {
    const rm = firstOf(rest);
    const next = into.copy(words, at) + endedWord;
    putIn(into.words, next, 1 << rm);
    putIn(into.words, next + secondWord, 1 << (rm + secondShift));
    into.keep(RM_RECEIVES_COMMIT * RMS_PER_KIND + rm);
  }
  for (let rest = (sent & ABORT_SENT) === 0 ? 0 : all; rest !== 0; rest &= rest - 1) {
    const rm = firstOf(rest);
    const next = into.copy(words, at) + endedWord;
    putIn(into.words, next, 1 << rm);
    takeOut(into.words, next + secondWord, 1 << (rm + secondShift));
    into.keep(RM_RECEIVES_ABORT * RMS_PER_KIND + rm);
  }
}

/** Those that never voted first, then those whose vote is on its way, then those counted; within each the active, the aborted, the committed. */
function canonicalise(layout: Layout, words: Int32Array, at: number): void {
  const { all, width, secondWord, secondShift, endedWord } = layout;
  const voted = votedIn(layout, words, at);
  const counted = countedIn(layout, words, at);
  const ended = endedIn(layout, words, at);
  const committed = committedIn(layout, words, at);
  let sortedEnded = 0;
  let sortedCommitted = 0;
  let end = 0;
  for (let vote = 0; vote < 3; vote++) {
    const alike = vote === 0 ? all & ~voted : vote === 1 ? voted & ~counted : counted;
    end += sizeOf(alike);
    sortedEnded |= runOf(end - sizeOf(alike & ended), end);
    sortedCommitted |= runOf(end - sizeOf(alike & committed), end);
  }
  for (let word = at; word < at + width; word++) takeOut(words, word, BELOW_TOP);
  putIn(words, at, runOf(layout.rms - sizeOf(voted), layout.rms));
  putIn(words, at + secondWord, runOf(layout.rms - sizeOf(counted), layout.rms) << secondShift);
  putIn(words, at + endedWord, sortedEnded);
  putIn(words, at + endedWord + secondWord, sortedCommitted << secondShift);
}

function propertiesOf(layout: Layout): readonly SystemProperty[] {
  const { all } = layout;
  return [
    {
      kind: 'always',
      name: 'TCConsistent',
      statement: 'No resource manager has committed while another has aborted.',
      source: 'Gray, Lamport 2006; TCommit.tla',
      holds: (words, at) => {
        const committed = committedIn(layout, words, at);
        return committed === 0 || committed === endedIn(layout, words, at);
      },
      complaint: (words, at) => {
        const committed = committedIn(layout, words, at);
        const aborted = endedIn(layout, words, at) & ~committed;
        return `${nameOf(firstOf(committed))} has committed and ${nameOf(firstOf(aborted))} has aborted`;
      },
    },
    {
      kind: 'sometimes',
      name: 'abort agreement',
      statement: 'All resource managers abort.',
      reached: (words, at) => endedIn(layout, words, at) === all && committedIn(layout, words, at) === 0,
    },
    {
      kind: 'sometimes',
      name: 'commit agreement',
      statement: 'All resource managers commit.',
      reached: (words, at) => committedIn(layout, words, at) === all,
    },
  ];
}

/** With the names of TwoPhase.tla. */
function describeState(layout: Layout, words: Int32Array, at: number): StateDescription {
  const voted = votedIn(layout, words, at);
  const counted = countedIn(layout, words, at);
  const ended = endedIn(layout, words, at);
  const committed = committedIn(layout, words, at);
  const sent = sentIn(layout, words, at);
  const rms = Array.from({ length: layout.rms }, (_, rm) => rm);
  return {
    rmState: rms.map((rm) => {
      if (has(ended, rm)) return has(committed, rm) ? 'committed' : 'aborted';
      return has(voted, rm) ? 'prepared' : 'working';
    }),
    tmState: TM_STATES[tmStateIn(words, at)],
    tmPrepared: rms.filter((rm) => has(counted, rm)).map(nameOf),
    msgs: [
      ...rms.filter((rm) => has(voted, rm)).map((rm) => `Prepared ${nameOf(rm)}`),
      ...((sent & COMMIT_SENT) === 0 ? [] : ['Commit']),
      ...((sent & ABORT_SENT) === 0 ? [] : ['Abort']),
    ],
  };
}

function describeAction(action: number): ActionDescription {
  const rm = nameOf(action % RMS_PER_KIND);
  switch (Math.floor(action / RMS_PER_KIND)) {
    case TM_COMMITS:
      return { text: 'tm commits', process: 'tm' };
    case TM_ABORTS:
      return { text: 'tm aborts', process: 'tm' };
    case TM_RESTARTS:
      return { text: 'tm restarts and has forgotten its decision', process: 'tm', isFault: true };
    case TM_RECEIVES_PREPARED:
      return { text: `tm receives ${PREPARED} from ${rm}`, process: 'tm', from: rm, message: PREPARED };
    case RM_PREPARES:
      return { text: `${rm} prepares`, process: rm };
    case RM_CHOOSES_TO_ABORT:
      return { text: `${rm} chooses to abort`, process: rm };
    case RM_RECEIVES_COMMIT:
      return { text: `${rm} receives ${COMMIT}`, process: rm, from: 'tm', message: COMMIT };
    default:
      return { text: `${rm} receives ${ABORT}`, process: rm, from: 'tm', message: ABORT };
  }
}

function isOfManager(action: number): boolean {
  return action < RM_PREPARES * RMS_PER_KIND;
}

function nameOf(rm: number): string {
  return `rm ${rm + 1}`;
}

function putIn(words: Int32Array, index: number, bits: number): void {
  words[index] = (words[index] as number) | bits;
}

function takeOut(words: Int32Array, index: number, bits: number): void {
  words[index] = (words[index] as number) & ~bits;
}

/** Bits from `start` to before `end`. */
function runOf(start: number, end: number): number {
  return (1 << end) - (1 << start);
}
