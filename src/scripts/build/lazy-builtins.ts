/**
 * Loads Node's own modules when the first module that uses them runs. As imports of an ES module all of them would be loaded
 * before anything runs: a server over standard input and output would pay for HTTP/2 at every start.
 */
import type { Plugin } from 'esbuild';

const NAMESPACE = 'builtin';

export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup: (build) => {
    build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: NAMESPACE } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
      loader: 'js',
    }));
  },
};
