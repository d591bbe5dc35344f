import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';

/** Where `npm run build` puts the workflows' bundle; beside the sources there is none. */
const builtBundle = join(__dirname, '../workflow-bundle.js');

/** The workflows' bundle of a build, or null where the sources run as they are. */
export const findBuiltBundle = (): { codePath: string } | null =>
  existsSync(builtBundle) ? { codePath: builtBundle } : null;

/** Bundles the workflows from their sources. The bundler's own report of sizes and modules is of no use to an operator. */
export const bundleWorkflows = (): Promise<WorkflowBundle> =>
  bundleWorkflowCode({ workflowsPath: require.resolve('../workflows'), logger: new DefaultLogger('WARN') });
