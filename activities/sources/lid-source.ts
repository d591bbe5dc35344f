import { phoneOf } from '../../domain/identity';
import { phoneOfJid } from '../../domain/jid';
import type { AccountDoc } from '../../store/accounts';
import type { Store } from '../../store/store';
import { listPairs, toRoster } from '../../whatsapp/evolution/groups';
import { createEvolutionClient, type EvolutionClient } from '../../whatsapp/evolution/rest/client';
import { createWahaClient } from '../../whatsapp/waha/rest/client';

/** Who can be asked for the number behind a LID. */
export interface LidSource {
  source: string;
  /** Digits of a LID -> its number; null: it is hidden for now. */
  ask: (lid: string) => Promise<string | null>;
}

/** The sweep has other things to do than to wait for one source. */
const timeoutMs = 10_000;

/** Evolution cannot be asked for one: the groups that we are in list their participants by both. */
async function fetchPairs(client: EvolutionClient): Promise<Map<string, string>> {
  const groups = await client.listGroups();
  const pairs = groups.flatMap((group) => listPairs(toRoster(group, []) ?? { participants: [] }));
  const numbers = pairs.flatMap(({ aliases }): [string, string][] => {
    const e164 = phoneOf(aliases);
    return aliases.flatMap(({ kind, key }) => (kind === 'lid' && e164 ? [[key, e164]] : []));
  });
  return new Map(numbers);
}

/** Null: this account's source is not asked. */
export function createLidSource(
  { accounts }: Pick<Store, 'accounts'>,
  account: AccountDoc,
): LidSource | null {
  const evolution = accounts.openEvolution(account);
  if (evolution) {
    const client = createEvolutionClient({ ...evolution, timeoutMs });
    let pairs: Promise<Map<string, string>> | null = null;
    const ask = async (lid: string) => (await (pairs ??= fetchPairs(client))).get(`lid:${lid}`) ?? null;
    return { source: 'evolution', ask };
  }
  const waha = accounts.openWaha(account);
  if (!waha) return null;
  const client = createWahaClient({ ...waha, timeoutMs });
  const ask = async (lid: string) => {
    const { pn } = await client.fetchLid(lid);
    return pn === null ? null : phoneOfJid(pn);
  };
  return { source: 'waha', ask };
}
