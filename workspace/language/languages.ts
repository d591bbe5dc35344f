/** The languages of the workspace, by their own names. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  pt: 'Português',
  ru: 'Русский',
} as const;

export type Language = keyof typeof languages;

const isLanguage = (word: string): word is Language => word in languages;

/** The first language that is wanted and known; English otherwise. */
export const chooseLanguage = (wanted: readonly string[]): Language =>
  wanted.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find(isLanguage) ?? 'en';
