import { createHash } from 'node:crypto';
import type { FileFacts, FileSurroundings } from '../../domain/export/chat-file';
import type { ToGroupJid } from '../../domain/export/settle';
import { phoneOf } from '../../domain/identity';
import { parsePhone } from '../../domain/phone';
import type { AccountDoc } from '../../store/accounts';
import { listGroups } from '../../store/chats/group-list';
import type { PortalDoc } from '../../store/portals/portal-schema';
import type { Store } from '../../store/store';

/** A chat with more speakers is a group, whose members nobody names one by one. */
const namesLookedUp = 12;
const peopleOfName = 5;
const groupsShown = 200;

/** The people who have this name; several of one name are no suggestion. */
async function findByName(store: Store, portalId: string, name: string): Promise<string[]> {
  const text = name.trim();
  if (text.length < 2) return [];
  const found = await store.people.list({ portalId, text }, { after: null, limit: peopleOfName });
  return found
    .filter((person) => [person.name, ...person.names.map((one) => one.name)].includes(text))
    .flatMap(({ aliases }) => phoneOf(aliases) ?? []);
}

async function listNumbers(store: Store, portalId: string, { authors, title }: FileFacts) {
  const names = [...authors.map(({ name }) => name), ...(title === null ? [] : [title])];
  const written = names.flatMap((name) => {
    const e164 = parsePhone(name, null)?.e164;
    return e164 === undefined ? [] : [{ name, e164, isCertain: true }];
  });
  const others = names.filter((name) => !written.some((one) => one.name === name)).slice(0, namesLookedUp);
  const found = await Promise.all(
    others.map(async (name) =>
      (await findByName(store, portalId, name)).map((e164) => ({ name, e164, isCertain: false })),
    ),
  );
  return [...written, ...found.flat()];
}

/** What is known beside a file, by which its questions are answered or get a suggestion. */
export async function loadSurroundings(
  store: Store,
  account: AccountDoc,
  portal: Pick<PortalDoc, 'timeZone'>,
  facts: FileFacts,
): Promise<FileSurroundings> {
  const { portalId, e164, name } = account;
  const [numbers, groups] = await Promise.all([
    listNumbers(store, portalId, facts),
    listGroups(
      store,
      { portalId, accountId: undefined, text: undefined },
      { after: null, limit: groupsShown },
    ),
  ]);
  return {
    timeZone: portal.timeZone,
    account: { e164, names: [name] },
    numbers,
    groups: groups.map(({ _id: chatId, title, groupJid }) => ({
      chatId,
      title: title ?? '',
      groupJid: groupJid ?? '',
    })),
  };
}

/** The address of a group that no source has told of: in the form of old ones, with more digits than any time has. */
export const groupJidsOf =
  ({ portalId, e164 }: Pick<AccountDoc, 'portalId' | 'e164'>): ToGroupJid =>
  (title) => {
    const hash = createHash('sha256').update(`${portalId}/${title.trim().toLowerCase()}`).digest();
    return `${e164.slice(1)}-${hash.readBigUInt64BE().toString().padStart(20, '0')}@g.us`;
  };
