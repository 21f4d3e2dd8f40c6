/**
 * Puts the JSON Schemas of the tools into the bundle ready-made. Deriving them from zod at every start takes as long as
 * loading the server.
 */
import type { Plugin } from 'esbuild';
import { inputOutlineOf, inputSchemaOf, outputOutlineOf, outputSchemaOf } from '../../registry/json-schema.ts';
import type { AnyTool, ToolRegistry } from '../../registry/tool-registry.ts';

/** What `src/registry/json-schema.ts` exports; a new export there fails the bundling until it is here. */
const DERIVED = { inputSchemaOf, inputOutlineOf, outputSchemaOf, outputOutlineOf };

export function readySchemas(registry: ToolRegistry): Plugin {
  const contents = Object.entries(DERIVED)
    .map(([name, derive]) => readyFunction(name, registry.tools, derive))
    .join('\n');
  return {
    name: 'ready-schemas',
    setup: (build) => {
      build.onLoad({ filter: /\/src\/registry\/json-schema\.ts$/ }, () => ({ contents, loader: 'js' }));
    },
  };
}

/** Parsed when first asked for: JSON text is the fastest thing to load, and the whole output schemas are rarely asked for. */
function readyFunction(name: string, tools: readonly AnyTool[], derive: (tool: AnyTool) => object): string {
  const schemas = JSON.stringify(Object.fromEntries(tools.map((tool) => [tool.name, derive(tool)])));
  return `let ${name}Table; export const ${name} = (tool) => (${name}Table ??= JSON.parse(${JSON.stringify(schemas)}))[tool.name];`;
}
