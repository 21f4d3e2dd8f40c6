/**
 * The controller: elects the leader from the ISR, and is the only one who changes the ISR. It is one node that stands for a quorum
 * (ZooKeeper, KRaft). Every election has a new leader epoch; changes of the ISR are compare-and-set on a version.
 *
 * The last member of the ISR stays in it even when it is gone, since nobody else is known to have everything; unclean election forgets that.
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import type { Controller, IsrLogConfig, IsrLogMessage, IsrLogOutput, IsrLogStep, Partition } from './isr-log-state.ts';
import { REPLICAS_MAX, timerOf } from './isr-log-state.ts';

export const SESSION_TIMERS: readonly string[] = Array.from(
  { length: REPLICAS_MAX },
  (_, replica) => `session-n${replica + 1}`,
);

/** n1 leads epoch 1, and everybody is in sync. */
export function firstPartition({ replicas }: IsrLogConfig): Partition {
  return {
    epoch: 1,
    version: 1,
    leader: 0,
    incarnation: 0,
    isr: Array.from({ length: replicas }, (_, replica) => replica),
  };
}

export function initialController(
  config: IsrLogConfig,
  self: NodeIndex,
  kept: Pick<Controller, 'partition' | 'incarnations'> | undefined,
): IsrLogStep {
  const all = Array.from({ length: config.replicas }, (_, replica) => replica);
  const state: Controller = {
    config,
    self,
    role: 'controller',
    partition: kept?.partition ?? firstPartition(config),
    incarnations: kept?.incarnations ?? all.map(() => 0),
    alive: all.map(() => true),
  };
  return { state, outputs: [...all.map((replica) => sessionTimer(config, replica)), ...rebalanceTimer(config)] };
}

export function onControllerMessage(state: Controller, from: NodeIndex, message: IsrLogMessage): IsrLogStep {
  if (message.kind === 'alter_isr') return onAlterIsr(state, from, message);
  return message.kind === 'heartbeat' ? onHeartbeat(state, from, message) : { state, outputs: NO_OUTPUTS };
}

function onHeartbeat(state: Controller, from: NodeIndex, beat: IsrLogMessage & { kind: 'heartbeat' }): IsrLogStep {
  const { config, partition, alive, incarnations } = state;
  const known = incarnations[from] ?? 0;
  if (beat.incarnation < known) return { state, outputs: NO_OUTPUTS };
  const timer = sessionTimer(config, from);
  const isNew = beat.incarnation > known;
  const isBack = alive[from] !== true;
  if (!isNew && !isBack) {
    const isStale = beat.epoch < partition.epoch || beat.version < partition.version;
    return { state, outputs: isStale ? [tell(partition, from), timer] : [timer] };
  }
  const after: Controller = {
    ...state,
    incarnations: replaced(incarnations, from, beat.incarnation),
    alive: replaced(alive, from, true),
  };
  const mustElect = partition.leader === null || (isNew && partition.leader === from);
  if (mustElect) return elect(after, othersFirst(partition.isr, from), [timer]);
  const { state: same, outputs } = isNew ? decide(after, partition, [timer]) : { state: after, outputs: [timer] };
  return { state: same, outputs: isNew ? outputs : [...outputs, tell(partition, from)] };
}

/** A leader that has restarted has caches to fill: another member goes before it. */
function othersFirst(isr: readonly NodeIndex[], replica: NodeIndex): readonly NodeIndex[] {
  return isr.includes(replica) ? [...isr.filter((member) => member !== replica), replica] : isr;
}

function replaced<Value>(values: readonly Value[], index: number, value: Value): Value[] {
  const now = values.slice();
  now[index] = value;
  return now;
}

/** Compare-and-set by the leader of the epoch. Replicas that are not alive do not come in. */
function onAlterIsr(state: Controller, from: NodeIndex, asked: IsrLogMessage & { kind: 'alter_isr' }): IsrLogStep {
  const { partition, alive } = state;
  if (asked.epoch !== partition.epoch || from !== partition.leader) return { state, outputs: NO_OUTPUTS };
  if (asked.version !== partition.version) return { state, outputs: [tell(partition, from)] };
  const isr = asked.isr.filter((replica) => alive[replica] === true || partition.isr.includes(replica));
  return decide(state, { ...partition, version: partition.version + 1, isr }, NO_OUTPUTS);
}

/** The operator, or a balancer, moves the lead to a member of the ISR that is alive; the ISR stays. */
export function onElect(state: Controller, replica: NodeIndex): IsrLogStep {
  const { partition, alive } = state;
  const isEligible = partition.isr.includes(replica) && alive[replica] === true && partition.leader !== replica;
  if (!isEligible) return { state, outputs: NO_OUTPUTS };
  return elect(state, [replica, ...partition.isr.filter((member) => member !== replica)], NO_OUTPUTS);
}

/** Moves the lead on to the next member. */
export function onRebalance(state: Controller): IsrLogStep {
  const { config, partition, alive } = state;
  const place = partition.leader === null ? -1 : partition.isr.indexOf(partition.leader);
  const order = [...partition.isr.slice(place + 1), ...partition.isr.slice(0, Math.max(0, place))];
  const next = order.find((member) => alive[member] === true && member !== partition.leader);
  const { state: after, outputs } = next === undefined ? { state, outputs: NO_OUTPUTS } : onElect(state, next);
  return { state: after, outputs: [...outputs, ...rebalanceTimer(config)] };
}

function rebalanceTimer({ rebalanceMs }: IsrLogConfig): IsrLogOutput[] {
  return rebalanceMs === 0 ? [] : [timerOf('rebalance', rebalanceMs)];
}

export function onSession(state: Controller, timer: string): IsrLogStep {
  const replica = SESSION_TIMERS.indexOf(timer);
  const { partition } = state;
  const after: Controller = { ...state, alive: replaced(state.alive, replica, false) };
  const others = partition.isr.filter((member) => member !== replica);
  const isr = others.length > 0 ? others : partition.isr;
  if (partition.leader === replica) return elect(after, isr, NO_OUTPUTS);
  if (isr.length === partition.isr.length) return { state: after, outputs: NO_OUTPUTS };
  return decide(after, { ...partition, version: partition.version + 1, isr }, NO_OUTPUTS);
}

/** A member of the ISR that is alive; without one, anybody who is when that is allowed, or nobody. */
function elect(state: Controller, isr: readonly NodeIndex[], others: readonly IsrLogOutput[]): IsrLogStep {
  const { config, partition, alive, incarnations } = state;
  const clean = isr.find((member) => alive[member] === true);
  const unclean = clean === undefined && config.allowsUnclean ? alive.indexOf(true) : -1;
  const leader = clean ?? (unclean === -1 ? null : unclean);
  const next: Partition = {
    epoch: partition.epoch + 1,
    version: partition.version + 1,
    leader,
    incarnation: leader === null ? 0 : (incarnations[leader] ?? 0),
    isr: unclean === -1 ? isr : [unclean],
  };
  return decide(state, next, others);
}

function decide(state: Controller, partition: Partition, others: readonly IsrLogOutput[]): IsrLogStep {
  const { incarnations, config } = state;
  const outputs: IsrLogOutput[] = [{ kind: 'persist', durable: { role: 'controller', partition, incarnations } }];
  for (let to = 0; to < config.replicas; to++) outputs.push(tell(partition, to));
  for (const output of others) outputs.push(output);
  return { state: { ...state, partition }, outputs };
}

function tell({ epoch, version, leader, incarnation, isr }: Partition, to: NodeIndex): IsrLogOutput {
  return { kind: 'send', to, message: { kind: 'leader_and_isr', epoch, version, leader, incarnation, isr } };
}

function sessionTimer({ sessionMs }: IsrLogConfig, replica: NodeIndex): IsrLogOutput {
  return timerOf(SESSION_TIMERS[replica] ?? '', sessionMs);
}
