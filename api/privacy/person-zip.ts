import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { ChatDoc } from '../../store/chats/chats';
import type { MessageDoc } from '../../store/chats/messages';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';
import { toLinkTarget } from '../../domain/ids';
import { toMessages } from '../cards/message-card';
import { escapeHtml, htmlEnd, htmlHead, toHtml } from '../export/chat-html';
import { toTitle } from '../export/export-title';

const portion = 200;

/** What an export is about: the person, and all whom they were merged with. */
interface Subject {
  store: Store;
  person: PersonDoc;
  people: PersonDoc[];
}

const idsOf = (docs: readonly { _id: string }[]): string[] => docs.map(({ _id }) => _id);

async function loadSubject(store: Store, person: PersonDoc): Promise<Subject> {
  const people = [person];
  for (let latest = [person]; latest.length > 0;) {
    const merged = await store.people.listMergedInto(person.portalId, idsOf(latest));
    latest = merged.filter(({ _id }) => !people.some((known) => known._id === _id));
    people.push(...latest);
  }
  return { store, person, people };
}

/** The messages of a chat in portions; of a group only what the person said or did. */
async function* readMessages({ store, people }: Subject, chat: ChatDoc): AsyncGenerator<MessageDoc[]> {
  const ids = idsOf(people);
  const isBy = ({ senderPersonId, versions }: MessageDoc) =>
    ids.includes(senderPersonId ?? '') || versions.some(({ speakerId }) => ids.includes(speakerId ?? ''));
  for (let after: string | null = null; ;) {
    const some = await store.messages.listOfChat(chat._id, after, portion);
    after = some.at(-1)?._id ?? null;
    if (after === null) return;
    const theirs = chat.kind === 'direct' ? some : some.filter(isBy);
    if (theirs.length > 0) yield theirs;
  }
}

async function* toJson(parts: AsyncIterable<object[]>): AsyncGenerator<string> {
  yield '[';
  let separator = '\n';
  for await (const docs of parts)
    for (const doc of docs) {
      yield `${separator}${JSON.stringify(doc)}`;
      separator = ',\n';
    }
  yield '\n]\n';
}

async function* toPage(subject: Subject, chat: ChatDoc): AsyncGenerator<string> {
  yield htmlHead(await toTitle(subject.store, chat));
  for await (const docs of readMessages(subject, chat))
    yield (await toMessages(subject.store, docs)).map(toHtml).join('');
  yield htmlEnd;
}

/** Names of files are somebody else's: only plain ones become names in the archive. */
const toFileName = (name: string): string => name.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(-80);

async function loadDocuments({ store, person, people }: Subject, chats: readonly ChatDoc[]) {
  const { portalId } = person;
  const ids = idsOf(people);
  const links = await store.links.listByPeople(portalId, [...ids, ...ids.map((id) => `merged/${id}`)]);
  const reviews = await Promise.all(
    (['contact', 'identity'] as const).map((subject) => store.reviews.listOfPeople(portalId, ids, subject)),
  );
  const subjects = [...ids, ...idsOf(links), ...idsOf(chats)];
  const trail = await Promise.all(
    subjects.map((subjectId) => store.audit.list({ subjectId }, { after: null, limit: 1_000 })),
  );
  return {
    'person.json': people,
    'links.json': links,
    'chats.json': chats,
    'labels.json': await store.labelledChats.listOfNames(
      portalId,
      people.flatMap(({ aliases }) => aliases.map(({ key }) => key)),
    ),
    'groups.json': await store.members.listOfPeople(ids),
    'reviews.json': reviews.flat(),
    'entries.json': (
      await Promise.all(links.map(({ _id }) => store.entries.listOfTarget(toLinkTarget(_id))))
    ).flat(),
    'audit.json': trail.flat(),
  };
}

async function listChats({ store, person, people }: Subject): Promise<ChatDoc[]> {
  const direct = await Promise.all(people.map(({ _id }) => store.chats.listDirect(person.portalId, _id)));
  const members = await store.members.listOfPeople(idsOf(people));
  const groups = await store.chats.loadMany([...new Set(members.map(({ chatId }) => chatId))]);
  return [...direct.flat(), ...groups];
}

/** A part is begun when its turn comes: an export of any length needs little memory. */
function addLazily(zip: ZipFile, path: string, open: () => Promise<Readable> | Readable): void {
  zip.addReadStreamLazy(path, (ready) => {
    Promise.resolve(open()).then(
      (stream) => ready(null, stream),
      (error: unknown) => ready(error, Readable.from([])),
    );
  });
}

/** The files of a chat that are kept still, by name. */
async function addFiles(zip: ZipFile, subject: Subject, chat: ChatDoc): Promise<void> {
  const { media, contents } = subject.store;
  for await (const docs of readMessages(subject, chat))
    for (const { hash, messageId, v, fileName, kind } of await media.listOfMessages(idsOf(docs))) {
      if (hash === null) continue;
      const path = `files/${messageId}-${v}-${toFileName(fileName ?? kind)}`;
      addLazily(zip, path, async () => (await contents.open(hash)) ?? Readable.from([]));
    }
}

const toIndex = (title: string, chats: readonly { path: string; title: string }[]): string =>
  [
    htmlHead(title),
    '<li>Who this is, links, comments, questions and the trail: the JSON files beside this page.</li>\n',
    ...chats.map(({ path, title }) => `<li><a href="${escapeHtml(path)}">${escapeHtml(title)}</a></li>\n`),
    htmlEnd,
  ].join('');

/** All that is held of a person, as an archive that is written while it is read. */
export async function createPersonZip(store: Store, person: PersonDoc): Promise<Readable> {
  const subject = await loadSubject(store, person);
  const chats = await listChats(subject);
  const zip = new ZipFile();
  const pages = await Promise.all(
    chats.map(async (chat) => ({ path: `chats/${chat._id}.html`, title: await toTitle(store, chat) })),
  );
  zip.addBuffer(Buffer.from(toIndex(person.name ?? 'Export of a person', pages)), 'index.html');
  for (const [name, docs] of Object.entries(await loadDocuments(subject, chats)))
    zip.addBuffer(Buffer.from(JSON.stringify(docs, null, 1)), name);
  for (const chat of chats) {
    addLazily(zip, `chats/${chat._id}.html`, () => Readable.from(toPage(subject, chat)));
    addLazily(zip, `chats/${chat._id}.json`, () => Readable.from(toJson(readMessages(subject, chat))));
    await addFiles(zip, subject, chat);
  }
  zip.end();
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  return output;
}
