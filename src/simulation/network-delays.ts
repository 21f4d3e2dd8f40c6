/**
 * The delays that a request asks for: one distribution for every link, or round-trip times between regions.
 */
import type { DelayModel } from './latency/delay-model.ts';
import type { NetworkRequest } from './request.ts';

export function delayOf(_network: NetworkRequest, _nodeCount: number): DelayModel {
  throw new Error('todo');
}
export function clientDelayOf(_network: NetworkRequest, _nodeCount: number, _clients: number): DelayModel {
  throw new Error('todo');
}
