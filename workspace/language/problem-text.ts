import { useI18n } from 'vue-i18n';
import { ProblemError } from '../api/problem';

/** A problem in the reader's language, by its stable code; what has no words yet is told in the API's own. */
export function useProblemText(): (error: unknown) => string {
  const { t, te } = useI18n({ useScope: 'global' });
  return (error) => {
    const code = error instanceof ProblemError ? error.code : 'internal';
    const key = `problem.${code}`;
    if (te(key)) return t(key);
    return error instanceof ProblemError ? error.message : t('problem.internal');
  };
}
