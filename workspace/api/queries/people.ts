import { useQuery } from '@tanstack/vue-query';
import { api, ask, type Schemas } from '../client';

export type Person = Schemas['Person'];

/** Whom a chat's id names where that is no number: exactly this alias, whatever else has the same digits; null: nobody known. */
export const usePersonOf = (lid: () => string | null) =>
  useQuery({
    queryKey: ['people', 'of', lid] as const,
    enabled: () => lid() !== null,
    queryFn: async ({ signal }): Promise<Person | null> => {
      const alias = lid() ?? '';
      const query = { q: alias.replace('lid:', ''), limit: 50 };
      const { items } = await ask(api.GET('/api/v1/people', { params: { query }, signal }));
      return items.find(({ aliases }) => aliases.includes(alias)) ?? null;
    },
  });
