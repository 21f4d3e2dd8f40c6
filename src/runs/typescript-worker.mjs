/**
 * Entry of a worker thread whose script is TypeScript: during development and in tests. Threads of Node 20 do not apply
 * `--import` hooks to their entry, so the hooks are registered here, before the script is loaded. Not part of the bundle.
 */
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
await import(workerData.script);
