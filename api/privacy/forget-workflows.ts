import { toForgettingWorkflowId } from '../../domain/ids';
import type { ForgettingDoc } from '../../store/privacy/forgettings';
import { toLoggable } from '../../telemetry';
import { forgetPersonWorkflowName, linkPriorityOf, taskQueue } from '../../workflows/messages';
import type { ApiContext } from '../context';

const usualWaitMs = 2_000;

/** Starts the workflow of a forgetting, unless it runs. The sweep makes a lost call good. */
export async function startForgetting(
  { temporal, logger, queryWaitMs = usualWaitMs, taskQueue: queue = taskQueue }: ApiContext,
  { _id: operationId, portalId }: Pick<ForgettingDoc, '_id' | 'portalId'>,
): Promise<void> {
  try {
    await temporal.connection.withDeadline(Date.now() + queryWaitMs, () =>
      temporal.workflow.start(forgetPersonWorkflowName, {
        workflowId: toForgettingWorkflowId(operationId),
        taskQueue: queue,
        args: [{ operationId }],
        staticSummary: 'Forgets a person',
        priority: linkPriorityOf(portalId),
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    );
  } catch (error) {
    logger.warn({ operationId, ...toLoggable(error) }, 'the workflow of a forgetting could not be started');
  }
}
