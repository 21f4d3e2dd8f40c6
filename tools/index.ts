/**
 * All tools, in the order in which they are listed everywhere.
 */
import { createRegistry } from '../src/registry/tool-registry.ts';
import { analyzeQuorum } from './analyze-quorum.ts';
import { checkModel } from './check-model.ts';
import { readRun } from './read-run.ts';
import { reviewSolutionTool } from './review-solution.ts';
import { runSimulation } from './run-simulation.ts';
import { solveProblem } from './solve-problem.ts';

export const registry = createRegistry([
  analyzeQuorum,
  runSimulation,
  checkModel,
  solveProblem,
  reviewSolutionTool,
  readRun,
]);
