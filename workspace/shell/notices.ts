import { useToast } from '@bitrix24/b24ui-nuxt/composables/useToast';
import { useProblemText } from '../language/problem-text';

/** Short notices of what was done, and of what could not be. */
export function useNotices() {
  const toast = useToast();
  const problemText = useProblemText();
  return {
    done: (title: string) => void toast.add({ title, color: 'air-primary-success' }),
    failed: (error: unknown) => void toast.add({ title: problemText(error), color: 'air-primary-alert' }),
  };
}
