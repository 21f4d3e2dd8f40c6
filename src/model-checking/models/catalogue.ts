/**
 * All reference models that can be explored.
 */
import { fail, renderReceived } from '../../kernel/failure.ts';
import { abdRegisterModel } from './abd-register.ts';
import { dieHardModel } from './die-hard.ts';
import { incrementLockModel } from './increment-lock.ts';
import { kafkaIsrModel } from './kafka-isr.ts';
import { linearEquationModel } from './linear-equation.ts';
import { loglessReconfigModel } from './logless-reconfig.ts';
import { missionariesModel } from './missionaries.ts';
import type { ModelDefinition } from './model-definition.ts';
import { paxosModel } from './paxos.ts';
import { pingPongModel } from './ping-pong.ts';
import { singleCopyRegisterModel } from './single-copy-register.ts';
import { staticRaftModel } from './static-raft.ts';
import { twoPhaseCommitModel } from './two-phase-commit.ts';

export const MODELS: readonly ModelDefinition[] = [
  twoPhaseCommitModel,
  singleCopyRegisterModel,
  abdRegisterModel,
  paxosModel,
  pingPongModel,
  staticRaftModel,
  loglessReconfigModel,
  kafkaIsrModel,
  incrementLockModel,
  dieHardModel,
  missionariesModel,
  linearEquationModel,
];

export function modelNamed(name: string): ModelDefinition {
  return MODELS.find((each) => each.name === name) ?? failUnknown(name);
}

function failUnknown(name: string): never {
  return fail('input/invalid', {
    message: 'no reference model has that name',
    path: 'model',
    received: renderReceived(name),
    expected: `one of ${MODELS.map((each) => each.name).join(', ')}`,
    nextStep: `Call e.g. check_model {"model":"${MODELS[0]?.name}"}.`,
  });
}
