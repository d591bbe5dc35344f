import { useI18n } from 'vue-i18n';
import { toRuleParts } from './rule-parts';

/** Why a number matched, in words; the rule itself where there are none. */
export function useRuleWords(): (rule: string) => string {
  const words = useI18n({ useScope: 'global' });
  const nameOf = (country: string): string =>
    new Intl.DisplayNames(words.locale.value, { type: 'region' }).of(country) ?? country;
  return (rule) => {
    const parts = toRuleParts(rule);
    if (!parts.every(({ key }) => words.te(`rule.${key}`))) return rule;
    return parts
      .map(({ key, country, source = '' }) =>
        words.t(`rule.${key}`, { country: country === undefined ? '' : nameOf(country), source }),
      )
      .join(', ');
  };
}
