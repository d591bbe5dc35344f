import { createI18n } from 'vue-i18n';
import { chooseLanguage, type Language } from './languages';

interface Messages {
  [key: string]: string | Messages;
}
type Load = () => Promise<{ default: Messages }>;

const key = 'contact-link-language';
const shared = import.meta.glob<{ default: Messages }>('../messages/*.json');
const ofPages = import.meta.glob<{ default: Messages }>('../pages/*/messages/*.json');

/** Russian counts one, few and many; the other languages one and many. */
function russian(count: number, choices: number): number {
  const ten = count % 10;
  const hundred = count % 100;
  if (ten === 1 && hundred !== 11) return 0;
  const isFew = ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14);
  return isFew ? 1 : Math.min(2, choices - 1);
}

export const i18n = createI18n<false>({
  legacy: false,
  locale: 'en',
  pluralRules: { ru: russian },
  warnHtmlMessage: false,
});

const { global } = i18n;
const pages = new Set<string>();
const loaded = new Set<Language>();

async function add(language: string, load: Load | undefined, page: string | null): Promise<void> {
  if (!load) throw new Error(`no messages of ${page ?? 'the shell'} in ${language}`);
  const { default: messages } = await load();
  global.mergeLocaleMessage(language, page === null ? messages : { [page]: messages });
}

const addPage = (language: string, page: string): Promise<void> =>
  add(language, ofPages[`../pages/${page}/messages/${language}.json`], page);

/** Loads a page's messages in the language of now; a language chosen later brings those of all pages seen. */
export async function loadPageMessages(page: string): Promise<void> {
  if (pages.has(page)) return;
  await addPage(global.locale.value, page);
  pages.add(page);
}

async function show(language: Language): Promise<void> {
  if (!loaded.has(language)) await add(language, shared[`../messages/${language}.json`], null);
  loaded.add(language);
  await Promise.all([...pages].map((page) => addPage(language, page)));
  global.locale.value = language;
  document.documentElement.lang = language;
}

/** The language that was chosen here before, else the first of the browser's that is known. */
export const useLanguageOf = (wanted: readonly string[]): Promise<void> =>
  show(chooseLanguage([localStorage.getItem(key) ?? '', ...wanted]));

export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(key, language);
  await show(language);
}
