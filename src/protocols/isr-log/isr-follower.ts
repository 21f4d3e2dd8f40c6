/**
 * A follower: cuts its log to where it agrees with the leader's, then fetches.
 *
 * Where to cut is the story of KIP-101, KIP-279 and KIP-320. The high watermark of a follower lags behind the leader's, so cutting there
 * loses committed records. The end of the follower's last epoch in the leader's log (KIP-101) misses that the leader may not have that
 * epoch at all (KIP-279), and the answer means something only while both are in the same epoch (KIP-320).
 */
import type { NodeIndex } from '../../kernel/units.ts';
import { NO_OUTPUTS } from '../protocol.ts';
import type { IsrLogMessage, IsrLogOutput, IsrLogStep, Partition, Replica } from './isr-log-state.ts';
import { durableOf, endOfEpoch, epochBefore, timerOf } from './isr-log-state.ts';

export function becomeFollower(replica: Replica, { epoch, version, leader }: Partition): IsrLogStep {
  const { truncation } = replica.config;
  const isCut = truncation === 'high_watermark' && leader !== null && replica.log.length > replica.hw;
  const asks = truncation === 'kip_101' || truncation === 'kip_279' || truncation === 'kip_320';
  const state: Replica = {
    ...replica,
    epoch,
    version,
    leader,
    log: isCut ? replica.log.slice(0, replica.hw) : replica.log,
    isTruncating: asks && replica.log.length > 0,
    lead: null,
  };
  const outputs: IsrLogOutput[] = [durableOf(state), { kind: 'cancel_timer', timer: 'lag' }];
  return { state, outputs: leader === null ? outputs : [...outputs, ...askLeader(state, leader)] };
}

/** The next question to the leader: where to cut, or what comes next. Repeated until it is answered. */
export function askLeader({ config, epoch, log, isTruncating }: Replica, leader: NodeIndex): IsrLogOutput[] {
  const lastEpoch = epochBefore(log, log.length);
  const message: IsrLogMessage = isTruncating
    ? { kind: 'epoch_query', epoch, lastEpoch }
    : { kind: 'fetch', epoch, offset: log.length, lastEpoch };
  return [{ kind: 'send', to: leader, message }, timerOf('fetch', config.retryMs)];
}

export function onEpochEnd(
  state: Replica,
  from: NodeIndex,
  message: IsrLogMessage & { readonly kind: 'epoch_end' },
): IsrLogStep {
  const { config, log, leader } = state;
  const isFirstTry = config.truncation === 'kip_320_first_try';
  const isFenced = config.truncation === 'kip_320' && message.epoch !== state.epoch;
  const isAwaited = (state.isTruncating || isFirstTry) && message.asked === epochBefore(log, log.length);
  if (from !== leader || isFenced || !isAwaited) return { state, outputs: NO_OUTPUTS };
  const { found, end } = message;
  const isSimple = config.truncation === 'kip_101';
  const cut = Math.min(end, isSimple ? log.length : endOfEpoch(log, found));
  const isAgreed = isSimple || cut === 0 || epochBefore(log, cut) === found;
  const after: Replica = {
    ...state,
    log: cut < log.length ? log.slice(0, cut) : log,
    hw: Math.min(state.hw, cut),
    isTruncating: !isAgreed && !isFirstTry,
  };
  return { state: after, outputs: [durableOf(after), ...askLeader(after, leader)] };
}

export function onFetched(
  state: Replica,
  from: NodeIndex,
  message: IsrLogMessage & { readonly kind: 'fetched' },
): IsrLogStep {
  const { config, leader, log } = state;
  const isFenced = config.truncation === 'kip_320' && message.epoch !== state.epoch;
  if (from !== leader || isFenced || state.isTruncating || message.offset !== log.length)
    return { state, outputs: NO_OUTPUTS };
  const { records } = message;
  const hw = Math.min(message.hw, log.length + records.length);
  if (records.length === 0) return { state: hw === state.hw ? state : { ...state, hw }, outputs: NO_OUTPUTS };
  const after: Replica = { ...state, log: [...log, ...records], hw };
  return { state: after, outputs: [durableOf(after), ...askLeader(after, leader)] };
}
