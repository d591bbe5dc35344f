import { randomBytes } from 'node:crypto';
import { toPhoneAlias } from '../../domain/identity';
import type { IncomingMessage } from '../../domain/message';
import { ingestMessage } from '../../intake/ingest-message';
import type { AccountDoc } from '../../store/accounts';
import { openStore, type Store } from '../../store/store';
import type { BenchPortal } from './portal';

export const encryptionKey = Buffer.alloc(32, 9);

/** A linked contact of a benchmark. */
export interface BenchContact {
  linkId: string;
  crmContactId: number;
  e164: string;
}

/** A database of its own with a portal and an account. */
export async function openBenchStore(mongoUrl: string, webhookUrl: string) {
  const mongoUri = `${mongoUrl}/bench_${randomBytes(6).toString('hex')}`;
  const store = await openStore({ uri: mongoUri, encryptionKey });
  const policies = { defaultCountry: 'DE', timeZone: 'UTC' };
  const { _id: portalId } = await store.portals.connect(webhookUrl, policies);
  const { account } = await store.accounts.add({
    portalId,
    kind: 'ingest',
    e164: '+491700000001',
    name: 'Sales',
    hmacKey: null,
  });
  return { store, mongoUri, portalId, account };
}

/** Runs `work` for each item, `width` at a time. */
export async function each<T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<void>,
) {
  const rest = items.entries();
  const lane = async () => {
    for (const [index, item] of rest) await work(item, index);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/** Makes contacts in the portal and links people to them, as a person's choice would. */
export async function linkContacts(
  { store, portalId }: { store: Store; portalId: string },
  portal: BenchPortal,
  count: number,
): Promise<BenchContact[]> {
  const contacts: BenchContact[] = [];
  await each(Array.from({ length: count }), 8, async (_, index) => {
    const e164 = `+4917${String(100_000_000 + index)}`;
    const crmContactId = await portal.addContact({ name: `Contact ${index}`, phones: [e164] });
    const identity = { aliases: [toPhoneAlias(e164)], name: `Contact ${index}` };
    const person = await store.people.findOrCreate(portalId, identity, 'bench');
    const request = { crmContactId, createIfMissing: false, name: null, at: new Date() };
    const link = await store.links.insertPending(portalId, person._id, request);
    if (!link) throw new Error('linked twice');
    const decision = {
      rule: 'bench',
      matchedValue: null,
      confidence: 1,
      by: 'person',
      at: new Date(),
    } as const;
    await store.links.decide(link._id, crmContactId, decision);
    await store.links.markLinked(link._id, crmContactId);
    contacts[index] = { linkId: link._id, crmContactId, e164 };
  });
  return contacts;
}

/** One message of a contact, as its source would deliver it. */
export function toMessage({ e164 }: BenchContact, text: string): IncomingMessage {
  const identity = { aliases: [toPhoneAlias(e164)], name: null };
  return {
    event: 'create',
    stanzaId: `${e164}-${text}`,
    changeId: null,
    chat: { kind: 'direct', peer: identity },
    fromMe: false,
    sender: identity,
    sentAt: new Date(),
    kind: 'text',
    text,
    fileName: null,
    quotedText: null,
    forwarded: false,
  };
}

/** One message of a contact is taken in, as its source would deliver it. */
export const takeIn = (store: Store, account: AccountDoc, contact: BenchContact, text: string) =>
  ingestMessage(store, account, toMessage(contact, text), 'bench');
