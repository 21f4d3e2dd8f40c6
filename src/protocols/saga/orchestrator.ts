/**
 * The orchestrator: does the steps of a saga one by one, and when one fails undoes those before it in reverse.
 *
 * Its log is forced before each message, so after a crash it goes on at the step that was under way. A step that stays silent may or may
 * not have been done; it is undone along with the others.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS, type Request } from '../protocol.ts';
import {
  isOver,
  type OrchestratorState,
  type RunningSaga,
  type SagaConfig,
  type SagaDurable,
  type SagaMessage,
  type SagaOutput,
  type SagaStep,
} from './saga-types.ts';

export function startOrchestrator(config: SagaConfig, self: NodeIndex, durable: SagaDurable | undefined): SagaStep {
  const logged = durable?.role === 'orchestrator' ? durable.sagas : [];
  const sagas = logged.map((saga) => ({ ...saga, rounds: 0 }));
  const running = sagas.filter((saga) => !isOver(saga));
  const state: OrchestratorState = { config, self, role: 'orchestrator', isTicking: running.length > 0, sagas };
  if (running.length === 0) return { state, outputs: NO_OUTPUTS };
  return { state, outputs: [...running.map(order), tick(config)] };
}

/** A repeated request is answered when the saga is over; a client's next saga waits for that. */
export function orchestratorRequest(state: OrchestratorState, { client, number, command }: Request): SagaStep {
  if (command.kind !== 'saga') {
    const response = { status: 'failed', reason: 'the orchestrator takes only the command saga' } as const;
    return { state, outputs: [{ kind: 'respond', client, number, response }] };
  }
  const latest = state.sagas.find((each) => each.client === client);
  if (latest !== undefined && (!isOver(latest) || latest.number >= number))
    return { state, outputs: isOver(latest) && latest.number === number ? [answer(latest)] : NO_OUTPUTS };
  const { key = 0, value: refusedBy = 0 } = command;
  const saga: RunningSaga = { client, number, key, refusedBy, phase: 'forward', step: 0, rounds: 0 };
  const sagas = [...state.sagas.filter((each) => each.client !== client), saga];
  const next = { ...state, isTicking: true, sagas };
  const timer = state.isTicking ? [] : [tick(state.config)];
  return { state: next, outputs: [...timer, persisted(next), order(saga)] };
}

/** An answer counts when it is about the step under way. */
export function orchestratorMessage(state: OrchestratorState, from: NodeIndex, message: SagaMessage): SagaStep {
  if (!('client' in message)) return { state, outputs: NO_OUTPUTS };
  const saga = state.sagas.find(({ client }) => client === message.client);
  if (saga === undefined || saga.number !== message.number || isOver(saga) || saga.step !== from)
    return { state, outputs: NO_OUTPUTS };
  const next = advance(saga, message.kind, state.config);
  if (next === saga) return { state, outputs: NO_OUTPUTS };
  return move(state, next);
}

/** The saga after an answer; the same one when the answer changes nothing. */
function advance(saga: RunningSaga, answered: string, config: SagaConfig): RunningSaga {
  const { phase, step } = saga;
  if (phase === 'forward' && answered === 'busy') return saga.rounds === 0 ? saga : { ...saga, rounds: 0 };
  if (phase === 'forward' && answered === 'done') return forward({ ...saga, rounds: 0 }, config);
  if (phase === 'forward' && answered === 'refused') return backward(saga, step - 1);
  if (phase === 'backward' && answered === 'undone') return backward(saga, step - 1);
  if (phase === 'releasing' && answered === 'released') return release(saga, step + 1, config);
  return saga;
}

function forward(saga: RunningSaga, config: SagaConfig): RunningSaga {
  const { step } = saga;
  if (step + 1 < config.services) return { ...saga, step: step + 1 };
  return config.isolation === 'semantic_lock' ? release(saga, 0, config) : { ...saga, phase: 'completed' };
}

function backward(saga: RunningSaga, step: number): RunningSaga {
  return step < 0 ? { ...saga, phase: 'compensated', rounds: 0 } : { ...saga, phase: 'backward', step, rounds: 0 };
}

function release(saga: RunningSaga, step: number, { services }: SagaConfig): RunningSaga {
  return { ...saga, phase: step < services ? 'releasing' : 'completed', step: Math.min(step, services - 1) };
}

/** Logs where the saga stands, then goes on. */
function move(state: OrchestratorState, saga: RunningSaga): SagaStep {
  const next = put(state, saga);
  return { state: next, outputs: [persisted(next), isOver(saga) ? answer(saga) : order(saga)] };
}

/** The retry timer: the step under way is ordered again, or given up. */
export function orchestratorTimer(state: OrchestratorState): SagaStep {
  let next = state;
  const outputs: SagaOutput[] = [];
  for (const saga of state.sagas) {
    if (isOver(saga)) continue;
    const isSilent = saga.phase === 'forward' && saga.rounds >= state.config.stepRounds;
    if (isSilent) {
      const step = move(next, backward(saga, saga.step));
      next = step.state as OrchestratorState;
      outputs.push(...step.outputs);
    } else {
      next = put(next, { ...saga, rounds: saga.rounds + 1 });
      // The interval in which it was ordered is not whole: the answer may be on its way.
      if (saga.rounds > 0) outputs.push(order(saga));
    }
  }
  const isTicking = next.sagas.some((saga) => !isOver(saga));
  if (isTicking) outputs.push(tick(state.config));
  return { state: { ...next, isTicking }, outputs };
}

function order({ phase, step, client, number, key, refusedBy }: RunningSaga): SagaOutput {
  const kind = phase === 'forward' ? 'do' : phase === 'backward' ? 'undo' : 'release';
  return { kind: 'send', to: step, message: { kind, saga: { client, number, key, refusedBy } } };
}

function answer({ client, number, phase }: RunningSaga): SagaOutput {
  const response =
    phase === 'completed'
      ? ({ status: 'ok' } as const)
      : ({ status: 'failed', reason: 'the saga was compensated' } as const);
  return { kind: 'respond', client, number, response };
}

function put(state: OrchestratorState, saga: RunningSaga): OrchestratorState {
  return { ...state, sagas: state.sagas.map((each) => (each.client === saga.client ? saga : each)) };
}

function persisted({ sagas }: OrchestratorState): SagaOutput {
  return { kind: 'persist', durable: { role: 'orchestrator', sagas } };
}

function tick({ retryMs }: SagaConfig): SagaOutput {
  return { kind: 'set_timer', timer: 'retry', minMs: retryMs, maxMs: retryMs };
}
