import { useI18n } from 'vue-i18n';
import { toKey } from './rule-parts';

/** The words of the reader's language for a short text that the API gives in English; itself where there are none. */
export function useWordsOf(): (where: string, text: string) => string {
  const words = useI18n({ useScope: 'global' });
  return (where, text) => {
    const key = `${where}.${toKey(text)}`;
    return words.te(key) ? words.t(key) : text;
  };
}
