/**
 * All models by name, as a caller asks for them.
 */
import { unreachable } from '../../kernel/invariant.ts';
import type { Value } from '../history.ts';
import { counterModel } from './counter.ts';
import { type KvOptions, kvModel } from './kv.ts';
import { listAppendModel } from './list-append.ts';
import type { Model } from './model.ts';
import { type MultiRegisterOptions, multiRegisterModel } from './multi-register.ts';
import { mutexModel } from './mutex.ts';
import { fifoQueueModel, stackModel } from './ordered-queue.ts';
import { casRegisterModel, type RegisterOptions, registerModel } from './register.ts';
import { setModel } from './set.ts';
import { type StateTable, tableModel } from './table.ts';
import { unorderedQueueModel } from './unordered-queue.ts';

interface Elements {
  readonly initial?: readonly Value[];
}

export type ModelSpec =
  | ({ readonly name: 'register' } & Pick<RegisterOptions, 'initial'>)
  | ({ readonly name: 'cas-register' } & RegisterOptions)
  | ({ readonly name: 'kv' } & KvOptions)
  | ({ readonly name: 'multi-register' } & MultiRegisterOptions)
  | { readonly name: 'counter'; readonly initial?: number }
  | ({ readonly name: 'set' | 'fifo-queue' | 'unordered-queue' | 'stack' } & Elements)
  | { readonly name: 'mutex'; readonly ownerReleases?: boolean }
  | { readonly name: 'list-append' }
  | ({ readonly name: 'table' } & StateTable);

export function modelOf(spec: ModelSpec): Model {
  switch (spec.name) {
    case 'register':
      return registerModel(spec);
    case 'cas-register':
      return casRegisterModel(spec);
    case 'kv':
      return kvModel(spec);
    case 'multi-register':
      return multiRegisterModel(spec);
    case 'counter':
      return counterModel(spec);
    case 'set':
      return setModel(spec);
    case 'fifo-queue':
      return fifoQueueModel(spec);
    case 'unordered-queue':
      return unorderedQueueModel(spec);
    case 'stack':
      return stackModel(spec);
    case 'mutex':
      return mutexModel(spec);
    case 'list-append':
      return listAppendModel();
    case 'table':
      return tableModel(spec);
    default:
      return unreachable(spec);
  }
}
