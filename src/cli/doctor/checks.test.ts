import { expect, test } from 'vitest';
import { checkStateDirectory } from './checks.ts';

test.runIf(process.platform === 'linux')(
  'a state directory under /proc is a problem, not an endless wait',
  async () => {
    expect(await checkStateDirectory('/proc/quorate')).toEqual({
      status: 'problem',
      subject: 'State directory /proc/quorate',
      detail: "ENOENT: no such file or directory, mkdir '/proc/quorate'",
      nextStep: 'Set QUORATE_STATE_DIR to a directory that you may write to.',
    });
  },
);
