const Runtime = require('jest-runtime').default;

/** What a process of Jest knows of the sources: where a name leads, what a file becomes, the function it compiles to. */
const known = { names: new Map(), sources: new Map(), functions: new Map() };

/**
 * Jest's runtime, which resolves, reads and compiles each source once in a process and not once for each test file.
 * Each file still has modules of its own: the same function is run anew. It needs the one realm of environment.js.
 */
module.exports = class KeptRuntime extends Runtime {
  constructor(...given) {
    super(...given);
    this.keepFunctions();
    // While somebody works on the sources they are read each time.
    const { watch, watchAll } = given.at(-1);
    if (watch || watchAll) return;
    this.keepNames();
    this.keepSources();
  }

  keepNames() {
    const resolution = this._resolution;
    const resolve = resolution.resolveCjs.bind(resolution);
    resolution.resolveCjs = (from, to) => {
      const key = `${from}\0${to}`;
      if (!known.names.has(key)) known.names.set(key, resolve(from, to));
      return known.names.get(key);
    };
  }

  keepSources() {
    const cache = this.transformCache;
    const transform = cache.transform.bind(cache);
    cache.transform = (file, options) => {
      const key = `${file}\0${options?.isInternalModule ?? false}`;
      if (!known.sources.has(key)) {
        const code = transform(file, options);
        known.sources.set(key, { code, map: cache.sourceMaps.get(file) });
      }
      const { code, map } = known.sources.get(key);
      if (map) cache.sourceMaps.set(file, map);
      return code;
    };
  }

  keepFunctions() {
    const { executor } = this;
    const compile = executor.compile.bind(executor);
    executor.compile = (source, file) => {
      const before = known.functions.get(file);
      if (before?.source === source) return before.run;
      const run = compile(source, file);
      known.functions.set(file, { source, run });
      return run;
    };
  }
};
