import { useI18n } from 'vue-i18n';
import { ProblemError } from '../api/problem';

/** A problem in the reader's language, by its stable code; what has no words yet is told in the API's own. */
export function useProblemText(): (error: unknown) => string {
  const words = useI18n({ useScope: 'global' });
  return (error) => {
    const code = error instanceof ProblemError ? error.code : 'internal';
    const key = `problem.${code}`;
    if (words.te(key)) return words.t(key);
    return error instanceof ProblemError ? error.message : words.t('problem.internal');
  };
}
