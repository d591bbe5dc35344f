import { ref, type Ref } from 'vue';
import { useNotices } from '../../shell/notices';

interface Words {
  /** What is said when it is done. */
  done?: string;
  /** Who says what failed; a notice unless given. */
  failed?: (error: unknown) => void;
}

/** What a dialog asked for is done, then the dialog closes; when it fails that is said, and the dialog stays. */
export function useConfirm(open: Ref<boolean>) {
  const notices = useNotices();
  const isBusy = ref(false);

  /** The answer of what was done, or null when it failed. */
  async function confirm<Answer>(act: () => Promise<Answer>, words: Words = {}): Promise<Answer | null> {
    isBusy.value = true;
    try {
      const answer = await act();
      open.value = false;
      if (words.done) notices.done(words.done);
      return answer;
    } catch (error) {
      (words.failed ?? notices.failed)(error);
      return null;
    } finally {
      isBusy.value = false;
    }
  }

  return { confirm, isBusy };
}
