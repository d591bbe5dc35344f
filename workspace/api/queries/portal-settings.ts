import { useMutation, useQueryClient } from '@tanstack/vue-query';
import { api, ask, type Schemas } from '../client';
import { ProblemError } from '../problem';

export type Portal = Schemas['Portal'];
export type PortalCheck = Schemas['PortalCheck'];

/** A change of a portal; what is shown of portals is renewed afterwards. */
function usePortalChange<Given, Result>(change: (given: Given) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: ['portals'] }),
  });
}

export const useCheckPortal = () =>
  useMutation({
    mutationFn: (webhookUrl: string) => ask(api.POST('/api/v1/portals/check', { body: { webhookUrl } })),
  });

export const useConnectPortal = () =>
  usePortalChange((body: { webhookUrl: string; defaultCountry: string | null; timeZone: string }) =>
    ask(api.POST('/api/v1/portals', { body })),
  );

export type Policies = Pick<Portal, 'autoLink' | 'createMissing' | 'defaultCountry' | 'timeZone'> & {
  groupMode: Exclude<Portal['groupMode'], 'one'>;
};

export const useSetPolicies = () =>
  usePortalChange(({ portalId, ...body }: Policies & { portalId: string }) =>
    ask(api.PUT('/api/v1/portals/{portalId}/policies', { params: { path: { portalId } }, body })),
  );

export const useTryPortal = () =>
  usePortalChange((portalId: string) =>
    ask(api.POST('/api/v1/portals/{portalId}/try-now', { params: { path: { portalId } } })),
  );

/** What disconnecting would end. */
export interface Ending {
  links: number;
  waitingMessages: number;
}

/** Without `confirm` nothing is done: the answer is what would be. */
export async function askWhatEnds(portalId: string): Promise<Ending> {
  try {
    await ask(api.DELETE('/api/v1/portals/{portalId}', { params: { path: { portalId } } }));
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'confirmation_needed') throw error;
    const { links = 0, waitingMessages = 0 } = error.problem.counts ?? {};
    return { links, waitingMessages };
  }
  return { links: 0, waitingMessages: 0 };
}

export const useDisconnectPortal = () =>
  usePortalChange((portalId: string) =>
    ask(
      api.DELETE('/api/v1/portals/{portalId}', {
        params: { path: { portalId }, query: { confirm: 'true' } },
      }),
    ),
  );
