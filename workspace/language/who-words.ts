import { useI18n } from 'vue-i18n';
import type { Schemas } from '../api/client';

/** How somebody who changed something is called; the administrator has no name of their own. */
export function useWhoWords(): (who: Schemas['Who']) => string {
  const words = useI18n({ useScope: 'global' });
  return ({ kind, name }) => (kind === 'administrator' ? words.t('role.admin') : name);
}
