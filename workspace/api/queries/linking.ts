import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import { useChosenPortal } from '../chosen-portal';
import { api, ask, type Schemas } from '../client';

export type Review = Schemas['Review'];
export type Candidate = Schemas['Candidate'];
export type PlannedLink = Schemas['PlannedLink'];
export type PhoneQuality = Schemas['PhoneQuality'];

export type ReviewKind = Review['kind'];

/** Open reviews of a kind, newest first; the page before stays until the next one is there. */
export const useReviews = (kind: ReviewKind, cursor: MaybeRefOrGetter<string | undefined>) =>
  useQuery({
    queryKey: ['reviews', 'open', kind, cursor] as const,
    queryFn: ({ signal }) => {
      const from = toValue(cursor);
      const query = { state: 'open' as const, kind, limit: 20, ...(from !== undefined && { cursor: from }) };
      return ask(api.GET('/api/v1/reviews', { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });

/** One review, also one that is answered. */
export const useReview = (reviewId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['reviews', 'one', reviewId] as const,
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/v1/reviews/{reviewId}', { params: { path: { reviewId: toValue(reviewId) } }, signal }),
      ),
  });

export interface ReviewAnswer {
  crmContactId?: number;
  create?: true;
  ignore?: true;
  confirm?: true;
  name?: string;
  fields?: Record<string, string>;
}

/** Answers a review; what is shown of people, links and reviews is renewed afterwards. */
export function useAnswerReview() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reviewId, answer }: { reviewId: string; answer: ReviewAnswer }) =>
      ask(api.POST('/api/v1/reviews/{reviewId}', { params: { path: { reviewId } }, body: answer })),
    onSettled: () => {
      for (const word of ['reviews', 'links', 'overview', 'crm'])
        void client.invalidateQueries({ queryKey: [word] });
    },
  });
}

/** A page of the dry run. */
export interface LinkPlan {
  items: PlannedLink[];
  nextCursor: string | null;
  madeAt: string;
}

/** The result of a report, or the operation that works it out. */
export type Reported<Result> =
  { result: Result; operation: null } | { result: null; operation: Schemas['Operation'] };

/** Asked for as JSON, so the answer is no CSV. */
function toReported<Result extends object>(answer: Result | Schemas['Operation'] | string): Reported<Result> {
  const known = answer as Result | Schemas['Operation'];
  return 'kind' in known ? { result: null, operation: known } : { result: known, operation: null };
}

/** The API itself waits some seconds for a result; whoever still has none asks again. */
const refetchInterval = ({ state }: { state: { data?: Reported<unknown> | undefined } }) =>
  state.data?.operation?.state === 'running' ? 1_000 : false;

/** A page of the dry run: asks Bitrix24, so it is asked only when it is wanted. */
export function usePlan(cursor: MaybeRefOrGetter<string | undefined>) {
  const { named, isKnown } = useChosenPortal();
  return useQuery<Reported<LinkPlan>>({
    queryKey: ['crm', 'link-plan', named, cursor],
    queryFn: ({ signal }) => {
      const from = toValue(cursor);
      const query = { limit: 50, ...named.value, ...(from !== undefined && { cursor: from }) };
      return ask(api.GET('/api/v1/crm/link-plan', { params: { query }, signal })).then(toReported<LinkPlan>);
    },
    enabled: isKnown,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    refetchInterval,
  });
}

/** Links everybody as the plan says. The answer is an operation with its progress. */
export function useLinkPlan() {
  const { named } = useChosenPortal();
  return useMutation({ mutationFn: () => ask(api.POST('/api/v1/crm/link-plan', { body: named.value })) });
}

/** The report on phone fields: reads all contacts, so it is asked once and kept. */
export function usePhoneQuality() {
  const { named, isKnown } = useChosenPortal();
  return useQuery<Reported<PhoneQuality>>({
    queryKey: ['crm', 'phone-quality', named],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/crm/phone-quality', { params: { query: named.value }, signal })).then(
        toReported<PhoneQuality>,
      ),
    enabled: isKnown,
    staleTime: 10 * 60_000,
    refetchInterval,
  });
}

/** Works a report out anew; what is shown of reports is asked for again. */
export function useBeginReport() {
  const client = useQueryClient();
  const { named } = useChosenPortal();
  return useMutation({
    mutationFn: (report: 'link-plan' | 'phone-quality') =>
      ask(api.POST('/api/v1/crm/reports', { body: { report, ...named.value } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['crm'] }),
  });
}

/** Stops a report for everybody who asked for it. */
export function useCancelReport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reportId: string) =>
      ask(api.DELETE('/api/v1/crm/reports/{reportId}', { params: { path: { reportId } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['operations'] }),
  });
}
