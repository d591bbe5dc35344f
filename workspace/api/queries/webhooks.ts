import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import type { operations } from '../../generated/api';
import { api, ask, type Schemas } from '../client';

export type Webhook = Schemas['Webhook'];
export type Delivery = Schemas['WebhookDelivery'];
export type WebhookEvent = Webhook['events'][number];

type NewWebhook = operations['addWebhook']['requestBody']['content']['application/json'];

const of = (webhookId: string) => ({ params: { path: { webhookId } } });

export const useWebhooks = () =>
  useQuery({ queryKey: ['webhooks'], queryFn: ({ signal }) => ask(api.GET('/api/v1/webhooks', { signal })) });

/** Nothing tells of a delivery: what was just asked for is looked at until it was tried. */
const lookEveryMs = 1_500;
const isUntried = ({ state, tries }: Delivery): boolean => state === 'waiting' && tries === 0;

/** The events for a receiver and what became of them, the newest first. */
export const useDeliveries = (
  webhookId: MaybeRefOrGetter<string>,
  cursor: MaybeRefOrGetter<string | undefined>,
) =>
  useQuery({
    queryKey: ['webhooks', 'deliveries', webhookId, cursor] as const,
    queryFn: ({ signal }) => {
      const after = toValue(cursor);
      const query = { limit: 10, ...(after !== undefined && { cursor: after }) };
      const params = { path: { webhookId: toValue(webhookId) }, query };
      return ask(api.GET('/api/v1/webhooks/{webhookId}/deliveries', { params, signal }));
    },
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.items.some(isUntried) ? lookEveryMs : false),
  });

/** A change of who gets our events; what is shown of them is renewed afterwards. */
function useWebhookChange<Given, Result>(change: (given: Given) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: ['webhooks'] }),
  });
}

export const useAddWebhook = () =>
  useWebhookChange((body: NewWebhook) => ask(api.POST('/api/v1/webhooks', { body })));

export const useTestWebhook = () =>
  useWebhookChange((webhookId: string) => ask(api.POST('/api/v1/webhooks/{webhookId}/test', of(webhookId))));

export const useStartAgain = () =>
  useWebhookChange(({ webhookId, waiting }: { webhookId: string; waiting: 'send' | 'drop' }) =>
    ask(api.POST('/api/v1/webhooks/{webhookId}/start-again', { ...of(webhookId), body: { waiting } })),
  );

export const useRemoveWebhook = () =>
  useWebhookChange((webhookId: string) => ask(api.DELETE('/api/v1/webhooks/{webhookId}', of(webhookId))));
