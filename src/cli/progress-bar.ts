/**
 * A progress bar on standard error: only on a terminal, and only for work that takes long enough to wonder.
 */
import type { CallOptions } from '../runs/tool-executor.ts';
import { padEnd, withoutControls } from './render/wrap.ts';
import type { Output, Terminal } from './terminal.ts';

/** Work that ends sooner shows no bar. */
const PATIENCE_MS = 400;
const BAR_COLUMNS = 24;
const COLUMNS_DEFAULT = 80;

export interface ProgressBar {
  /** Absent where nobody watches, so that tools need not report. */
  readonly report: CallOptions['progress'];
  /** Removes the bar; to be called before anything else is written. */
  readonly clear: () => void;
}

export function createProgressBar({ err, nowMs }: Pick<Terminal, 'err' | 'nowMs'>): ProgressBar {
  if (!err.isTerminal) return { report: undefined, clear: () => {} };
  const startMs = nowMs();
  let shown = false;
  return {
    report: (done, total, message) => {
      if (nowMs() - startMs < PATIENCE_MS) return;
      shown = true;
      err.write(`\r${barLine(done, total, message, err)}`);
    },
    clear: () => {
      if (shown) err.write('\r\u001b[2K');
      shown = false;
    },
  };
}

function barLine(done: number, total: number, message: string, { columns = COLUMNS_DEFAULT }: Output): string {
  const fraction = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
  const filled = Math.round(fraction * BAR_COLUMNS);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_COLUMNS - filled);
  const line = `${bar} ${String(Math.floor(fraction * 100)).padStart(3)} %  ${withoutControls(message).split('\n')[0]}`;
  return padEnd(line.slice(0, columns - 1), columns - 1);
}
