import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';

/** Where `npm run build` puts the workflows' bundles, one with the interceptors that make spans; beside the sources there are none. */
export const bundleNames = { plain: 'workflow-bundle.js', traced: 'workflow-bundle-traced.js' } as const;
export type BundleKind = keyof typeof bundleNames;

/** The workflows' bundle of a build, or null where the sources run as they are. */
export function findBuiltBundle(kind: BundleKind): { codePath: string } | null {
  const codePath = join(__dirname, '..', bundleNames[kind]);
  return existsSync(codePath) ? { codePath } : null;
}

const spanMakers = '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors';

/** Bundles the workflows from their sources. The bundler's own report of sizes and modules is of no use to an operator. */
export const bundleWorkflows = (kind: BundleKind): Promise<WorkflowBundle> =>
  bundleWorkflowCode({
    workflowsPath: require.resolve('../workflows'),
    logger: new DefaultLogger('WARN'),
    workflowInterceptorModules: kind === 'traced' ? [require.resolve(spanMakers)] : [],
  });
