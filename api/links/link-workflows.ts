import { WithStartWorkflowOperation, type Client } from '@temporalio/client';
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { toLinkWorkflowId } from '../../domain/ids';
import type { LinkDoc } from '../../store/links/link-schema';
import { toLoggable, type Logger } from '../../telemetry';
import {
  changeContactUpdate,
  contactLinkWorkflowName,
  linkPriorityOf,
  linkUpdate,
  statusQuery,
  unlinkUpdate,
  type LinkOutcome,
  type LinkStatus,
} from '../../workflows/messages';
import type { Born } from '../../workflows/link-state';

type LinkRef = Pick<LinkDoc, '_id' | 'portalId'>;

/** Talks to the workflows of links. Every call ends in time, whether or not Temporal or a worker is there. */
export interface LinkWorkflows {
  /**
   * Starts the link's workflow if it does not run, and waits for the outcome. Null: none in time, or given up by the
   * signal; it stays saved.
   */
  establish(link: LinkRef, signal?: AbortSignal): Promise<LinkOutcome | null>;
  /** Starts the workflow of a link that is linked already, unless it runs. False when Temporal did not take it. */
  begin(link: LinkRef, born: Born): Promise<boolean>;
  /** Starts or wakes the workflow to carry out the change saved on the link. A wake that is lost is made good by the sweep. */
  nudgeChange(link: LinkRef, kind: 'changeContact' | 'unlink'): Promise<void>;
  /** Throws when no workflow answers; `explainNoAnswer` says why. */
  askStatus(linkId: string): Promise<LinkStatus>;
  /** Sends a signal, and starts the workflow if it does not run. False when Temporal did not take it. */
  signal(link: LinkRef, signal: SignalDefinition): Promise<boolean>;
}

interface Parts {
  temporal: Client;
  logger: Logger;
  taskQueue: string;
  linkWaitMs: number;
  queryWaitMs: number;
}

function toStartOptions({ _id, portalId }: LinkRef, taskQueue: string) {
  return {
    workflowId: toLinkWorkflowId(_id),
    taskQueue,
    args: [{ linkId: _id }] as [{ linkId: string }],
    staticSummary: 'Backs up one linked contact',
    priority: linkPriorityOf(portalId),
  };
}

/** Calls that end in time, whatever Temporal does. */
function createCalls({ temporal, logger }: Pick<Parts, 'temporal' | 'logger'>) {
  const within = <T>(waitMs: number, call: () => Promise<T>): Promise<T> =>
    temporal.connection.withDeadline(Date.now() + waitMs, call);
  const note = (linkId: string, call: string, error: unknown) =>
    logger.warn({ linkId, call, ...toLoggable(error) }, 'the workflow did not answer');
  const isTaken = async (link: LinkRef, call: string, waitMs: number, ask: () => Promise<unknown>) => {
    try {
      await within(waitMs, ask);
      return true;
    } catch (error) {
      note(link._id, call, error);
      return false;
    }
  };
  return { within, note, isTaken };
}

export function createLinkWorkflows({ taskQueue, linkWaitMs, queryWaitMs, ...parts }: Parts): LinkWorkflows {
  const { temporal } = parts;
  const { within, note, isTaken } = createCalls(parts);
  const withStart = (link: LinkRef) =>
    new WithStartWorkflowOperation(contactLinkWorkflowName, {
      ...toStartOptions(link, taskQueue),
      workflowIdConflictPolicy: 'USE_EXISTING',
    });

  return {
    async establish(link, signal = new AbortController().signal) {
      const startWorkflowOperation = withStart(link);
      try {
        const ask = () => temporal.workflow.executeUpdateWithStart(linkUpdate, { startWorkflowOperation });
        return await temporal.connection.withAbortSignal(signal, () => within(linkWaitMs, ask));
      } catch (error) {
        if (!signal.aborted) note(link._id, 'link', error);
        return null;
      }
    },

    async nudgeChange(link, kind) {
      const update: UpdateDefinition<LinkStatus, []> = kind === 'unlink' ? unlinkUpdate : changeContactUpdate;
      const startWorkflowOperation = withStart(link);
      await isTaken(link, kind, queryWaitMs, () =>
        temporal.workflow.startUpdateWithStart(update, { waitForStage: 'ACCEPTED', startWorkflowOperation }),
      );
    },

    begin: (link, born) =>
      isTaken(link, 'begin', linkWaitMs, () =>
        temporal.workflow.start(contactLinkWorkflowName, {
          ...toStartOptions(link, taskQueue),
          args: [{ linkId: link._id, born }],
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      ),

    askStatus: (linkId) =>
      within(queryWaitMs, () => temporal.workflow.getHandle(toLinkWorkflowId(linkId)).query(statusQuery)),

    signal: (link, signal) =>
      isTaken(link, signal.name, queryWaitMs, () =>
        temporal.workflow.signalWithStart(contactLinkWorkflowName, {
          ...toStartOptions(link, taskQueue),
          signal,
        }),
      ),
  };
}
