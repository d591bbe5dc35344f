import { useI18n } from 'vue-i18n';

/** `Brazil 9th digit` → `brazil_9th_digit`. */
const toKey = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '_');

/** The words of the reader's language for a short text that the API gives in English; itself where there are none. */
export function useWordsOf(): (where: string, text: string) => string {
  const words = useI18n({ useScope: 'global' });
  return (where, text) => {
    const key = `${where}.${toKey(text)}`;
    return words.te(key) ? words.t(key) : text;
  };
}
