/**
 * All protocols that can be run.
 */
import { fail, renderReceived } from '../kernel/failure.ts';
import { abdRegisterDefinition } from './abd-register/abd-register-definition.ts';
import { chainReplicationDefinition } from './chain-replication/chain-replication-definition.ts';
import { crdtGossipDefinition } from './crdt-gossip/crdt-gossip-definition.ts';
import type { AnyDefinition } from './definition.ts';
import { dynamoDefinition } from './dynamo/dynamo-definition.ts';
import { fabPaxosDefinition } from './fab-paxos/fab-paxos-definition.ts';
import { isrLogDefinition } from './isr-log/isr-log-definition.ts';
import { leaseLockDefinition } from './lease-lock/lease-lock-definition.ts';
import { multiPaxosDefinition } from './multi-paxos/multi-paxos-definition.ts';
import { paxosDefinition } from './paxos/paxos-definition.ts';
import { pbftDefinition } from './pbft/pbft-definition.ts';
import { primaryBackupDefinition } from './primary-backup/primary-backup-definition.ts';
import { raftDefinition } from './raft/raft-definition.ts';
import { sagaDefinition } from './saga/saga-definition.ts';
import { tryConfirmCancelDefinition } from './try-confirm-cancel/try-confirm-cancel-definition.ts';
import { twoPhaseCommitDefinition } from './two-phase-commit/two-phase-commit-definition.ts';
import { viewstampedReplicationDefinition } from './viewstamped-replication/viewstamped-replication-definition.ts';
import { zabDefinition } from './zab/zab-definition.ts';

export const PROTOCOLS: readonly AnyDefinition[] = [
  raftDefinition,
  multiPaxosDefinition,
  viewstampedReplicationDefinition,
  zabDefinition,
  paxosDefinition,
  pbftDefinition,
  fabPaxosDefinition,
  primaryBackupDefinition,
  chainReplicationDefinition,
  isrLogDefinition,
  abdRegisterDefinition,
  dynamoDefinition,
  crdtGossipDefinition,
  leaseLockDefinition,
  twoPhaseCommitDefinition,
  sagaDefinition,
  tryConfirmCancelDefinition,
];

export function protocolNamed(name: string): AnyDefinition {
  return PROTOCOLS.find((each) => each.name === name) ?? failUnknown(name);
}

function failUnknown(name: string): never {
  return fail('input/invalid', {
    message: 'no protocol has that name',
    path: 'protocol',
    received: renderReceived(name),
    expected: `one of ${PROTOCOLS.map((each) => each.name).join(', ')}`,
    nextStep: `Call e.g. run_simulation {"protocol":"${PROTOCOLS[0]?.name}"}.`,
  });
}
