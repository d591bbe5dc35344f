import { useI18n } from 'vue-i18n';

interface Attention {
  code: string;
  advice?: string;
}

/** What an attention means and what to do, in the reader's language where it has words for the code. */
export function useAttentionWords(): (attention: Attention) => string {
  const words = useI18n({ useScope: 'global' });
  return ({ code, advice }) =>
    words.te(`attention.${code}`)
      ? words.t(`attention.${code}`)
      : (advice ?? words.t('attention.unexpected'));
}
