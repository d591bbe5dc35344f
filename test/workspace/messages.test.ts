import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', 'workspace');
const languages = ['en', 'de', 'es', 'pt', 'ru'];
const pages = readdirSync(join(root, 'pages')).map((page) => join('pages', page, 'messages'));
const folders = ['messages', ...pages];

type Messages = { [key: string]: string | Messages };

const read = (folder: string, language: string) =>
  JSON.parse(readFileSync(join(root, folder, `${language}.json`), 'utf8')) as Messages;

const listTexts = (messages: Messages, path = ''): [key: string, text: string][] =>
  Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[path + key, value] as [string, string]]
      : listTexts(value, `${path}${key}.`),
  );

/** The names that a text is filled with. */
const namesIn = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort();

test.each(folders)('%s says everything in every language', (folder) => {
  const english = new Map(listTexts(read(folder, 'en')));
  for (const language of languages) {
    expect(existsSync(join(root, folder, `${language}.json`))).toBe(true);
    const texts = new Map(listTexts(read(folder, language)));
    expect([language, [...texts.keys()].sort()]).toEqual([language, [...english.keys()].sort()]);
    for (const [key, text] of texts) {
      expect([language, key, text.trim()]).not.toEqual([language, key, '']);
      expect([language, key, namesIn(text)]).toEqual([language, key, namesIn(english.get(key) ?? '')]);
    }
  }
});

test('Russian has the three forms of a number where English has two', () => {
  for (const folder of folders) {
    const russian = new Map(listTexts(read(folder, 'ru')));
    const plural = listTexts(read(folder, 'en')).filter(([, text]) => text.includes(' | '));
    for (const [key] of plural) expect([key, russian.get(key)?.split(' | ').length]).toEqual([key, 3]);
  }
});

/** Every word that a page asks for, where it is written out in the source. */
function listAsked(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return /node_modules|dist|generated|messages/.test(entry.name) ? [] : listAsked(path);
    if (!/\.(vue|ts)$/.test(entry.name)) return [];
    return [...readFileSync(path, 'utf8').matchAll(/\bt\('([\w.-]+)'/g)].map(([, key]) => key ?? '');
  });
}

test('every word that is asked for exists', () => {
  const known = new Set([
    ...listTexts(read('messages', 'en')).map(([key]) => key),
    ...pages.flatMap((folder) =>
      listTexts(read(folder, 'en')).map(([key]) => `${folder.split(/[\\/]/)[1]}.${key}`),
    ),
  ]);
  const asked = listAsked(root);
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter((key) => !known.has(key))).toEqual([]);
});
