#!/usr/bin/env node
/**
 * The program `quorate`, and the only place that touches the process: it hands streams, environment and signals to whoever
 * asked for them. Started as a worker thread, the same file is a worker, so that the whole program can be one file.
 */
import { isMainThread } from 'node:worker_threads';
import { registry } from '../../tools/index.ts';
import { startToolWorker } from '../runs/tool-worker.ts';
import { runInMainThread } from './main-thread.ts';

if (isMainThread) await runInMainThread(registry, import.meta.url);
else startToolWorker(registry);
