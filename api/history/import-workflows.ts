import { toImportWorkflowId } from '../../domain/ids';
import type { ImportDoc } from '../../store/history/imports';
import { toLoggable } from '../../telemetry';
import {
  historyImportWorkflowName,
  importPriorityOf,
  taskQueue,
  wakeImportSignal,
} from '../../workflows/messages';
import type { ApiContext } from '../context';

const usualWaitMs = 2_000;

/** The workflow of an import takes its next step now, and is started if it does not run. The sweep makes a lost call good. */
export async function wakeImport(
  { temporal, logger, queryWaitMs = usualWaitMs, taskQueue: queue = taskQueue }: ApiContext,
  { _id: importId, portalId }: ImportDoc,
): Promise<void> {
  try {
    await temporal.connection.withDeadline(Date.now() + queryWaitMs, () =>
      temporal.workflow.signalWithStart(historyImportWorkflowName, {
        workflowId: toImportWorkflowId(importId),
        taskQueue: queue,
        args: [{ importId }],
        signal: wakeImportSignal,
        staticSummary: 'Reads what a WhatsApp source has of the past',
        priority: importPriorityOf(portalId),
      }),
    );
  } catch (error) {
    logger.warn({ importId, ...toLoggable(error) }, 'the workflow of an import did not answer');
  }
}
