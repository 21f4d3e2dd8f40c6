/**
 * The server's log: JSON lines on standard error, since standard output speaks JSON-RPC.
 */
import { type Logger, pino } from 'pino';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
const LEVEL_DEFAULT = 'warn';

/** A logger of the level in `QUORATE_LOG`, `warn` by default. Hosts show what a server logs, so calls are `info`. */
export function createLogger(environment: Readonly<Record<string, string | undefined>>): Logger {
  const wanted = environment.QUORATE_LOG ?? LEVEL_DEFAULT;
  const level = LEVELS.includes(wanted) ? wanted : LEVEL_DEFAULT;
  // Synchronous, so that the last lines of a process that ends are not lost.
  const destination = pino.destination({ dest: 2, sync: true });
  // Nobody reads the log any more: that must not end the server.
  destination.on('error', () => {});
  const logger = pino({ level, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  if (level !== wanted) logger.warn({ QUORATE_LOG: wanted.slice(0, 40), levels: LEVELS }, 'unknown log level');
  return logger;
}
