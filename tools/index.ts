/**
 * All tools, in the order in which they are listed everywhere.
 */
import { createRegistry } from '../src/registry/tool-registry.ts';
import { readRun } from './read-run.ts';

export const registry = createRegistry([readRun]);
