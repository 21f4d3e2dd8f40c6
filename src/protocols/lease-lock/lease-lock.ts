/**
 * A lock as a lease, with and without fencing tokens (Gray and Cheriton, SOSP 1989; Sanfilippo, Redlock, 2014; Kleppmann, How to do
 * distributed locking, 2016).
 *
 * Workers hold the lock for a time to live at one lock node or at a majority of several (Redlock), and meanwhile write to a resource. A lock node
 * frees the lock by its own wall clock, as Redis does, so that a jump of the clock frees it early. A worker that is paused beyond its
 * lease, a message that takes too long, a clock that jumps: each leaves two workers that believe to hold the lock.
 * - Without fencing the resource takes all writes, and the lock is only as good as the clocks.
 * - With fencing every lease has a token, larger than those before, and the resource refuses what is smaller than it has seen. Then no assumption
 *   about time is left in the safety of the resource; the lock saves work.
 *
 * An operation without contention takes 3n messages for lock and release, 2n for the token, and 2 for the write. Lock nodes have
 * their state on disk, and after a restart the full time to live runs again. One lock, one resource; no queue: who does not get the lock
 * tries again after a random time.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Input, Protocol } from '../protocol.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import { leaseLockProperties } from './lease-lock-properties.ts';
import type {
  Lease,
  LeaseLockConfig,
  LeaseLockDurable,
  LeaseLockMessage,
  LeaseLockOutput,
  LeaseLockState,
  LeaseLockStep,
  LockNode,
  Resource,
} from './lease-lock-state.ts';
import { believes, describeLease, isSameLease, TIMERS, tokenOf, withDone } from './lease-lock-state.ts';
import { stepWorker } from './lease-lock-worker.ts';

export const leaseLock: Protocol<LeaseLockConfig, LeaseLockState, LeaseLockMessage, LeaseLockDurable> = {
  timers: Object.values(TIMERS),
  initial,
  step: (state, input) => {
    switch (state.role) {
      case 'lock':
        return stepLockNode(state, input);
      case 'resource':
        return stepResource(state, input);
      case 'worker':
        return stepWorker(state, input);
    }
  },
  properties: leaseLockProperties,
  describe: {
    role: (state) => (state.role === 'worker' && believes(state) ? 'holder' : state.role),
    leads: (state) => state.role === 'worker' && believes(state),
    state: describeState,
    message: describeMessage,
    messageBytes: (message, payloadBytes) => (message.kind === 'write' ? 48 + payloadBytes : 32),
  },
};

function initial(
  config: LeaseLockConfig,
  self: NodeIndex,
  durable: LeaseLockDurable | undefined,
  incarnation: number,
): LeaseLockStep {
  if (self < config.lockNodes) {
    const { lease, counter } = durable?.role === 'lock' ? durable : { lease: null, counter: 0 };
    return {
      state: { config, self, role: 'lock', lease, counter },
      outputs: lease === null ? NO_OUTPUTS : [expiryTimer(config)],
    };
  }
  if (self === config.lockNodes) {
    const { last, token, done } = durable?.role === 'resource' ? durable : { last: null, token: 0, done: [] };
    return { state: { config, self, role: 'resource', last, token, done }, outputs: NO_OUTPUTS };
  }
  return {
    state: {
      config,
      self,
      role: 'worker',
      incarnation,
      attempts: 0,
      phase: 'idle',
      lease: null,
      agreed: [],
      refused: [],
      counter: 0,
      jobs: [],
      done: [],
    },
    outputs: NO_OUTPUTS,
  };
}

// Lock nodes

function stepLockNode(state: LockNode, input: Input<LeaseLockMessage>): LeaseLockStep {
  if (input.kind === 'timer') return state.lease === null ? unchanged(state) : freed(state);
  if (input.kind !== 'message') return unchanged(state);
  const { from, message } = input;
  switch (message.kind) {
    case 'lock':
      return onLock(state, from, message.lease);
    case 'unlock':
      return onUnlock(state, message.lease);
    case 'fence':
      return onFence(state, from, message.lease, message.counter);
    default:
      return unchanged(state);
  }
}

function unchanged(state: LeaseLockState): LeaseLockStep {
  return { state, outputs: NO_OUTPUTS };
}

/** The time to live runs from the first grant: a repeated request does not prolong it. */
function onLock(state: LockNode, from: NodeIndex, lease: Lease): LeaseLockStep {
  const { config, counter } = state;
  const granted: LeaseLockOutput = { kind: 'send', to: from, message: { kind: 'granted', lease, counter } };
  if (isSameLease(state.lease, lease)) return { state, outputs: [granted] };
  if (state.lease !== null)
    return { state, outputs: [{ kind: 'send', to: from, message: { kind: 'refused', lease } }] };
  const next: LockNode = { ...state, lease };
  return { state: next, outputs: [expiryTimer(config), persisted(next), granted] };
}

function onUnlock(state: LockNode, lease: Lease): LeaseLockStep {
  if (state.lease === null) return unchanged(state);
  return isSameLease(state.lease, lease) || !state.config.comparesOnRelease ? freed(state) : unchanged(state);
}

function freed(state: LockNode): LeaseLockStep {
  const next: LockNode = { ...state, lease: null };
  return { state: next, outputs: [{ kind: 'cancel_timer', timer: TIMERS.expiry }, persisted(next)] };
}

/** Counters are installed for whoever asks: they say nothing of who holds the lock. */
function onFence(state: LockNode, from: NodeIndex, lease: Lease, counter: number): LeaseLockStep {
  const fenced: LeaseLockOutput = { kind: 'send', to: from, message: { kind: 'fenced', lease, counter } };
  if (state.counter >= counter) return { state, outputs: [fenced] };
  const next: LockNode = { ...state, counter };
  return { state: next, outputs: [persisted(next), fenced] };
}

function persisted({ role, lease, counter }: LockNode): LeaseLockOutput {
  return { kind: 'persist', durable: { role, lease, counter } };
}

function expiryTimer({ ttlMs }: LeaseLockConfig): LeaseLockOutput {
  return { kind: 'set_timer', timer: TIMERS.expiry, minMs: ttlMs, maxMs: ttlMs, wall: true };
}

// The resource

/** A repeated write has no second effect. With fencing, a write with a smaller token than one before it is refused. */
function stepResource(state: Resource, input: Input<LeaseLockMessage>): LeaseLockStep {
  if (input.kind !== 'message' || input.message.kind !== 'write') return unchanged(state);
  const { lease, token, client, number, value } = input.message;
  const tell = (kind: 'written' | 'rejected'): LeaseLockOutput => ({
    kind: 'send',
    to: input.from,
    message: { kind, lease },
  });
  const isRepeated = state.done.some((each) => each.client === client && each.number >= number);
  if (isRepeated) return { state, outputs: [tell('written')] };
  if (state.config.isFenced && token < state.token) return { state, outputs: [tell('rejected')] };
  const next: Resource = {
    ...state,
    last: { lease, token, value },
    token: Math.max(state.token, token),
    done: withDone(state.done, client, number),
  };
  const { role, last, done } = next;
  return {
    state: next,
    outputs: [{ kind: 'persist', durable: { role, last, token: next.token, done } }, tell('written')],
  };
}

// In words

function describeState(state: LeaseLockState): string {
  const { config } = state;
  switch (state.role) {
    case 'lock': {
      const holder = state.lease === null ? 'free' : `locked by ${describeLease(state.lease, config)}`;
      return config.isFenced ? `${holder}, counter ${state.counter}` : holder;
    }
    case 'resource': {
      if (state.last === null) return 'nothing written';
      const written = `${state.last.value} by ${describeLease(state.last.lease, config)}`;
      return config.isFenced ? `${written}, token ${state.token}` : written;
    }
    case 'worker': {
      const lease = state.lease === null ? '' : ` ${describeLease(state.lease, config)}`;
      const token = believes(state) && config.isFenced ? `, token ${tokenOf(state)}` : '';
      return `${state.phase}${lease}${token}, ${state.jobs.length} to do`;
    }
  }
}

function describeMessage(message: LeaseLockMessage): string {
  const attempt = `#${message.lease.attempt}`;
  switch (message.kind) {
    case 'lock':
      return `Lock ${attempt}`;
    case 'unlock':
      return `Unlock ${attempt}`;
    case 'granted':
      return `Granted ${attempt}`;
    case 'refused':
      return `Refused ${attempt}`;
    case 'fence':
      return `Fence ${attempt} counter ${message.counter}`;
    case 'fenced':
      return `Fenced ${attempt} counter ${message.counter}`;
    case 'write':
      return `Write ${message.value} under ${attempt}, token ${message.token}`;
    case 'written':
      return `Written ${attempt}`;
    case 'rejected':
      return `Rejected ${attempt}`;
  }
}
