import { join } from 'node:path';

/** What Node is given to run one of our sources as a process of a test. */
export const runCompiled = ['--require', join(__dirname, 'compiled.js')];
