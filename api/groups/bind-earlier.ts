import { z } from 'zod';
import { listPagesOf } from '../../intake/groups/pages';
import type { ChatDoc } from '../../store/chats/chats';
import type { LinkDoc } from '../../store/links/link-schema';
import type { OperationDoc } from '../../store/operations';
import { backUpNowSignal } from '../../workflows/messages';
import { operationSchema, toOperation } from '../cards/operation-card';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { idField } from '../http/fields';
import { orNotFound, Problem } from '../http/problem';

/** The operation under way, or a new one: of two requests at once the first one's. */
async function beginOperation({ store }: ApiContext, chat: ChatDoc, link: LinkDoc): Promise<OperationDoc> {
  const { portalId, _id: linkId, personId } = link;
  for (;;) {
    const at = new Date();
    await store.members.watch([{ portalId, chatId: chat._id, personId }], at);
    const member = orNotFound(await store.members.find(chat._id, personId), 'member');
    const running = member.operationId ? await store.operations.load(member.operationId) : null;
    if (running?.state === 'running') return running;
    const operation = await store.operations.begin({ portalId, linkId, kind: 'bindEarlier' });
    if (await store.members.beginEarlier(member, operation._id)) return operation;
    await store.operations.finish(operation._id, 'failed', 'The same was asked for at this moment.');
  }
}

/**
 * The operation is noted on the member first, then the entries say that they wait for the page, then its rounds are told to look. A
 * crash in between leaves an operation that the same request goes on with.
 */
async function bindEarlier(context: ApiContext, chat: ChatDoc, link: LinkDoc): Promise<OperationDoc> {
  const { store, linkWorkflows } = context;
  const operation = await beginOperation(context, chat, link);
  const waiting = await store.entries.askEarlier(chat._id, link._id, link.crmContactId ?? 0);
  const total = Math.max(operation.total, waiting);
  await store.operations.progress(operation._id, total - waiting, total);
  await store.members.noteMissed(chat._id, [link.personId]);
  // A signal that is lost delays it until the next round, or the sweep.
  await linkWorkflows.signal(link, backUpNowSignal);
  return (await store.operations.load(operation._id)) ?? operation;
}

/** What a group said before its member was linked comes onto the member's page only when somebody asks for it. */
export const createBindEarlierRoutes = (context: ApiContext): Endpoint[] => [
  endpoint('POST /chats/:chatId/bind-earlier', {
    role: 'agent',
    operationId: 'bindEarlierEntries',
    tag: 'Groups',
    summary: 'Show on a linked member’s page what a group said before they were linked',
    body: z.strictObject({ linkId: idField.meta({ description: 'The link of the member.' }) }),
    answers: {
      202: {
        description: 'Begun, or under way by the same request; it is carried out with the link’s rounds.',
        schema: operationSchema,
      },
      409: { description: '`not_on_page`: by its policy the group is not on this link’s page.' },
    },
    async handle({ params, body }) {
      const { store } = context;
      const chat = orNotFound(await store.chats.load(params.chatId), 'chat');
      const link = orNotFound(await store.links.load(body.linkId), 'link');
      const pages = chat.kind === 'group' ? await listPagesOf(store, chat) : [];
      if (pages.every(({ linkId }) => linkId !== link._id)) throw new Problem('not_on_page');
      return { status: 202, body: toOperation(await bindEarlier(context, chat, link)) };
    },
  }),
];
