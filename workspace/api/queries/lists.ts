import { useMutation, useQueryClient } from '@tanstack/vue-query';
import { useChosenPortal } from '../chosen-portal';
import { api, ask } from '../client';

const of = (operationId: string) => ({ params: { path: { operationId } } });

/** Links people with contacts by a list; the file is the body as it is. The answer is an operation with its progress. */
export function useImportLinks() {
  const { named } = useChosenPortal();
  return useMutation({
    mutationFn: (file: File) =>
      ask(
        api.POST('/api/v1/links/import', {
          params: { query: named.value },
          body: { rows: [] },
          bodySerializer: () => file,
          headers: { 'content-type': 'text/csv' },
        }),
      ),
  });
}

/** A change of an operation on many links; what is shown of them is renewed afterwards. */
function useOperationChange<Given, Result>(change: (given: Given) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all(['operations', 'links'].map((word) => client.invalidateQueries({ queryKey: [word] }))),
  });
}

/** Ends what an operation linked; an operation of its own. */
export const useUndo = () =>
  useOperationChange(({ operationId, entries }: { operationId: string; entries: 'keep' | 'remove' }) =>
    ask(api.POST('/api/v1/operations/{operationId}/undo', { ...of(operationId), body: { entries } })),
  );

/** Stops an operation where it is; what it did stays. */
export const useStopOperation = () =>
  useOperationChange((operationId: string) =>
    ask(api.POST('/api/v1/operations/{operationId}/cancel', of(operationId))),
  );

/** What became of each row, as a table. */
export const rowsTable = (operationId: string): string => `/api/v1/operations/${operationId}/rows?format=csv`;
