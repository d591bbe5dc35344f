/**
 * The order of a backup. What follows from a document is read after it: a message that is in the backup has its outbox row or its entry there, since a
 * row is written after its message and goes only once its entry is delivered. A link comes before all: one that is linked there has begun, and its
 * rows are read later.
 */
const first = ['links', 'messages', 'media', 'outbox', 'entries'];
/** What others refer to: it was there when they were written, and is never deleted while it is needed. Bytes come last of all. */
const last = [
  ...['chats', 'people', 'accounts', 'portals'],
  ...['media_contents', 'media_files.files', 'media_files.chunks'],
];
/** What is true of a moment only, or of what runs: counters of requests, log-ins, who works at what, answers given, pages looked at. */
const leftOut = [
  ...['budgets', 'leases', 'asides', 'sessions', 'log_in_codes', 'answers'],
  ...['restores', 'restored_pages', 'found_comments'],
];

const isOfServer = (name: string): boolean => name.startsWith('system.');

/** The collections of a database that go into a backup, in their order. One that nobody thought of goes, too. */
export function toBackupOrder(names: readonly string[]): string[] {
  const placed = new Set([...first, ...last, ...leftOut]);
  const others = names.filter((name) => !placed.has(name) && !isOfServer(name)).sort();
  return [...first, ...others, ...last].filter((name) => names.includes(name));
}

/** Who was forgotten stays forgotten: what the database knows of it is kept, and what the backup knows comes to it. */
export const keptOver: readonly string[] = ['kept_away', 'forgettings'];

/** What a restore empties before it begins. */
export const listToEmpty = (names: readonly string[]): string[] =>
  names.filter((name) => name !== 'restores' && !keptOver.includes(name) && !isOfServer(name));

/** With a document in one of these a store is not new: it has what a restore would take away. */
export const signsOfUse = ['links', 'messages', 'people', 'entries'];
