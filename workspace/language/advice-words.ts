import { useI18n } from 'vue-i18n';

interface Source {
  kind: string;
  liveness?: { code: string; advice: string } | null;
}

/** What somebody should do about a source, in the reader's language: its kind's own words before the usual ones, and the API's where there are none. */
export function useAdviceWords(): (source: Source) => string | null {
  const words = useI18n({ useScope: 'global' });
  return ({ kind, liveness }) => {
    if (!liveness) return null;
    const keys = [`sourceAdviceOfKind.${kind}.${liveness.code}`, `sourceAdvice.${liveness.code}`];
    const key = keys.find((one) => words.te(one));
    return key === undefined ? liveness.advice : words.t(key);
  };
}
