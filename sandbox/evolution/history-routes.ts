import { Router } from 'express';
import type { EvolutionState } from './evolution-state';
import type { MessageRecord } from './instance';
import { instanceOf, refuse } from './instance-routes';

interface Search {
  where?: {
    key?: { id?: string; remoteJid?: string };
    messageTimestamp?: { gte?: string; lte?: string };
  };
  page?: number;
  /** The size of a page. */
  offset?: number;
}

const newestFirst = (a: MessageRecord, b: MessageRecord) => b.messageTimestamp - a.messageTimestamp;

function select(
  records: readonly MessageRecord[],
  { where = {} }: Search,
  isLoose: boolean,
): MessageRecord[] {
  const { key = {}, messageTimestamp: { gte, lte } = {} } = where;
  // A time is looked at only with both its ends.
  const isTimed = gte !== undefined && lte !== undefined;
  const [from, to] = isTimed ? [Date.parse(gte) / 1_000, Date.parse(lte) / 1_000] : [0, Infinity];
  return records
    .filter(({ messageTimestamp: at }) => at >= from && at <= to)
    .filter((record) => key.id === undefined || record.key.id === key.id)
    .filter((record) => isLoose || key.remoteJid === undefined || record.key.remoteJid === key.remoteJid)
    .sort(newestFirst);
}

/** What the server keeps: messages, chats, files, groups. */
export function createHistoryRoutes({ options }: EvolutionState): Router {
  const router = Router();
  router.post('/chat/findMessages/:name', (request, response) => {
    const search = request.body as Search;
    const { page = 1, offset: size = 50 } = search;
    const found = select(instanceOf(response).records, search, options.isLoose);
    const records = found.slice((page - 1) * size, page * size);
    const pages = Math.ceil(found.length / size);
    response.json({ messages: { total: found.length, pages, currentPage: page, records } });
  });
  router.post('/chat/findChats/:name', (request, response) => {
    const { take = 100, skip = 0 } = request.body as { take?: number; skip?: number };
    const newest = new Map<string, MessageRecord>();
    for (const record of [...instanceOf(response).records].sort(newestFirst)) {
      if (!newest.has(record.key.remoteJid)) newest.set(record.key.remoteJid, record);
    }
    const chats = [...newest].map(([remoteJid, lastMessage]) => ({ remoteJid, lastMessage }));
    response.json(chats.slice(skip, skip + take));
  });
  router.post('/chat/getBase64FromMediaMessage/:name', (request, response) => {
    const { message } = request.body as { message: { key: { id: string } } };
    const file = instanceOf(response).files[message.key.id];
    if (!file) return refuse(response, 400, 'Message not found');
    response.status(201).json({ mediaType: 'imageMessage', fileName: 'x', ...file });
  });
  router.get('/group/fetchAllGroups/:name', (_, response) => void response.json(instanceOf(response).groups));
  return router;
}
