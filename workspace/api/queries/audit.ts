import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import { api, ask, type Schemas } from '../client';

export type AuditRow = Schemas['AuditRow'];

export interface AuditFilter {
  subjectKind?: string;
  byId?: string;
  cursor?: string;
}

/** Who changed what, the newest first. */
export const useAudit = (filter: MaybeRefOrGetter<AuditFilter>) =>
  useQuery({
    queryKey: ['audit', filter] as const,
    queryFn: ({ signal }) => {
      const query = { ...toValue(filter), limit: 20 };
      return ask(api.GET('/api/v1/audit', { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
