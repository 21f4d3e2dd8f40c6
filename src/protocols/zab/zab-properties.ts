/**
 * What Zab claims (DSN 2011, section III): integrity, total order and agreement make it an atomic broadcast, primary order and primary
 * integrity make it fit for primaries that send the outcome of requests. A server delivers a transaction when it executes it, and the
 * leader of an epoch broadcasts when it takes one into its history. After a restart a server delivers again what follows its snapshot.
 */
import { type ClusterView, type Complaint, judgedOnSteps, type Monitor, type Property } from '../property.ts';
import { describeTransaction, describeZxid } from './zab-describe.ts';
import {
  compareZxids,
  lastCounter,
  lastPlace,
  lastZxid,
  placeOf,
  type Transaction,
  transactionAt,
} from './zab-history.ts';
import { isEstablished, type ZabState } from './zab-state.ts';

type View = ClusterView<ZabState>;

const SOURCE = 'junqueira2011';

export const zabProperties: readonly Property<ZabState>[] = [
  {
    kind: 'always',
    name: 'integrity',
    statement: 'A server delivers only transactions that some primary broadcast.',
    source: SOURCE,
    holds: deliveredWithoutPrimary,
    monitor: integrityMonitor,
  },
  {
    kind: 'always',
    name: 'total order',
    statement:
      'If a server delivers t before u, every server that delivers u delivers t before it: each transaction has one predecessor.',
    source: SOURCE,
    holds: differentPredecessor,
    monitor: totalOrderMonitor,
  },
  {
    kind: 'always',
    name: 'agreement',
    statement: 'Of two servers, one has delivered everything that the other has, in its place.',
    source: SOURCE,
    holds: differentDelivery,
    monitor: agreementMonitor,
  },
  {
    kind: 'always',
    name: 'local primary order',
    statement:
      'Transactions of one epoch are delivered in the order in which its primary broadcast them, none left out.',
    source: SOURCE,
    holds: (view) => everyDelivery(view, outOfPlaceInEpoch),
    monitor: () => ({ changed: (_, before, after) => newDeliveries(before, after, outOfPlaceInEpoch) }),
  },
  {
    kind: 'always',
    name: 'global primary order',
    statement: 'A transaction of an earlier epoch is delivered before any of a later epoch.',
    source: SOURCE,
    holds: (view) => everyDelivery(view, afterLaterEpoch),
    monitor: () => ({ changed: (_, before, after) => newDeliveries(before, after, afterLaterEpoch) }),
  },
  {
    kind: 'always',
    name: 'primary integrity',
    statement: 'A primary broadcasts only after it has delivered everything of earlier epochs that is ever delivered.',
    source: SOURCE,
    holds: missedByPrimary,
    monitor: primaryIntegrityMonitor,
  },
  {
    kind: 'always',
    name: 'what is delivered stays',
    statement: 'A server never truncates a transaction that it has delivered.',
    source: SOURCE,
    holds: ({ states }) => firstComplaint(states, truncated),
    monitor: () => ({ changed: (_, _before, after) => truncated(after) }),
  },
  {
    kind: 'always',
    name: 'one leader per epoch',
    statement: 'No two servers are established as leaders of one epoch.',
    source: SOURCE,
    holds: twoLeaders,
    monitor: leaderMonitor,
  },
  {
    kind: 'always',
    name: 'epochs only grow',
    statement: 'While a server runs, neither its accepted nor its current epoch becomes smaller.',
    source: SOURCE,
    ...judgedOnSteps(shrunk),
  },
  {
    kind: 'always',
    name: 'an epoch is accepted before it is current',
    statement: 'The current epoch of a server is never above the one that it has accepted.',
    source: SOURCE,
    holds: ({ states }) => firstComplaint(states, ahead),
    monitor: () => ({ changed: (_, _before, after) => ahead(after) }),
  },
  {
    kind: 'sometimes',
    name: 'a transaction is delivered',
    statement: 'Some server has delivered a transaction.',
    reached: ({ states }) => states.some(({ delivered }) => delivered > 0),
  },
  {
    kind: 'sometimes',
    name: 'a later epoch takes over a history',
    statement: 'Some leader of an epoch after the first is established with transactions of earlier ones.',
    reached: ({ states }) =>
      states.some((state) => isEstablished(state) && state.currentEpoch > 1 && (state.leadership?.initial ?? 0) > 0),
  },
  {
    kind: 'eventually',
    name: 'servers agree',
    statement:
      'One leader is established, all running servers follow it in its epoch and have delivered all of its history.',
    source: SOURCE,
    holds: disagreement,
  },
];

const name = (node: number): string => `n${node + 1}`;

function isSame(a: Transaction, b: Transaction): boolean {
  return a === b || (a.epoch === b.epoch && a.counter === b.counter && a.client === b.client && a.number === b.number);
}

/** Judges a transaction by the one delivered before it; undefined where that is in the snapshot. */
type Judge = (node: number, txn: Transaction, previous: Transaction | undefined, place: number) => Complaint;

/** Looks at what has been delivered since `before`; after a start, at all that follows the snapshot. */
function newDeliveries(before: ZabState | undefined, after: ZabState, judge: Judge): Complaint {
  const from = Math.max(before?.delivered ?? 0, after.history.snapshot.index);
  for (let place = from + 1; place <= after.delivered; place++) {
    const txn = transactionAt(after.history, place);
    const complaint = txn && judge(after.self, txn, transactionAt(after.history, place - 1), place);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function everyDelivery({ states }: Pick<View, 'states'>, judge: Judge): Complaint {
  return firstComplaint(states, (state) => newDeliveries(undefined, state, judge));
}

function firstComplaint(states: readonly ZabState[], look: (state: ZabState) => Complaint): Complaint {
  for (const state of states) {
    const complaint = look(state);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function outOfPlaceInEpoch(node: number, txn: Transaction, previous: Transaction | undefined): Complaint {
  if (previous === undefined) return undefined;
  const expected = previous.epoch === txn.epoch ? previous.counter + 1 : 1;
  return txn.counter === expected || previous.epoch > txn.epoch
    ? undefined
    : `${name(node)} has delivered ${describeZxid(txn)} right after ${describeZxid(previous)}`;
}

function afterLaterEpoch(node: number, txn: Transaction, previous: Transaction | undefined): Complaint {
  return previous === undefined || previous.epoch <= txn.epoch
    ? undefined
    : `${name(node)} has delivered ${describeZxid(txn)} after ${describeZxid(previous)} of a later epoch`;
}

/** Transactions by their zxid, as one looks them up. */
const keyOf = ({ epoch, counter }: Transaction): string => `${epoch},${counter}`;

function integrityMonitor(): Monitor<ZabState> {
  const broadcast = new Map<string, Transaction>();
  return {
    changed: (_, before, after) => {
      for (const txn of broadcastSince(before, after)) broadcast.set(keyOf(txn), txn);
      return newDeliveries(before, after, (node, txn) => {
        const known = broadcast.get(keyOf(txn));
        if (known !== undefined && isSame(known, txn)) return undefined;
        return `${name(node)} has delivered ${describeTransaction(txn)}, and ${known === undefined ? 'nobody broadcast it' : `what was broadcast is ${describeTransaction(known)}`}`;
      });
    },
  };
}

/** A leader that is established has all that was ever broadcast in its epoch. */
function deliveredWithoutPrimary({ states }: View): Complaint {
  for (const { self, history, currentEpoch } of states.filter(isEstablished)) {
    const judge: Judge = (node, txn) => {
      if (txn.epoch !== currentEpoch) return undefined;
      const known = transactionAt(history, placeOf(history, txn));
      return known === undefined || isSame(known, txn)
        ? undefined
        : `${name(node)} has delivered ${describeTransaction(txn)}, which ${name(self)} has not broadcast`;
    };
    const complaint = everyDelivery({ states }, judge);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

/** What a leader has taken into its history as the next of its epoch. */
function broadcastSince(before: ZabState | undefined, after: ZabState): readonly Transaction[] {
  if (before === undefined || !isEstablished(before) || !isEstablished(after)) return [];
  const fresh = lastPlace(after.history) - lastPlace(before.history);
  return fresh <= 0 ? [] : after.history.log.slice(-fresh);
}

function totalOrderMonitor(): Monitor<ZabState> {
  const before = new Map<string, { readonly previous: Transaction; readonly node: number }>();
  return {
    changed: (_, earlier, after) =>
      newDeliveries(earlier, after, (node, txn, previous) => {
        if (previous === undefined) return undefined;
        const known = before.get(keyOf(txn));
        if (known === undefined) before.set(keyOf(txn), { previous, node });
        return known === undefined || isSame(known.previous, previous)
          ? undefined
          : twoPredecessors(txn, known.node, known.previous, node, previous);
      }),
  };
}

function twoPredecessors(txn: Transaction, a: number, beforeA: Transaction, b: number, beforeB: Transaction): string {
  return `${name(a)} has delivered ${describeTransaction(beforeA)} right before ${describeZxid(txn)}, and ${name(b)} ${describeTransaction(beforeB)}`;
}

function differentPredecessor({ states }: View): Complaint {
  for (const a of states) {
    for (const b of states) {
      const complaint = a.self < b.self ? predecessorsDiffer(a, b) : undefined;
      if (complaint !== undefined) return complaint;
    }
  }
  return undefined;
}

/** Goes through both deliveries at once, which are in the order of zxids. */
function predecessorsDiffer(a: ZabState, b: ZabState): Complaint {
  let atA = a.history.snapshot.index + 2;
  let atB = b.history.snapshot.index + 2;
  while (atA <= a.delivered && atB <= b.delivered) {
    const [txnA, txnB] = [transactionAt(a.history, atA), transactionAt(b.history, atB)];
    if (txnA === undefined || txnB === undefined) return undefined;
    const order = compareZxids(txnA, txnB);
    const [beforeA, beforeB] = [transactionAt(a.history, atA - 1), transactionAt(b.history, atB - 1)];
    if (order === 0 && beforeA !== undefined && beforeB !== undefined && !isSame(beforeA, beforeB))
      return twoPredecessors(txnA, a.self, beforeA, b.self, beforeB);
    if (order <= 0) atA += 1;
    if (order >= 0) atB += 1;
  }
  return undefined;
}

function agreementMonitor(): Monitor<ZabState> {
  const first: { readonly txn: Transaction; readonly node: number }[] = [];
  return {
    changed: (_, before, after) =>
      newDeliveries(before, after, (node, txn, _previous, place) => {
        const known = first[place];
        if (known === undefined) first[place] = { txn, node };
        return known === undefined || isSame(known.txn, txn)
          ? undefined
          : differ(known.node, known.txn, node, txn, place);
      }),
  };
}

function differ(node: number, txn: Transaction, other: number, otherTxn: Transaction, place: number): string {
  return `${name(node)} has delivered ${describeTransaction(txn)} in place ${place} and ${name(other)} ${describeTransaction(otherTxn)}`;
}

function differentDelivery({ states }: View): Complaint {
  const longest = states.reduce((best, state) => (state.delivered > best.delivered ? state : best));
  for (const state of states) {
    for (let place = state.history.snapshot.index + 1; place <= state.delivered; place++) {
      const [txn, other] = [transactionAt(longest.history, place), transactionAt(state.history, place)];
      if (txn !== undefined && other !== undefined && !isSame(txn, other))
        return differ(longest.self, txn, state.self, other, place);
    }
  }
  return undefined;
}

/** For each epoch how much its primary had delivered when it broadcast first, and what is delivered in each place. */
function primaryIntegrityMonitor(): Monitor<ZabState> {
  const delivered: Transaction[] = [];
  const primaries: { readonly epoch: number; readonly node: number; readonly places: number }[] = [];
  return {
    changed: (_, before, after) => {
      const [broadcast] = broadcastSince(before, after);
      if (broadcast !== undefined && broadcast.counter === 1) {
        primaries.push({ epoch: broadcast.epoch, node: after.self, places: after.delivered });
        const missed = delivered.find((txn, place) => place > after.delivered && txn.epoch < broadcast.epoch);
        if (missed !== undefined) return missedText(after.self, broadcast.epoch, missed);
      }
      return newDeliveries(before, after, (_node, txn, _previous, place) => {
        delivered[place] ??= txn;
        const primary = primaries.find(({ epoch, places }) => epoch > txn.epoch && place > places);
        return primary === undefined ? undefined : missedText(primary.node, primary.epoch, txn);
      });
    },
  };
}

/** A leader that has broadcast had delivered its initial history, and that was all of earlier epochs. */
function missedByPrimary({ states }: View): Complaint {
  for (const { self, history, currentEpoch, leadership } of states.filter(isEstablished)) {
    if (leadership === null || lastCounter(history, currentEpoch) === 0) continue;
    const complaint = everyDelivery({ states }, (_node, txn, _previous, place) =>
      txn.epoch < currentEpoch && place > leadership.initial ? missedText(self, currentEpoch, txn) : undefined,
    );
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function missedText(node: number, epoch: number, txn: Transaction): string {
  return `${name(node)} broadcast in epoch ${epoch} without having delivered ${describeTransaction(txn)}`;
}

function truncated({ self, history, delivered }: ZabState): Complaint {
  return lastPlace(history) >= delivered
    ? undefined
    : `${name(self)} has delivered ${delivered} transactions and its history ends with ${describeZxid(lastZxid(history))} in place ${lastPlace(history)}`;
}

function twoLeaders({ states }: View): Complaint {
  const leaders = states.filter(isEstablished);
  for (const leader of leaders) {
    const other = leaders.find(({ self, currentEpoch }) => self > leader.self && currentEpoch === leader.currentEpoch);
    if (other !== undefined) return bothLead(leader.self, other.self, leader.currentEpoch);
  }
  return undefined;
}

function leaderMonitor(): Monitor<ZabState> {
  const leaders: (number | undefined)[] = [];
  return {
    changed: (node, before, after) => {
      if (!isEstablished(after) || (before !== undefined && isEstablished(before))) return undefined;
      const known = leaders[after.currentEpoch];
      leaders[after.currentEpoch] = node;
      return known === undefined || known === node ? undefined : bothLead(known, node, after.currentEpoch);
    },
  };
}

function bothLead(node: number, other: number, epoch: number): string {
  return `${name(node)} and ${name(other)} both lead epoch ${epoch}`;
}

function shrunk(node: number, before: ZabState, after: ZabState): Complaint {
  if (after.acceptedEpoch < before.acceptedEpoch)
    return `${name(node)} had accepted epoch ${before.acceptedEpoch} and now ${after.acceptedEpoch}`;
  return after.currentEpoch < before.currentEpoch
    ? `${name(node)} was in epoch ${before.currentEpoch} and is now in ${after.currentEpoch}`
    : undefined;
}

/** Whether a server is in an epoch that it has not accepted. */
function ahead({ self, currentEpoch, acceptedEpoch }: ZabState): Complaint {
  return currentEpoch > acceptedEpoch
    ? `${name(self)} is in epoch ${currentEpoch} and has accepted ${acceptedEpoch}`
    : undefined;
}

function disagreement({ states, up }: View): Complaint {
  const running = states.filter(({ self }) => up[self] === true);
  const leader = running.find(isEstablished);
  if (leader === undefined) return 'no leader is established';
  const other = running.find(
    ({ phase, currentEpoch, leader: followed }) =>
      phase !== 'broadcast' || followed !== leader.self || currentEpoch !== leader.currentEpoch,
  );
  if (other !== undefined)
    return `${name(other.self)} is ${other.role}, in ${other.phase}, epoch ${other.currentEpoch}, and ${name(leader.self)} leads epoch ${leader.currentEpoch}`;
  const last = lastPlace(leader.history);
  const behind = running.find(({ delivered }) => delivered < last);
  return behind === undefined
    ? undefined
    : `${name(behind.self)} has delivered ${behind.delivered} of the ${last} transactions of ${name(leader.self)}`;
}
