/**
 * What the specification demands of in-sync replicas: of the true ones, and of those that a leader believes in.
 */
import type { SystemProperty } from '../transition-system.ts';
import { type KafkaView, logOf, presumesLeadership, replicaStateOf } from './kafka-isr-rules.ts';
import { endOffsetOf, hwOf, isrOf, quorumIndex, recordAt, replicaName } from './kafka-isr-state.ts';

type ViewOf = (words: Int32Array, at: number) => KafkaView;

export function kafkaProperties(viewOf: ViewOf, demandsWeakIsr: boolean): readonly SystemProperty[] {
  const trueIsr = (view: KafkaView): number => isrOf(view.words[view.at + quorumIndex(view)] as number);
  const ownIsr = (view: KafkaView, leader: number): number => isrOf(replicaStateOf(view, leader));
  const weakIsr: SystemProperty = {
    name: 'WeakIsr',
    statement:
      'What is below the high watermark of a replica that presumes to lead, all its own in-sync replicas have.',
    ...always(viewOf, ownIsr),
  };
  return [
    {
      name: 'StrongIsr',
      statement: 'What is below the high watermark of a replica that presumes to lead, all true in-sync replicas have.',
      ...always(viewOf, trueIsr),
    },
    ...(demandsWeakIsr ? [weakIsr] : []),
    {
      kind: 'sometimes',
      name: 'a record is committed',
      statement: 'A high watermark is above 0.',
      reached: (words, at) => {
        const view = viewOf(words, at);
        for (let replica = 0; replica < view.replicas; replica++)
          if (hwOf(replicaStateOf(view, replica)) > 0) return true;
        return false;
      },
    },
  ];
}

function always(viewOf: ViewOf, isrFor: (view: KafkaView, leader: number) => number) {
  const breach = (words: Int32Array, at: number): string | undefined => {
    const view = viewOf(words, at);
    for (let leader = 0; leader < view.replicas; leader++) {
      if (!presumesLeadership(view, leader)) continue;
      const missing = missingRecord(view, leader, isrFor(view, leader));
      if (missing !== undefined) return missing;
    }
    return undefined;
  };
  return {
    kind: 'always',
    source: 'KafkaReplication.tla',
    holds: (words: Int32Array, at: number) => breach(words, at) === undefined,
    complaint: (words: Int32Array, at: number) => breach(words, at) ?? '',
  } as const;
}

function missingRecord(view: KafkaView, leader: number, isr: number): string | undefined {
  const log = logOf(view, leader);
  const hw = hwOf(replicaStateOf(view, leader));
  for (let replica = 0; replica < view.replicas && hw > 0; replica++) {
    if ((isr & (1 << replica)) === 0) continue;
    const other = logOf(view, replica);
    for (let offset = 0; offset < hw; offset++) {
      const isThere = offset < endOffsetOf(log) && offset < endOffsetOf(other);
      if (isThere && recordAt(log, offset) === recordAt(other, offset)) continue;
      return `${replicaName(leader)} has the high watermark ${hw}, but ${replicaName(replica)}, in sync, lacks its record at offset ${offset}`;
    }
  }
  return undefined;
}
