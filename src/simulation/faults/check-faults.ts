/**
 * Checks a list of faults against the cluster and the time that they are to happen in.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import type { Milliseconds } from '../../kernel/units.ts';
import type { Fault } from './fault.ts';

export const FAULTS_MAX = 500;

export function checkFaults(faults: readonly Fault[], nodeCount: number, durationMs: Milliseconds): void {
  if (faults.length > FAULTS_MAX) refuse('too many faults', 'faults', faults.length, `at most ${FAULTS_MAX}`);
  for (const [index, fault] of faults.entries()) checkFault(fault, `faults[${index}]`, nodeCount, durationMs);
}

function checkFault(fault: Fault, path: string, nodeCount: number, durationMs: Milliseconds): void {
  const { atMs, untilMs } = fault;
  if (!(atMs >= 0 && atMs < durationMs)) {
    refuse(
      'the fault would begin when the time with faults is over',
      `${path}.at_ms`,
      atMs,
      `from 0 to below duration_ms, ${durationMs}`,
    );
  }
  if (untilMs !== undefined && !(untilMs > atMs)) {
    refuse('the fault would end before it begins', `${path}.until_ms`, untilMs, `above at_ms, ${atMs}`);
  }
  if (fault.kind !== 'link') checkNodes(fault.nodes, `${path}.nodes`, nodeCount);
  if (fault.kind === 'partition') checkPartition(fault, path, nodeCount);
  if (fault.kind === 'clock' && !(fault.rate > 0))
    refuse('a clock must run', `${path}.clock_rate`, fault.rate, 'above 0');
  if (fault.kind === 'link') checkLink(fault, path);
}

function checkPartition(fault: Fault & { readonly kind: 'partition' }, path: string, nodeCount: number): void {
  if (fault.from !== undefined) checkNodes(fault.from, `${path}.from`, nodeCount);
  const period = fault.flapPeriodMs;
  if (period !== undefined && !(period >= 1))
    refuse('the period is too short', `${path}.flap_period_ms`, period, 'at least 1');
}

function checkLink(fault: Fault & { readonly kind: 'link' }, path: string): void {
  const probabilities = {
    loss_probability: fault.lossProbability,
    duplication_probability: fault.duplicationProbability,
    reordering_probability: fault.reorderingProbability,
  };
  for (const [name, value] of Object.entries(probabilities)) {
    if (!(value >= 0 && value <= 1))
      refuse('a probability must lie in [0, 1]', `${path}.${name}`, value, 'from 0 to 1');
  }
}

function checkNodes(nodes: readonly unknown[], path: string, nodeCount: number): void {
  if (nodes.length === 0) refuse('the fault meets nobody', path, nodes, 'at least one node');
  for (const [index, node] of nodes.entries()) {
    if (typeof node === 'number' && !(Number.isInteger(node) && node >= 0 && node < nodeCount)) {
      refuse('the cluster has no such node', `${path}[${index}]`, node, `an index from 0 to ${nodeCount - 1}`);
    }
  }
}

function refuse(message: string, path: string, received: unknown, expected: string): never {
  return fail('input/invalid', {
    message,
    path,
    received: renderReceived(received),
    expected,
    nextStep: 'Give e.g. "faults":[{"kind":"crash","at_ms":1000,"until_ms":2000,"nodes":["leader"]}].',
  });
}
