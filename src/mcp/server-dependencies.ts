/**
 * What the server is made of. All of it is passed in, so that standard input, HTTP and tests serve the same thing.
 */
import type { Logger } from 'pino';
import type { BibliographyEntry, GlossaryEntry } from '../knowledge/entries.ts';
import type { RunReader } from '../registry/define-tool.ts';
import type { ToolRegistry } from '../registry/tool-registry.ts';
import type { ToolExecutor } from '../runs/tool-executor.ts';
import type { PromptDefinition } from './prompt.ts';

/** Claude Code cuts the instructions of a server here. */
export const INSTRUCTIONS_LENGTH_MAX = 4_096;

export interface ServerDependencies {
  readonly registry: ToolRegistry;
  readonly executor: ToolExecutor;
  readonly runs: RunReader;
  readonly prompts: readonly PromptDefinition[];
  /** The persona, Markdown: the resource `quorate://agent`. */
  readonly agentCard: string;
  /** Shown to the model when a host connects; at most {@link INSTRUCTIONS_LENGTH_MAX} characters. */
  readonly instructions: string;
  readonly knowledge: {
    readonly bibliography: readonly BibliographyEntry[];
    readonly glossary: readonly GlossaryEntry[];
  };
  readonly version: string;
  readonly logger: ServerLogger;
}

export type ServerLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
