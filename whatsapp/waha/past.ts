import { toPhoneAlias } from '../../domain/identity';
import {
  SourceAwayError,
  SourceRefusedError,
  type HistoryMessage,
  type HistorySource,
} from '../history-source';
import type { SourceContext } from '../source-context';
import { findMismatch } from './ownership';
import { createWahaClient, type WahaClient } from './rest/client';
import { inWordsOfSources, orElse, refuseAnswer } from '../rest/in-words-of-sources';
import { toHistoryEvent } from './rest/history';
import type { WahaSession } from './rest/shapes';
import { translateWaha } from './translate';

/** The account whose past is read, and the way to its WAHA. */
export interface WahaPast {
  baseUrl: string;
  apiKey: string | null;
  session: string;
  e164: string;
}

const otherNumber =
  'The session in WAHA belongs to another number: log it out there and scan it with the phone of this one.';

/** Nothing is heard from a session before it works, and a session of another number tells what is none of ours. */
async function openSession(client: WahaClient, { session, e164 }: WahaPast): Promise<WahaSession> {
  const found = await client.findSession();
  if (!found) throw new SourceRefusedError('WAHA has no session of this name: set the account up again.');
  if (found.status !== 'WORKING')
    throw new SourceAwayError('The session in WAHA does not work now; reading goes on when it does.');
  if (findMismatch({ me: found.me }, { session, e164 }) !== null) throw new SourceRefusedError(otherNumber);
  return found;
}

/** What a WAHA still has of the past, for one account. Pages may be short: the empty one is the last. */
export function createWahaPast(past: WahaPast): HistorySource {
  const client = createWahaClient(past);
  let opened: Promise<WahaSession> | null = null;
  const open = () => (opened ??= openSession(client, past));

  function translate(raw: unknown, me: WahaSession['me']): HistoryMessage[] {
    const readAt = new Date();
    const context: SourceContext = { receivedAt: readAt, ownAliases: [toPhoneAlias(past.e164)] };
    const event = toHistoryEvent(raw, { session: past.session, me: me ?? null, readAt });
    return translateWaha(event, context).map((translation) => ({ raw: event, translation }));
  }

  return {
    name: 'waha',
    listChats: (page) =>
      inWordsOfSources(async () => {
        await open();
        const chats = await client.listChats(page).catch(refuseAnswer);
        const items = chats.map(({ id, lastMessageAt }) => ({ jid: id, lastMessageAt }));
        return { items, isLast: chats.length === 0 };
      }),
    listMessages: (jid, range, page) =>
      inWordsOfSources(async () => {
        const { me } = await open();
        const messages = await client.listMessages(jid, { ...range, ...page }).catch(orElse<unknown[]>([]));
        return { items: messages.flatMap((raw) => translate(raw, me)), isLast: messages.length === 0 };
      }),
  };
}
