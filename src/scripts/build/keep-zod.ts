/**
 * Works around esbuild 0.28: when a module that is bundled eagerly uses a package that declares itself free of side effects and that
 * lazily loaded modules use too, the call that initialises the package can be dropped. Here that package is zod.
 */
import type { Plugin } from 'esbuild';

const RESOLVING = 'resolving zod';

export const keepZod: Plugin = {
  name: 'keep-zod',
  setup: (build) => {
    build.onResolve({ filter: /^zod$/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === RESOLVING) return undefined;
      const resolved = await build.resolve(path, { importer, kind, resolveDir, pluginData: RESOLVING });
      return { path: resolved.path, sideEffects: true };
    });
  },
};
