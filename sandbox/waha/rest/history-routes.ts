import { Router, type Request, type Response } from 'express';
import { toLabelView } from '../labels';
import type { MessagePayload, Session } from '../session';
import type { WahaState } from '../waha-state';
import { findWorking, refuse } from './door';

const toNumber = (value: unknown, otherwise: number) =>
  typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : otherwise;

function toPage<Item>(items: readonly Item[], { query }: Request): Item[] {
  const offset = toNumber(query['offset'], 0);
  return items.slice(offset, offset + toNumber(query['limit'], 100));
}

const newestFirst = (a: MessagePayload, b: MessagePayload) => b.timestamp - a.timestamp;

/** The chat's messages; `all` means every chat's. */
const messagesOf = ({ chats }: Session, chatId: string): MessagePayload[] =>
  Object.values(chats)
    .filter(({ id }) => chatId === 'all' || id === chatId)
    .flatMap(({ messages }) => messages);

function selectMessages(session: Session, request: Request<{ chatId: string }>): MessagePayload[] {
  const { query, params } = request;
  const from = toNumber(query['filter.timestamp.gte'], 0);
  const to = toNumber(query['filter.timestamp.lte'], Number.MAX_SAFE_INTEGER);
  const isDownloaded = query['downloadMedia'] !== 'false';
  return messagesOf(session, params.chatId)
    .filter(({ timestamp }) => timestamp >= from && timestamp <= to)
    .sort(newestFirst)
    .map((message) => (isDownloaded ? message : { ...message, media: null }));
}

const newestOf = (messages: readonly MessagePayload[]) => messages.at(-1) ?? null;

const listChats = ({ chats, contacts }: Session) =>
  Object.values(chats)
    .map(({ id, name, messages }) => ({
      id,
      name: name ?? contacts[id] ?? null,
      conversationTimestamp: newestOf(messages)?.timestamp ?? 0,
      lastMessage: newestOf(messages),
    }))
    .sort((a, b) => b.conversationTimestamp - a.conversationTimestamp);

type Serve<Params> = (
  session: Session,
  request: Request<Params & { name: string }>,
  response: Response,
) => void;

function addChats(router: Router, waha: WahaState): void {
  const serve =
    <Params>(answer: Serve<Params>) =>
    (request: Request<Params & { name: string }>, response: Response): void => {
      const session = findWorking(waha, request.params.name, response);
      if (session) answer(session, request, response);
    };
  router.get(
    '/:name/chats',
    serve((session, request, response) => {
      const chats = toPage(listChats(session), request as Request);
      response.json(
        chats.map(({ id, name, conversationTimestamp }) => ({ id, name, conversationTimestamp })),
      );
    }),
  );
  router.get(
    '/:name/chats/overview',
    serve((session, request, response) => void response.json(toPage(listChats(session), request as Request))),
  );
  router.get(
    '/:name/chats/:chatId/messages',
    serve<{ chatId: string }>((session, request, response) => {
      response.json(toPage(selectMessages(session, request), request as unknown as Request));
    }),
  );
  router.get(
    '/:name/chats/:chatId/messages/:messageId',
    serve<{ chatId: string; messageId: string }>((session, { params }, response) => {
      const isMeant = ({ id }: MessagePayload) =>
        id === params.messageId || id.split('_')[2] === params.messageId;
      const found = messagesOf(session, params.chatId).find(isMeant);
      if (found) response.json(found);
      else refuse(response, 404, 'Message not found');
    }),
  );
}

function addLabels(router: Router, waha: WahaState): void {
  router.get('/:name/labels', (request, response) => {
    const session = findWorking(waha, request.params.name, response);
    if (!session) return;
    response.json(Object.entries(session.labels ?? {}).map(([id, { name }]) => toLabelView(id, name)));
  });
  router.get('/:name/labels/:labelId/chats', (request, response) => {
    const session = findWorking(waha, request.params.name, response);
    if (session) response.json((session.labels?.[request.params.labelId]?.chats ?? []).map((id) => ({ id })));
  });
  router.get('/:name/lids/pn/:address', (request, response) => {
    const session = findWorking(waha, request.params.name, response);
    if (!session) return;
    const digits = request.params.address.replace(/@.*$/, '');
    const [lid] = Object.entries(session.lids).find(([, phone]) => phone === digits) ?? [];
    response.json({ lid: lid === undefined ? null : `${lid}@lid`, pn: `${digits}@c.us` });
  });
}

function addPeople(router: Router, waha: WahaState): void {
  const toPair = ([lid, phone]: [string, string | null]) => ({
    lid: `${lid}@lid`,
    pn: phone === null ? null : `${phone}@c.us`,
  });
  router.get('/:name/lids', (request, response) => {
    const session = findWorking(waha, request.params.name, response);
    if (session) response.json(toPage(Object.entries(session.lids), request as Request).map(toPair));
  });
  router.get('/:name/lids/:lid', (request, response) => {
    const session = findWorking(waha, request.params.name, response);
    const lid = request.params.lid.replace(/@lid$/, '');
    if (session) response.json(toPair([lid, session.lids[lid] ?? null]));
  });
  router.get('/:name/contacts/all', (request, response) => {
    const session = findWorking(waha, request.params.name, response);
    if (!session) return;
    const contacts = Object.entries(session.contacts).map(([id, name]) => ({
      ...{ id, number: id.split('@')[0], name, pushname: name, isGroup: false, isWAContact: true },
    }));
    response.json(toPage(contacts, request as Request));
  });
}

function addFiles(router: Router, waha: WahaState): void {
  router.get('/files/:name/:file', (request, response) => {
    const file = waha.sessions.get(request.params.name)?.files[request.params.file];
    if (!file) return refuse(response, 404, 'Not found');
    response.type(file.mimetype).send(Buffer.from(file.base64, 'base64'));
  });
}

/** What a session's phone has: chats, messages, people, files. */
export function createHistoryRoutes(waha: WahaState): Router {
  const router = Router();
  addFiles(router, waha);
  addChats(router, waha);
  addLabels(router, waha);
  addPeople(router, waha);
  return router;
}
