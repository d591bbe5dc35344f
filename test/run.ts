import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
  success: boolean;
}

/** Jest's own result; a run that left none counts as one failure. */
function readResult(path: string): JestResult {
  if (!existsSync(path))
    return { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1, success: false };
  return JSON.parse(readFileSync(path, 'utf8')) as JestResult;
}

/** `npm test [jest arguments]`: runs Jest and ends with the line `N passed, N failed`, as Jest counted. */
function main(): number {
  const root = join(__dirname, '..');
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-test-'));
  try {
    const outputFile = join(folder, 'result.json');
    const jest = require.resolve('jest/bin/jest');
    // A process that a failed test left behind must not keep the whole run from ending.
    const args = [jest, '--json', '--forceExit', `--outputFile=${outputFile}`, ...process.argv.slice(2)];
    // With --json Jest prints its result to stdout as well; what people read goes to stderr.
    const { status } = spawnSync(process.execPath, args, {
      cwd: root,
      stdio: ['inherit', 'ignore', 'inherit'],
    });
    const result = readResult(outputFile);
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    console.log(`${result.numPassedTests} passed, ${failed} failed`);
    return status === 0 && result.success && failed === 0 && result.numPassedTests > 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = main();
