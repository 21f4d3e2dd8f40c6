/**
 * The shape of a tool: everything that hosts, the command line, the reference and the tests need to know about it, in
 * one value. A tool is a pure description plus a short `run`; where it runs and how it is shown is the adapters' business.
 */
import type * as z from 'zod';
import type { Budget } from '../kernel/budget.ts';
import type { CheckpointStore, PartsRunner } from '../kernel/call-services.ts';
import type { FailureCode } from '../kernel/failure.ts';
import type { Seed } from '../kernel/units.ts';

/** Where results are kept that are too large for an answer. */
export interface RunWriter {
  /** Stores named lists under an id derived from their content. Storing the same parts twice gives the same id. */
  save(run: RunContent): Promise<RunReference>;
}

export interface RunReader {
  /** One page of one part. Fails with `run/not_found`, `run/unknown_part` or `run/invalid_cursor`. */
  readPage(request: RunPageRequest): Promise<RunPage>;
  /** What a run holds, without its items. Fails with `run/not_found`. */
  describe(runId: string): Promise<RunDescription>;
}

export interface RunContent {
  /** Name of the tool whose answer overflowed. */
  readonly tool: string;
  /** The command that reproduces the run. */
  readonly reproduce: string;
  /** Lists by name, e.g. `{ 'read_quorums.minimal': [...] }`; items are JSON values. */
  readonly parts: Readonly<Record<string, readonly unknown[]>>;
}

export interface RunReference {
  readonly id: string;
  /** `quorate://runs/{id}` */
  readonly uri: string;
}

export interface RunPageRequest {
  readonly runId: string;
  readonly part: string;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface RunPage {
  readonly items: readonly unknown[];
  readonly total: number;
  readonly nextCursor?: string;
}

export interface RunDescription extends RunReference {
  readonly tool: string;
  readonly reproduce: string;
  readonly parts: readonly { readonly name: string; readonly items: number }[];
}

/** What a tool gets besides its input. Time, randomness and storage come in through here and nowhere else. */
export interface ToolContext {
  /** Seeds everything random; from the input's `seed`, else 0. */
  readonly seed: Seed;
  readonly budget: Budget;
  /** Reports that `done` of `total` units of work are finished. Cheap enough to call often. */
  readonly progress: (done: number, total: number, message: string) => void;
  readonly signal: AbortSignal;
  readonly runs: RunWriter & RunReader;
  readonly checkpoints: CheckpointStore;
  /** Milliseconds since the call began: for what is told of progress, never for an answer. */
  readonly elapsedMs: () => number;
  readonly inParts: PartsRunner;
}

/** What the work on one part gets. */
export type PartContext = Pick<ToolContext, 'budget'>;

/** The four hints of the protocol, all explicit. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

export interface ToolExample<Input> {
  /** One line: what the arguments ask. */
  readonly title: string;
  readonly input: Input;
  /** The failure that this example shows, where it shows one. */
  readonly fails?: FailureCode;
}

export interface ToolDefinition<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  /** `verb_noun`; the file is `verb-noun.ts`. */
  readonly name: string;
  readonly title: string;
  /** One sentence of what it decides; what it costs or where it stops. */
  readonly description: string;
  /** Completes "Use when …". */
  readonly useWhen: string;
  /** Completes "Not for …". */
  readonly notFor: string;
  readonly input: Input;
  readonly output: Output;
  readonly annotations: ToolAnnotations;
  /** Executed by the contract test and printed in the reference; the first is quoted in messages about bad input. */
  readonly examples: readonly ToolExample<z.input<Input>>[];
  readonly run: (input: z.output<Input>, context: ToolContext) => Promise<AnswerBody<Output>> | AnswerBody<Output>;
  /** A share of the work, for `context.inParts`: from JSON to JSON, and the same in any thread. */
  readonly part?: (part: unknown, context: PartContext) => unknown;
}

/** What a tool answers by itself; the command that repeats the call is added to it. */
export type AnswerBody<Output extends z.ZodObject> = Omit<z.input<Output>, 'reproduce'>;

/**
 * All tools of ours compute from their arguments, and what `read_run` reads was computed so: they change nothing that a user could
 * notice and reach nothing. A repeated call gives the same answer unless the time limit ended one, which the answer then says.
 */
export const READ_ONLY: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** Fixes the inference of input and output; returns its argument. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
): ToolDefinition<Input, Output> {
  return definition;
}

/** The description that a model reads. */
export function describeTool(tool: ToolDefinition): string {
  return `${tool.description} Use when ${tool.useWhen}. Not for ${tool.notFor}.`;
}
