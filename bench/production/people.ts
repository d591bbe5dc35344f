import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchContact } from '../scene/contacts';
import { each } from '../scene/contacts';
import type { BenchPortal } from '../scene/portal';

const tryMs = 15_000;
const pauseMs = 200;

/** Callers of the public API, who ask the next one of several when one does not answer well, as a proxy does. */
export function createCaller(urls: readonly string[], adminToken: string) {
  let turn = 0;
  let again = 0;

  /** Asks until the answer is good: a source delivers again until it is told 200. */
  async function post<T>(path: string, body: unknown, token = adminToken): Promise<T> {
    for (;;) {
      const url = urls[(turn += 1) % urls.length] ?? '';
      const answer = await fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(tryMs),
      }).catch(() => null);
      if (answer?.ok) return (await answer.json()) as T;
      if (answer && answer.status < 500 && answer.status !== 429)
        throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      again += 1;
      await sleep(pauseMs);
    }
  }

  return { post, againCount: () => again };
}

export type Caller = ReturnType<typeof createCaller>;

/** Contacts of the portal, linked over the API, and the token of the account through which they write. */
export async function linkPeople(caller: Caller, portal: BenchPortal, count: number) {
  const account = { kind: 'ingest', phone: '+491700000001', name: 'Sales' };
  const { token } = await caller.post<{ token: string }>('/accounts', account);
  const contacts: BenchContact[] = [];
  await each(Array.from({ length: count }), 4, async (_, index) => {
    const e164 = `+4917${String(200_000_000 + index)}`;
    const crmContactId = await portal.addContact({ name: `Contact ${index}`, phones: [e164] });
    const answer = await caller.post<{ link?: { id: string } }>('/links', { phone: e164 });
    if (!answer.link) throw new Error('not linked');
    contacts[index] = { linkId: answer.link.id, crmContactId, e164 };
  });
  return { token, contacts };
}

/** Says the next message of a contact: `m1`, `m2`, as the ledger reads them. Taken for said once a source would take it for delivered. */
export function createSpeech(caller: Caller, token: string, contacts: readonly BenchContact[]) {
  const told = new Map(contacts.map(({ linkId }) => [linkId, 0]));
  const busy = new Map<string, Promise<void>>();

  async function deliver({ linkId, e164 }: BenchContact): Promise<void> {
    const count = (told.get(linkId) ?? 0) + 1;
    const chatId = `${e164.slice(1)}@c.us`;
    const message = {
      id: `${e164.slice(1)}N${count}`,
      chatId,
      fromMe: false,
      type: 'text',
      text: `m${count}`,
    };
    const timestamp = Math.floor(Date.now() / 1000);
    const body = { schema: '1', messages: [{ ...message, timestamp, sender: { phone: e164 } }] };
    await caller.post('/ingest/messages', body, token);
    told.set(linkId, count);
  }

  /** One after the other for each contact. */
  function say(contact: BenchContact): Promise<void> {
    const said = (busy.get(contact.linkId) ?? Promise.resolve()).then(() => deliver(contact));
    busy.set(contact.linkId, said);
    return said;
  }

  return { told, say };
}
