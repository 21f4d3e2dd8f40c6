/**
 * The registry: the tools in their one fixed order, by name. Adapters know tools only through it.
 */
import { fail } from '../kernel/failure.ts';
import { invariant } from '../kernel/invariant.ts';
import type { ToolDefinition } from './define-tool.ts';

// A registry holds tools of different inputs; each is called only with what its own schema parsed.
// biome-ignore lint/suspicious/noExplicitAny: the variance of `run` makes any narrower element type reject real tools
export type AnyTool = ToolDefinition<any, any>;

export interface ToolRegistry {
  readonly tools: readonly AnyTool[];
  /** Fails with `input/unknown_tool`, listing what is there. */
  find(name: string): AnyTool;
}

export function createRegistry(tools: readonly AnyTool[]): ToolRegistry {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  invariant(byName.size === tools.length, 'tool names are unique');
  return {
    tools,
    find: (name) =>
      byName.get(name) ??
      fail('input/unknown_tool', {
        message: `there is no tool ${JSON.stringify(name.slice(0, 80))}`,
        expected: `one of ${tools.map((tool) => tool.name).join(', ')}`,
        nextStep: 'Call one of the tools listed; `quorate tools` describes them.',
      }),
  };
}
