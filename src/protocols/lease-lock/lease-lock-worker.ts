/**
 * A worker: gets the lock from a majority of the lock nodes, works for a while, writes to the resource, and gives the lock back.
 *
 * It relies on its lease for less than the time to live, counted from before it asked; when that ends it lets go and tries again. But
 * between looking at its clock and the arrival of what it sends anything may happen: a pause, a delay. Nothing that the worker does can
 * prevent that; only the resource can.
 *
 * With fencing it learns, once it has the lock, the largest counter of a majority, and installs a larger one at a majority before it uses it.
 * So whoever gets the lock after a token was used gets a larger one.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import type { Input, Request } from '../protocol.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import type {
  Job,
  Lease,
  LeaseLockConfig,
  LeaseLockMessage,
  LeaseLockOutput,
  LeaseLockStep,
  Worker,
} from './lease-lock-state.ts';
import { isSameLease, TIMERS, tokenOf, withDone } from './lease-lock-state.ts';

const COMMAND = 'lock_and_write';

export function stepWorker(state: Worker, input: Input<LeaseLockMessage>): LeaseLockStep {
  switch (input.kind) {
    case 'request':
      return onRequest(state, input.request);
    case 'message':
      return isSameLease(input.message.lease, state.lease)
        ? onMessage(state, input.from, input.message)
        : unchanged(state);
    case 'timer':
      return onTimer(state, input.timer);
    case 'choice':
      return unchanged(state);
  }
}

function unchanged(state: Worker): LeaseLockStep {
  return { state, outputs: NO_OUTPUTS };
}

/** Requests wait for one another; a repeated one is answered again when it is done. */
function onRequest(state: Worker, { client, number, command }: Request): LeaseLockStep {
  if (command.kind !== COMMAND) {
    const reason = `a worker takes ${COMMAND}, not ${command.kind}`;
    return { state, outputs: [{ kind: 'respond', client, number, response: { status: 'failed', reason } }] };
  }
  const last = state.done.find((each) => each.client === client)?.number ?? 0;
  if (last >= number) return { state, outputs: last === number ? [answer({ client, number, value: 0 })] : NO_OUTPUTS };
  if (state.jobs.some((job) => job.client === client && job.number >= number)) return unchanged(state);
  const jobs = [...state.jobs, { client, number, value: command.value ?? 0 }];
  return state.phase === 'idle' ? acquire({ ...state, jobs }, []) : { state: { ...state, jobs }, outputs: NO_OUTPUTS };
}

function onMessage(state: Worker, from: NodeIndex, message: LeaseLockMessage): LeaseLockStep {
  switch (message.kind) {
    case 'granted':
      return state.phase === 'acquire' ? onGranted(state, from, message.counter) : unchanged(state);
    case 'refused':
      return state.phase === 'acquire' ? onRefused(state, from) : unchanged(state);
    case 'fenced':
      return state.phase === 'fence' && message.counter === state.counter ? onFenced(state, from) : unchanged(state);
    case 'written':
      return state.phase === 'write' ? onWritten(state) : unchanged(state);
    case 'rejected':
      return state.phase === 'write' ? letGo(state) : unchanged(state);
    default:
      return unchanged(state);
  }
}

function onTimer(state: Worker, timer: string): LeaseLockStep {
  switch (timer) {
    case TIMERS.acquire:
      return state.phase === 'acquire' || state.phase === 'fence' ? letGo(state) : unchanged(state);
    case TIMERS.validity:
      return state.lease === null ? unchanged(state) : letGo(state);
    case TIMERS.backoff:
      return state.phase === 'backoff' ? acquire(state, []) : unchanged(state);
    case TIMERS.work:
      return state.phase === 'hold' ? write({ ...state, phase: 'write' }) : unchanged(state);
    case TIMERS.retry:
      return state.phase === 'write' ? write(state) : unchanged(state);
    default:
      return unchanged(state);
  }
}

/** The lease begins, for the worker, before anybody is asked for it. */
function acquire(state: Worker, before: readonly LeaseLockOutput[]): LeaseLockStep {
  const { config, self, incarnation } = state;
  const attempts = state.attempts + 1;
  const lease: Lease = { worker: self, incarnation, attempt: attempts };
  const next: Worker = { ...state, attempts, phase: 'acquire', lease, agreed: [], refused: [], counter: 0 };
  const outputs = [
    ...before,
    timer(TIMERS.validity, config.validityMs),
    timer(TIMERS.acquire, config.acquireTimeoutMs),
    ...toLockNodes(config, { kind: 'lock', lease }),
  ];
  return { state: next, outputs };
}

function onGranted(state: Worker, from: NodeIndex, counter: number): LeaseLockStep {
  if (state.agreed.includes(from)) return unchanged(state);
  const agreed = [...state.agreed, from];
  const next: Worker = { ...state, agreed, counter: Math.max(state.counter, counter) };
  if (agreed.length < majorityOf(state.config)) return unchanged(next);
  return state.config.isFenced ? fence(next) : hold(next);
}

/** When too many refuse for a majority, waiting is of no use. */
function onRefused(state: Worker, from: NodeIndex): LeaseLockStep {
  if (state.refused.includes(from)) return unchanged(state);
  const next: Worker = { ...state, refused: [...state.refused, from] };
  const isHopeless = next.refused.length > state.config.lockNodes - majorityOf(state.config);
  return isHopeless ? letGo(next) : unchanged(next);
}

function fence(state: Worker): LeaseLockStep {
  const { config, lease } = state;
  const counter = state.counter + 1;
  const next: Worker = { ...state, phase: 'fence', agreed: [], counter };
  return { state: next, outputs: lease === null ? NO_OUTPUTS : toLockNodes(config, { kind: 'fence', lease, counter }) };
}

function onFenced(state: Worker, from: NodeIndex): LeaseLockStep {
  if (state.agreed.includes(from)) return unchanged(state);
  const next: Worker = { ...state, agreed: [...state.agreed, from] };
  return next.agreed.length < majorityOf(state.config) ? unchanged(next) : hold(next);
}

/** The lock is there: the work begins. */
function hold(state: Worker): LeaseLockStep {
  const { workMs } = state.config;
  const next: Worker = { ...state, phase: 'hold', agreed: [], refused: [] };
  return { state: next, outputs: [cancel(TIMERS.acquire), timer(TIMERS.work, workMs / 2, workMs * 1.5)] };
}

function write(state: Worker): LeaseLockStep {
  const { config, lease } = state;
  const job = state.jobs[0];
  if (lease === null || job === undefined) return unchanged(state);
  const { client, number, value } = job;
  const message: LeaseLockMessage = { kind: 'write', lease, token: tokenOf(state), client, number, value };
  return { state, outputs: [{ kind: 'send', to: config.lockNodes, message }, timer(TIMERS.retry, config.retryMs)] };
}

function onWritten(state: Worker): LeaseLockStep {
  const [job, ...jobs] = state.jobs;
  if (job === undefined) return unchanged(state);
  const done = withDone(state.done, job.client, job.number);
  const outputs = [answer(job), ...release(state)];
  const next: Worker = { ...state, phase: 'idle', lease: null, counter: 0, jobs, done };
  return jobs.length === 0 ? { state: next, outputs } : rest(next, outputs);
}

/** The lease is lost, or could not be had: the same once more, later. What was written already, the resource knows. */
function letGo(state: Worker): LeaseLockStep {
  return rest({ ...state, lease: null, agreed: [], refused: [], counter: 0 }, release(state));
}

function rest(state: Worker, outputs: readonly LeaseLockOutput[]): LeaseLockStep {
  const { backoffMs } = state.config;
  return {
    state: { ...state, phase: 'backoff' },
    outputs: [...outputs, timer(TIMERS.backoff, backoffMs / 2, backoffMs * 1.5)],
  };
}

function release({ config, lease }: Worker): LeaseLockOutput[] {
  if (lease === null) return [];
  const timers = [TIMERS.acquire, TIMERS.validity, TIMERS.work, TIMERS.retry].map(cancel);
  return [...timers, ...toLockNodes(config, { kind: 'unlock', lease })];
}

function majorityOf({ lockNodes }: LeaseLockConfig): number {
  return Math.floor(lockNodes / 2) + 1;
}

function toLockNodes({ lockNodes }: LeaseLockConfig, message: LeaseLockMessage): LeaseLockOutput[] {
  return Array.from({ length: lockNodes }, (_, to) => ({ kind: 'send', to, message }));
}

function timer(name: string, minMs: number, maxMs = minMs): LeaseLockOutput {
  return { kind: 'set_timer', timer: name, minMs, maxMs };
}

function cancel(name: string): LeaseLockOutput {
  return { kind: 'cancel_timer', timer: name };
}

function answer({ client, number }: Job): LeaseLockOutput {
  return { kind: 'respond', client, number, response: { status: 'ok' } };
}
