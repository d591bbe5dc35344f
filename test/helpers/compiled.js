const { createHash } = require('node:crypto');
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const folder = process.env.TEST_BUNDLE_FOLDER ?? tmpdir();

/** As `npm run build` compiles. */
function compile(source, filename) {
  const { transformSync } = require('@swc/core');
  return transformSync(source, {
    ...{ filename, swcrc: false, sourceMaps: 'inline' },
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  }).code;
}

/** The compiled source, kept for the other processes of this run: renamed when whole, one of them may look meanwhile. */
function findOrCompile(filename) {
  const source = readFileSync(filename, 'utf8');
  const kept = join(folder, `${createHash('sha256').update(filename).update(source).digest('hex')}.js`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const code = compile(source, filename);
    writeFileSync(`${kept}.${process.pid}`, code);
    renameSync(`${kept}.${process.pid}`, kept);
    return code;
  }
}

const resolve = Module._resolveFilename;
/** `./name.js` of our sources is `./name.ts`, as TypeScript has it. */
Module._resolveFilename = (name, parent, ...rest) => {
  const isOurs = parent?.filename?.endsWith('.ts') && /^\..*\.js$/.test(name);
  return resolve(isOurs ? name.slice(0, -3) : name, parent, ...rest);
};

/**
 * `node --require` of this file runs our sources in a process of a test. Tests that kill processes start a hundred of
 * them; each compiled by `tsx` costs a second of a processor.
 */
Module._extensions['.ts'] = (module, filename) => module._compile(findOrCompile(filename), filename);
