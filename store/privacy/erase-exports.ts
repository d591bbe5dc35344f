import type { FileAnswers, FileFacts } from '../../domain/export/chat-file';
import type { ImportDoc } from '../history/import-schema';
import type { Store } from '../store';
import { sweepContent } from './sweep-content';

const atOnce = 10_000;

const broughtAgain =
  'Somebody in it was forgotten, and the file is not kept: import it once more, they are left out.';

/** Everybody whom the file names: who speaks, who is named in it, whose chat it is. Answers that are empty are not stored. */
function namedIn({ file }: ImportDoc): string[] {
  if (!file) return [];
  const { facts, answers }: { facts: FileFacts; answers?: FileAnswers } = file;
  const given = [...(facts.named ?? []), facts.title, answers?.e164];
  return [...facts.authors.map(({ name }) => name), ...given.filter((name) => typeof name === 'string')];
}

/** Names are compared in any case, numbers in any writing. */
const toPlain = (name: string): string => name.trim().toLowerCase();
const toDigits = (name: string): string => name.replaceAll(/\D/g, '');

/** Who is forgotten; `numbers`: the digits of all theirs. */
interface Forgotten {
  portalId: string;
  personIds: readonly string[];
  numbers: readonly string[];
}

/**
 * Exported chats that wait for an answer, or for being resumed, and name one of these people: their bytes and names go. A death in between
 * leaves less to be done: the bytes are held for a day first, after which the sweep of files finds them unneeded.
 */
export async function eraseExports(store: Store, { portalId, personIds, numbers }: Forgotten): Promise<void> {
  const people = await store.people.loadMany(personIds);
  const theirs = new Set([
    ...numbers,
    ...people.flatMap((person) => person.names.map(({ name }) => toPlain(name))),
  ]);
  const isTheirs = (name: string) => theirs.has(toPlain(name)) || theirs.has(toDigits(name));
  for (const doc of await store.imports.listForgottenFiles(portalId, new Date(), atOnce)) {
    if (!namedIn(doc).some(isTheirs)) continue;
    const { fileHash } = doc;
    if (fileHash) await store.contents.hold(fileHash);
    await store.imports.letGoOfFile(doc._id, broughtAgain);
    if (!fileHash) continue;
    await store.contents.sweepSoon(fileHash);
    await sweepContent(store, fileHash);
  }
}
