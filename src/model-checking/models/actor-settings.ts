/**
 * Settings that the actor models share.
 */
import type { Setting, SettingValues } from '../../protocols/settings.ts';
import { choiceOf } from '../../protocols/settings.ts';
import type { NetworkKind } from '../actors/actor-model.ts';

const NETWORKS: readonly NetworkKind[] = ['unordered_non_duplicating', 'unordered_duplicating', 'ordered'];

export const networkSetting: Setting = {
  name: 'network',
  kind: 'choice',
  standard: 'unordered_non_duplicating',
  options: NETWORKS,
  description:
    'is how messages travel: in any order, each at most once; in any order, again and again; or in order between two actors, each once',
};

export function networkOf(settings: SettingValues): NetworkKind {
  return choiceOf(settings, 'network', NETWORKS);
}

export function clientsSetting(standard: number): Setting {
  return {
    name: 'clients',
    kind: 'integer',
    standard,
    min: 1,
    max: 4,
    description: 'is the number of clients; each puts its own value and then gets',
  };
}

export function serversSetting(standard: number, min: number): Setting {
  return { name: 'servers', kind: 'integer', standard, min, max: 5, description: 'is the number of servers' };
}
