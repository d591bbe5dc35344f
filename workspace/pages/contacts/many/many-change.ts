import { computed, ref, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { useManyLinks, type ManyAction, type ManyWish } from '../../../api/queries/many-links';
import { useFormats } from '../../../language/formats';
import { useConfirm } from '../../../parts/dialogs/confirm';
import type { Selection } from './selection';

/**
 * One thing done with the contacts that are selected. It belongs to the page, not to the bar above the list: the list may be empty,
 * and the bar gone, before the answer is there.
 */
export function useManyChange(
  selection: Selection,
  found: Readonly<Ref<string | null>>,
  begun: (operationId: string) => void,
) {
  const { t } = useI18n({ useScope: 'global' });
  const formats = useFormats();
  const isAsking = ref(false);
  const asked = ref<ManyAction>('pause');
  const { confirm, isBusy } = useConfirm(isAsking);
  const { mutateAsync } = useManyLinks();

  const selected = computed(() => {
    const count = selection.count.value;
    if (!selection.isAll.value)
      return t('contacts.many.selected', { count: formats.value.number(count) }, count);
    return found.value === null
      ? t('contacts.many.allSelected')
      : t('contacts.many.allOf', { found: found.value });
  });

  async function begin(wish: Omit<ManyWish, 'ids' | 'filter'>): Promise<void> {
    const operation = await confirm(() => mutateAsync({ ...wish, ...selection.whom.value }));
    if (!operation) return;
    selection.clear();
    begun(operation.id);
  }

  /** What ends links, or is done with contacts that are not in sight, is asked about first. */
  function choose(action: ManyAction): void {
    asked.value = action;
    if (action === 'unlink' || selection.isAll.value) isAsking.value = true;
    else void begin({ action });
  }

  return { isAsking, asked, isBusy, selected, begin, choose };
}
