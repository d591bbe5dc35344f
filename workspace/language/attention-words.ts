import { useI18n } from 'vue-i18n';

interface Attention {
  code: string;
  advice?: string;
}

/** Codes of which the advice alone says which right or field it is. */
const isDetailed = new Set(['ask_administrator']);

/** What an attention means and what to do, in the reader's language where it has words for the code. */
export function useAttentionWords(): (attention: Attention) => string {
  const words = useI18n({ useScope: 'global' });
  return ({ code, advice }) => {
    if (!words.te(`attention.${code}`)) return advice ?? words.t('attention.unexpected');
    const said = words.t(`attention.${code}`);
    return isDetailed.has(code) && advice ? `${said} (${advice})` : said;
  };
}
