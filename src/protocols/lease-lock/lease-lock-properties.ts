/**
 * What a lock is for, judged where it counts: at the resource.
 *
 * Which of two holders is the older one is decided by their tokens where the resource looks at these, else by who got the lock
 * first. That at most one worker believes to hold the lock is claimed only without fencing, where everything rests on it; it assumes
 * that clocks do not jump, that nobody is paused, and that messages are fast.
 */
import type { AlwaysProperty, Answered, ClusterView, Complaint, Monitor, Property } from '../property.ts';
import type { Lease, LeaseLockConfig, LeaseLockState, Resource, Worker } from './lease-lock-state.ts';
import { believes, describeLease, isSameLease, tokenOf } from './lease-lock-state.ts';

const SOURCE = 'kleppmann2016';

export function leaseLockProperties(config: LeaseLockConfig): readonly Property<LeaseLockState>[] {
  return [
    mutualExclusion(config),
    ...(config.isFenced ? [tokensGrow(config)] : [atMostOneHolder]),
    {
      kind: 'always',
      name: 'acknowledged writes took effect',
      statement: 'What a client was told is done was accepted by the resource.',
      holds: (view) => {
        for (const answer of view.answered) {
          const complaint = notDone(answer, resourceOf(view, config));
          if (complaint !== undefined) return complaint;
        }
        return undefined;
      },
      monitor: () => ({ answered: (answer, view) => notDone(answer, resourceOf(view, config)) }),
    },
    {
      kind: 'sometimes',
      name: 'a write is accepted',
      statement: 'A worker gets the lock and writes.',
      reached: (view) => (resourceOf(view, config)?.last ?? null) !== null,
    },
    {
      kind: 'eventually',
      name: 'jobs end',
      statement: 'No worker has anything left to do.',
      holds: ({ states, up }) => {
        const busy = states.find(
          (state) => state.role === 'worker' && state.jobs.length > 0 && up[state.self] === true,
        );
        return busy?.role === 'worker'
          ? `w${busy.self - config.lockNodes} still has ${busy.jobs.length} to do`
          : undefined;
      },
    },
  ];
}

/** The resource never forgets what was done. */
function notDone({ request: { client, number }, response }: Answered, resource: Resource | undefined): Complaint {
  const isDone = resource?.done.some((each) => each.client === client && each.number >= number) === true;
  return isDone || response.status !== 'ok'
    ? undefined
    : `client ${client} was told that request ${number} is done, which the resource has not accepted`;
}

function mutualExclusion(config: LeaseLockConfig): AlwaysProperty<LeaseLockState> {
  return {
    kind: 'always',
    name: 'mutual exclusion at the resource',
    statement: 'No write of an older holder of the lock is accepted after one of a newer holder.',
    source: SOURCE,
    step: (_, before, after) => acceptedOlder(config, before, after),
    monitor: () => exclusionMonitor(config),
  };
}

/**
 * Without tokens two states do not tell which of two workers got the lock first, so only the leases of one worker are compared: what
 * needs more is left to the monitor.
 */
function acceptedOlder(config: LeaseLockConfig, before: LeaseLockState, after: LeaseLockState): Complaint {
  if (before.role !== 'resource' || after.role !== 'resource') return undefined;
  const [was, is] = [before.last, after.last];
  if (was === null || is === null || was === is) return undefined;
  const isOlder = config.isFenced ? is.token < was.token : isOlderAttempt(is.lease, was.lease);
  return isOlder
    ? `the resource accepts ${is.value} of ${describeLease(is.lease, config)} after a write of ${describeLease(was.lease, config)}, who got the lock later`
    : undefined;
}

function isOlderAttempt(one: Lease, other: Lease): boolean {
  if (one.worker !== other.worker) return false;
  return one.incarnation < other.incarnation || (one.incarnation === other.incarnation && one.attempt < other.attempt);
}

interface Ranked {
  readonly lease: Lease;
  readonly rank: number;
}

/** Ranks leases as they become holders, and looks at what the resource accepts. */
function exclusionMonitor(config: LeaseLockConfig): Monitor<LeaseLockState> {
  const holders: Ranked[] = [];
  let newest: Ranked | undefined;
  return {
    changed: (_, before, after) => {
      if (after.role === 'worker') {
        const begins = believes(after) && (before?.role !== 'worker' || !believes(before));
        if (begins && after.lease !== null)
          holders.push({ lease: after.lease, rank: config.isFenced ? tokenOf(after) : holders.length });
        return undefined;
      }
      if (after.role !== 'resource' || before?.role !== 'resource' || after.last === before.last) return undefined;
      const { last } = after;
      const holder = last === null ? undefined : holders.findLast(({ lease }) => isSameLease(lease, last.lease));
      if (last === null || holder === undefined) return undefined;
      if (newest !== undefined && holder.rank < newest.rank)
        return `the resource accepts ${last.value} of ${describeLease(last.lease, config)} after a write of ${describeLease(newest.lease, config)}, who got the lock later`;
      newest = holder;
      return undefined;
    },
  };
}

function tokensGrow(config: LeaseLockConfig): AlwaysProperty<LeaseLockState> {
  return {
    kind: 'always',
    name: 'tokens grow',
    statement: 'A lease that is asked for after a write was accepted has a larger token than that write.',
    source: SOURCE,
    monitor: () => {
      const floors: number[] = [];
      return {
        changed: (node, before, after, view) => {
          if (after.role !== 'worker') return undefined;
          const isNew =
            after.lease !== null && !isSameLease(after.lease, before?.role === 'worker' ? before.lease : null);
          if (isNew) floors[node] = resourceOf(view, config)?.token ?? 0;
          return believes(after) ? notAbove(after, floors[node] ?? 0) : undefined;
        },
      };
    },
  };
}

function notAbove(worker: Worker, floor: number): Complaint {
  if (floor === 0 || tokenOf(worker) > floor || worker.lease === null) return undefined;
  return `${describeLease(worker.lease, worker.config)} has token ${tokenOf(worker)}, when ${floor} had been accepted before it asked`;
}

const atMostOneHolder: AlwaysProperty<LeaseLockState> = {
  kind: 'always',
  name: 'at most one holder',
  statement: 'At most one worker believes to hold the lock.',
  source: SOURCE,
  holds: ({ states, up }) => {
    const holders = states.filter(
      (state): state is Worker => state.role === 'worker' && believes(state) && up[state.self] === true,
    );
    const [first, second] = holders.map(({ lease, config }) =>
      lease === null ? 'nobody' : describeLease(lease, config),
    );
    return second === undefined ? undefined : `${first} and ${second} both believe to hold the lock`;
  },
};

function resourceOf({ states }: ClusterView<LeaseLockState>, { lockNodes }: LeaseLockConfig): Resource | undefined {
  const state = states[lockNodes];
  return state?.role === 'resource' ? state : undefined;
}
