import { z } from 'zod';
import { toWatchWorkflowId } from '../../domain/ids';
import type { PortalDoc } from '../../store/portals/portal-schema';
import { toLoggable } from '../../telemetry';
import { sweepNowSignal } from '../../workflows/messages';
import { portalSchema, toPortal } from '../cards/portal-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { orNotFound, Problem } from '../http/problem';

const usualWaitMs = 2_000;

/** Says what disconnecting does, before it is done. */
async function askFirst({ store }: ApiContext, { _id }: PortalDoc): Promise<Problem> {
  const [links, waitingMessages] = await Promise.all([
    store.links.countOpen(_id),
    store.outbox.countOfPortal(_id),
  ]);
  const detail = [
    `${links} links end, without their contacts being asked, and their workflows with them;`,
    `${waitingMessages} messages that wait for a page do not get there.`,
    'The webhook of the portal is deleted here, and nothing is sent to it any more.',
    'Comments on the pages of contacts stay; people, chats, messages and the history of links are kept, and accounts still take messages.',
    'Connected again, the portal finds them as they are. Repeat the request with confirm=true to disconnect it.',
  ].join(' ');
  return new Problem('confirmation_needed', { detail, counts: { links, waitingMessages } });
}

/** The watch ends the links and itself at once; when this does not reach it, with its next sweep. */
async function wakeWatch(
  { temporal, logger, queryWaitMs = usualWaitMs }: ApiContext,
  portalId: string,
): Promise<void> {
  try {
    await temporal.connection.withDeadline(Date.now() + queryWaitMs, () =>
      temporal.workflow.getHandle(toWatchWorkflowId(portalId)).signal(sweepNowSignal),
    );
  } catch (error) {
    logger.warn({ portalId, ...toLoggable(error) }, 'the watch of the portal did not answer');
  }
}

/** The end of our work with a portal. */
export const createPortalDisconnectRoutes = (context: ApiContext): Endpoint[] => [
  endpoint('DELETE /portals/:portalId', {
    tag: 'Bitrix24',
    role: 'admin',
    operationId: 'disconnectPortal',
    summary: 'Disconnect a portal: its links end, everything that is stored stays',
    query: z.strictObject({
      confirm: z.enum(['true', 'false']).optional().meta({
        description: 'Without `true` nothing is done, and the answer says what would be.',
      }),
    }),
    answers: {
      200: { description: 'It is disconnected already.', schema: portalSchema },
      202: { description: 'Disconnected; its links are being ended.', schema: portalSchema },
      409: { description: '`confirmation_needed`, with what will happen in `detail` and `counts`.' },
    },
    async handle({ params: { portalId }, query: { confirm } }) {
      const { portals } = context.store;
      const portal = orNotFound(await portals.load(portalId), 'portal');
      if (portal.linksEndedAt !== null) return ok(await toPortal(context, portal));
      if (portal.disconnectedAt === null && confirm !== 'true') throw await askFirst(context, portal);
      const disconnected = (await portals.disconnect(portalId, new Date())) ?? portal;
      await wakeWatch(context, portalId);
      return { status: 202, body: await toPortal(context, disconnected) };
    },
  }),
];
