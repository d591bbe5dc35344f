import { useI18n } from 'vue-i18n';
import { useWordsOf } from './words-of';

/** Why a number matched, in words. A rule may be made of two: `Brazil 9th digit, number without plus`. */
export function useRuleWords(): (rule: string) => string {
  const words = useI18n({ useScope: 'global' });
  const wordsOf = useWordsOf();
  const toWords = (part: string): string => {
    const [, country] = /^national number in ([A-Z]{2})$/.exec(part) ?? [];
    if (country === undefined) return wordsOf('rule', part);
    const name = new Intl.DisplayNames(words.locale.value, { type: 'region' }).of(country) ?? country;
    return words.t('rule.national', { country: name });
  };
  return (rule) => rule.split(', ').map(toWords).join(', ');
}
