/**
 * Servers that each keep a copy of the register of their own, and never talk to each other (Stateright `examples/single-copy-register.rs`).
 * With one server that is linearizable; with two it is not: who puts at one and gets from the other reads null.
 */
import { numberOf } from '../../protocols/settings.ts';
import type { NetworkKind } from '../actors/actor-model.ts';
import { actorSystem } from '../actors/actor-system.ts';
import { clientsSetting, networkOf, networkSetting, serversSetting } from './actor-settings.ts';
import type { ModelDefinition } from './model-definition.ts';
import type { RegisterActors, RegisterServer } from './register-clients.ts';
import { registerActors } from './register-clients.ts';

export const singleCopyRegisterModel: ModelDefinition = {
  name: 'single_copy_register',
  title: 'Single-copy register',
  description:
    'Servers with a copy each and no replication, linearizable with one server and not with two (Stateright, examples/single-copy-register.rs).',
  settings: [
    clientsSetting(2),
    serversSetting(1, 1),
    networkSetting,
    {
      name: 'put_count',
      kind: 'integer',
      standard: 1,
      min: 1,
      max: 3,
      description: 'is how many values each client puts before it gets',
    },
  ],
  build: (settings) =>
    actorSystem(
      singleCopyRegister({
        clients: numberOf(settings, 'clients'),
        servers: numberOf(settings, 'servers'),
        network: networkOf(settings),
        putCount: numberOf(settings, 'put_count'),
      }),
    ),
};

export interface SingleCopySetup {
  readonly clients: number;
  readonly servers: number;
  readonly network: NetworkKind;
  readonly putCount: number;
}

export function singleCopyRegister(setup: SingleCopySetup): RegisterActors<string | null, never> {
  return registerActors({ ...setup, server: singleCopyServer });
}

const singleCopyServer: RegisterServer<string | null, never> = {
  initial: () => null,
  receive: (_, value, from, message) => {
    switch (message.kind) {
      case 'put':
        return { state: message.value, sends: [{ to: from, message: { kind: 'put_ok', request: message.request } }] };
      case 'get':
        return { state: value, sends: [{ to: from, message: { kind: 'get_ok', request: message.request, value } }] };
      default:
        return undefined;
    }
  },
  describe: (value) => ({ value }),
  message: (message) => message,
};
