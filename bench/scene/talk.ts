import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeIn, type BenchContact } from './contacts';
import type { Scene } from './scene';

/** Messages of contacts, each contact's numbered in their order: `m1`, `m2`, as the ledger reads them. */
export function createTalk({ store, account, contacts }: Pick<Scene, 'store' | 'account' | 'contacts'>) {
  /** How many each link's contact has said. */
  const told = new Map(contacts.map(({ linkId }) => [linkId, 0]));

  async function say(contact: BenchContact): Promise<void> {
    const count = (told.get(contact.linkId) ?? 0) + 1;
    await takeIn(store, account, contact, `m${count}`);
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
