import { toPhoneAlias } from '../../domain/identity';
import { ingestMessages } from '../../intake/ingest-message';
import type { AccountDoc } from '../../store/accounts';
import type { Delivery, Linked } from './delivery';
import { sayInGroup, toGroupMessage, type SaidInGroup } from './group';

/** What is said in a group of a delivery, by the second of a minute that began when the file was loaded. */
export function groupTalk(delivery: Delivery, stranger: string) {
  const begun = Date.now() - 60_000;
  const at = (seconds: number) => new Date(begun + seconds * 1000);

  async function account(): Promise<AccountDoc> {
    const [first] = await delivery.store.accounts.list();
    if (!first) throw new Error('no account');
    return first;
  }

  return {
    at,
    line: (text: string, seconds: number, by = stranger): SaidInGroup => ({ text, by, at: at(seconds) }),
    say: async (...said: SaidInGroup[]) => sayInGroup(delivery.store, await account(), ...said),
    leave: async ({ phone }: Linked, seconds: number): Promise<void> => {
      const message = {
        ...toGroupMessage({ text: '', by: null, id: `N-${seconds}`, at: at(seconds) }),
        ...{ fromMe: false, kind: 'system' as const, text: null },
        details: { group: { change: 'removed' as const, people: [{ key: toPhoneAlias(phone).key }] } },
      };
      await ingestMessages(delivery.store, await account(), [message], 'test');
    },
  };
}
