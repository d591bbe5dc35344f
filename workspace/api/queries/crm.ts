import { useQuery } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import { api, ask } from '../client';

/** A contact as Bitrix24 has it: asked when somebody looks at it, and kept for a minute. */
export const useCrmContact = (which: MaybeRefOrGetter<{ crmContactId: number; portalId: string }>) =>
  useQuery({
    queryKey: ['crm', 'contact', which] as const,
    queryFn: ({ signal }) => {
      const { crmContactId, portalId } = toValue(which);
      const params = { path: { contact: String(crmContactId) }, query: { portalId } };
      return ask(api.GET('/api/v1/crm/contacts/{contact}', { params, signal }));
    },
    staleTime: 60_000,
  });
