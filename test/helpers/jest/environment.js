const { TestEnvironment } = require('jest-environment-node');
const { installCommonGlobals } = require('jest-util');

let kept = null;
const keep = (environment) => (kept = environment);

/** Every own property as it is, getters too. */
const describe = (object) => Object.getOwnPropertyDescriptors(object);

/**
 * Node's environment of Jest, one for all files that a process of Jest runs. A file's globals go with it, its modules
 * too; what stays is the realm, so that runtime.js need not compile the same sources for each file.
 */
module.exports = class KeptEnvironment extends TestEnvironment {
  constructor(config, context) {
    if (kept) return kept.begin();
    super(config, context);
    this.atFirst = describe(this.global);
    keep(this);
  }

  /** The globals as they were before the first file, and a process object that no file has changed. */
  begin() {
    for (const name of Reflect.ownKeys(describe(this.global)))
      if (!Object.hasOwn(this.atFirst, name)) delete this.global[name];
    for (const [name, property] of Reflect.ownKeys(this.atFirst).map((key) => [key, this.atFirst[key]]))
      if (property.configurable && property.writable !== false)
        Object.defineProperty(this.global, name, property);
    const fresh = { Symbol, Date };
    installCommonGlobals(fresh, {}, 'off');
    this.global.process = fresh.process;
    return this;
  }

  async teardown() {
    this.fakeTimersModern.dispose();
  }
};
