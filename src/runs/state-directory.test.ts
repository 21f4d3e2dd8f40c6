import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { stateDirectory } from './state-directory.ts';

test.each<[string, Record<string, string>, string]>([
  ['our own variable wins', { QUORATE_STATE_DIR: '/a', XDG_STATE_HOME: '/b', HOME: '/c' }, '/a'],
  ['our own variable may be relative', { QUORATE_STATE_DIR: 'a' }, resolve('a')],
  ['then XDG_STATE_HOME', { XDG_STATE_HOME: '/b', HOME: '/c' }, '/b/quorate'],
  ['XDG: a relative path is ignored', { XDG_STATE_HOME: 'b', HOME: '/c' }, '/c/.local/state/quorate'],
  ['then the home directory', { HOME: '/c' }, '/c/.local/state/quorate'],
  [
    'empty variables count as unset',
    { QUORATE_STATE_DIR: '', XDG_STATE_HOME: '', HOME: '/c' },
    '/c/.local/state/quorate',
  ],
  ['no variable at all', {}, join(homedir(), '.local/state/quorate')],
])('%s', (_, environment, directory) => {
  expect(stateDirectory(environment)).toBe(directory);
});
