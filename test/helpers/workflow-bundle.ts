import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

async function make(): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    workflowsPath: require.resolve('../../workflows'),
    logger: new DefaultLogger('ERROR'),
  });
}

/** The folder of this run; the first test file that needs the bundle leaves it there for the others. */
async function findOrMake(folder: string): Promise<WorkflowBundleWithSourceMap> {
  const path = join(folder, 'workflows.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as WorkflowBundleWithSourceMap;
  const made = await make();
  // Renamed when whole: the other worker of Jest may look meanwhile.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify(made));
  renameSync(own, path);
  return made;
}

let bundle: Promise<WorkflowBundleWithSourceMap> | null = null;

/** The workflow bundle, made once in a run of the suite: it costs seconds of a processor. */
export function workflowBundle(): Promise<WorkflowBundleWithSourceMap> {
  const folder = process.env['TEST_BUNDLE_FOLDER'];
  return (bundle ??= folder === undefined ? make() : findOrMake(folder));
}
