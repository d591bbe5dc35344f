import { z } from 'zod';
import { parseJid } from '../../domain/jid';
import { listLinks } from '../../store/links/link-list';
import type { Store } from '../../store/store';
import { importSchema, toImport } from '../cards/import-card';
import { loadConnected } from '../choose-portal';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { crmContactIdField, idField } from '../http/fields';
import { badField, orNotFound, Problem } from '../http/problem';
import { beginImport, hasHistory } from './begin-import';
import { howFarBack, toFrom } from './how-far-back';
import { listAddresses } from './person-chats';

const tag = 'History';
const mostChats = 200;

const isChat = (jid: string): boolean => {
  const kind = parseJid(jid)?.kind;
  return kind === 'phone' || kind === 'lid' || kind === 'group';
};

const accountWish = z.strictObject({
  ...howFarBack,
  chats: z
    .array(z.string().max(100).refine(isChat, 'is no address of a chat, such as 491701234567@c.us'))
    .min(1)
    .max(mostChats)
    .optional()
    .meta({ description: 'Only these chats, by their WhatsApp addresses; all unless given.' }),
  crmContactId: crmContactIdField
    .optional()
    .meta({ description: 'Only the chats of those linked with this contact.' }),
});

const linkWish = z.strictObject({
  ...howFarBack,
  accountId: idField.optional().meta({ description: 'Only this number of ours; all unless given.' }),
});

/** The chats of everybody who is linked with a contact. */
async function listOfContact(store: Store, portalId: string, crmContactId: number): Promise<string[][]> {
  const links = await listLinks(
    store,
    { portalId, crmContactId, state: 'linked' },
    { after: null, limit: mostChats },
  );
  const people = await store.people.loadMany(links.map(({ personId }) => personId));
  const chats = people.map(listAddresses).filter((jids) => jids.length > 0);
  if (chats.length === 0) throw badField('crmContactId', 'is no contact whose chats are known by an address');
  return chats;
}

/** Asking for the past of a whole number. */
const createAccountHistory = (context: ApiContext): Endpoint =>
  endpoint('POST /accounts/:accountId/history', {
    role: 'admin',
    operationId: 'readAccountHistory',
    tag,
    summary: 'Read what the source of a number has of the past',
    body: accountWish,
    answers: {
      202: { description: 'It is read; what is known already stays as it is.', schema: importSchema },
    },
    async handle({ params: { accountId }, body, actor }) {
      const { store } = context;
      const account = orNotFound(await store.accounts.load(accountId), 'account');
      await loadConnected(store, account.portalId);
      if (body.chats && body.crmContactId !== undefined)
        throw badField('chats', 'and crmContactId are not given together');
      const asked = body.chats?.map((jid) => [jid]) ?? null;
      const chats =
        body.crmContactId === undefined
          ? asked
          : await listOfContact(store, account.portalId, body.crmContactId);
      const begun = await beginImport(context, account, { from: toFrom(body, new Date()), chats });
      return { status: 202, body: toImport(begun, actor.role) };
    },
  });

/** Asking for the past of one contact, at each of our numbers. */
const createLinkHistory = (context: ApiContext): Endpoint =>
  endpoint('POST /links/:linkId/history', {
    role: 'agent',
    operationId: 'readLinkHistory',
    tag,
    summary: 'Read what our numbers’ sources have of the past with one contact',
    body: linkWish,
    answers: {
      202: {
        description: 'One import for each number that can be asked.',
        schema: z.object({ items: z.array(importSchema) }),
      },
    },
    async handle({ params: { linkId }, body, actor }) {
      const { store } = context;
      const link = orNotFound(await store.links.load(linkId), 'link');
      if (link.state !== 'linked') throw new Problem('link_not_linked');
      const jids = listAddresses(orNotFound(await store.people.load(link.personId), 'person'));
      const accounts = (await store.accounts.list()).filter(
        ({ _id, portalId }) => portalId === link.portalId && _id === (body.accountId ?? _id),
      );
      const readable = accounts.filter(hasHistory);
      if (readable.length === 0 || jids.length === 0) throw new Problem('no_history');
      const from = toFrom(body, new Date());
      const items = [];
      for (const account of readable)
        items.push(
          toImport(await beginImport(context, account, { from, chats: [jids], linkId }), actor.role),
        );
      return { status: 202, body: { items } };
    },
  });

/** The requests that begin an import. */
export const createHistoryRoutes = (context: ApiContext): Endpoint[] => [
  createAccountHistory(context),
  createLinkHistory(context),
];
