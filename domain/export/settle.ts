import { isSamePhone } from '../identity';
import { chooseGroup, sameName as same, type GroupChoice } from './choose-group';
import type { Asked, FileAnswers, FileFacts, FileQuestion, FileReading, FileSurroundings } from './chat-file';

/** How a group is addressed that no source has told of: no real one has this form. */
export type ToGroupJid = (title: string) => string;

interface Asking {
  facts: FileFacts;
  answers: FileAnswers;
  around: FileSurroundings;
}

/** "You" as some phones call their owner. */
const ownWords = ['you', 'du', 'você', 'tú', 'вы', 'siz', 'vous', 'tu', 'jij', 'u'];

/** Nobody is added to a chat of two. */
export const isGroup = ({ authors, named = [] }: FileFacts, answers: FileAnswers): boolean =>
  answers.groupChatId !== undefined ||
  answers.groupTitle !== undefined ||
  authors.length > 2 ||
  named.length > 0;

/** Certain by its number only; else what names say. */
function findMe({ facts: { authors, title }, answers, around }: Asking) {
  if (answers.me !== undefined) return { me: answers.me, isCertain: true };
  const own = around.numbers.find(
    ({ e164, isCertain }) => isCertain && isSamePhone(e164, around.account.e164),
  );
  if (own) return { me: own.name, isCertain: true };
  const names = [...around.account.names, ...ownWords];
  const named = authors.find(({ name }) => names.some((one) => same(one, name)));
  const others = title === null ? [] : authors.filter(({ name }) => !same(name, title));
  const left = authors.length === 2 && others.length === 1 ? others[0] : undefined;
  return { me: (named ?? left)?.name ?? null, isCertain: false };
}

/** The number of the other one; of somebody who is known by name it is a suggestion only. */
function findPeer({ facts: { authors, title }, answers, around }: Asking, me: string | null) {
  if (answers.e164 !== undefined) return { e164: answers.e164, isCertain: true };
  const others = authors.filter(({ name }) => name !== me).map(({ name }) => name);
  const names = others.length > 0 ? others : title === null ? [] : [title];
  const found = around.numbers.filter(({ name }) => names.some((one) => same(one, name)));
  const certain = found.filter(({ isCertain }) => isCertain);
  if (others.length === 1 && certain.length === 1 && certain[0]) return certain[0];
  const [only, ...more] = found;
  return { e164: only && more.length === 0 ? only.e164 : null, isCertain: false };
}

/** `known`: what a person said it is; the title is the one that it is to have from now on. */
interface Group {
  known: { groupJid: string; title: string | null } | null;
  choice: GroupChoice | null;
}

/** Those of the file that are surely not us. */
function listOthers({ around }: Asking, me: string | null) {
  const ours = [...around.account.names, ...ownWords, ...(me === null ? [] : [me])];
  const isUs = (name: string): boolean =>
    ours.some((one) => same(one, name)) ||
    around.numbers.some(
      (one) => one.isCertain && one.name === name && isSamePhone(one.e164, around.account.e164),
    );
  return around.named.filter(({ name }) => !isUs(name));
}

function findGroup(asking: Asking, me: string | null, toGroupJid: ToGroupJid): Group {
  const { answers, around, facts } = asking;
  const named = around.groups.find(({ chatId }) => chatId === answers.groupChatId);
  const { groupTitle } = answers;
  if (named) return { known: { groupJid: named.groupJid, title: null }, choice: null };
  if (groupTitle !== undefined)
    return { known: { groupJid: toGroupJid(groupTitle), title: groupTitle }, choice: null };
  return { known: null, choice: chooseGroup(around.groups, listOthers(asking, me), facts.title) };
}

/** The numbers of those who are called by one, and what a person said of the others. */
const listParticipants = ({ answers, around, facts }: Asking): FileReading['participants'] => {
  const said = answers.participants ?? [];
  const certain = around.numbers.filter(
    ({ name, isCertain }) => isCertain && !said.some((one) => one.name === name),
  );
  const all = [...said, ...certain.map(({ name, e164 }) => ({ name, e164 }))];
  return all.filter(({ name }) => facts.authors.some((author) => author.name === name));
};

/** How the file is read, or what must be asked first: never guessed where it may be wrong. */
export function settleReading(asking: Asking, toGroupJid: ToGroupJid): FileReading | FileQuestion {
  const { facts, answers, around } = asking;
  const { me, isCertain: isMe } = findMe(asking);
  const group = isGroup(facts, answers) ? findGroup(asking, me, toGroupJid) : null;
  const peer = group === null ? findPeer(asking, me) : null;
  const dayOrder = answers.dayOrder ?? (facts.dayOrders.length === 1 ? facts.dayOrders[0] : undefined);
  const asks: Asked[] = [
    ...(dayOrder === undefined ? (['dayOrder'] as const) : []),
    ...(isMe ? [] : (['me'] as const)),
    ...(peer !== null && !peer.isCertain ? (['phone'] as const) : []),
    ...(group !== null && group.known === null ? (['group'] as const) : []),
  ];
  const timeZone = answers.timeZone ?? around.timeZone;
  const direct = peer?.e164 ? { kind: 'direct' as const, e164: peer.e164 } : null;
  const chat = group?.known ? { kind: 'group' as const, ...group.known } : direct;
  if (asks.length === 0 && dayOrder !== undefined && chat)
    return { timeZone, dayOrder, me: me === '' ? null : me, chat, participants: listParticipants(asking) };
  return {
    ...{ asks, timeZone, dayOrders: facts.dayOrders, example: facts.example, authors: facts.authors },
    suggested: { me, e164: peer?.e164 ?? null, groupChatId: group?.choice?.suggested ?? null },
    groups: group?.choice?.groups ?? [],
    participants: group?.choice?.participants ?? 0,
  };
}
