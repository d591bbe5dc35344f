import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingMessage } from '../../domain/message';
import { ingestMessage } from '../../intake/ingest-message';
import { toMessage, type BenchContact } from './contacts';
import type { Scene } from './scene';

/** The part of a message that is not its text: how it is changed before it is taken in, and what follows then. */
export interface Extras {
  dress: (message: IncomingMessage, number: number) => IncomingMessage;
  bring: (message: IncomingMessage, number: number) => Promise<void>;
}

/** Messages of contacts, each contact's numbered in their order: `m1`, `m2`, as the ledger reads them. */
export function createTalk(
  { store, account, contacts }: Pick<Scene, 'store' | 'account' | 'contacts'>,
  extras?: Extras,
) {
  /** How many each link's contact has said. */
  const told = new Map(contacts.map(({ linkId }) => [linkId, 0]));

  async function say(contact: BenchContact): Promise<void> {
    const count = (told.get(contact.linkId) ?? 0) + 1;
    const plain = toMessage(contact, `m${count}`);
    const message = extras?.dress(plain, count) ?? plain;
    await ingestMessage(store, account, message, 'bench');
    await extras?.bring(message, count);
    told.set(contact.linkId, count);
  }

  /** Contacts at random, one after the other, for a time. */
  async function sayFor(ms: number, messagesPerSecond: number): Promise<void> {
    const untilMs = performance.now() + ms;
    while (performance.now() < untilMs) {
      const contact = contacts[randomInt(contacts.length)];
      if (contact) await say(contact);
      await sleep(1000 / messagesPerSecond);
    }
  }

  return { told, say, sayFor };
}
