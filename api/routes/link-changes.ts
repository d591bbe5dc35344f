import { z } from 'zod';
import type { LinkChange, LinkDoc } from '../../store/links/link-schema';
import type { OperationDoc } from '../../store/operations';
import { keepContact } from '../../linking/choose-contact';
import { resumeSignal } from '../../workflows/messages';
import type { ApiContext } from '../context';
import { endpoint, type Answer, type Endpoint } from '../http/endpoint';
import { wakeChanged } from '../links/wake-changed';
import { crmContactIdField } from '../http/fields';
import { operationSchema, toOperation } from '../cards/operation-card';
import { orNotFound, Problem } from '../http/problem';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

function refuse(link: LinkDoc, kind: LinkChange['kind']): Problem {
  if (link.change !== null) return new Problem('change_under_way');
  if (link.state === 'unlinking') return new Problem('link_unlinking');
  if (link.state === 'unlinked') return new Problem('link_unlinked');
  return new Problem(kind === 'unlink' ? 'change_under_way' : 'link_not_linked');
}

const isOpenFor = (link: LinkDoc, kind: LinkChange['kind']): boolean =>
  link.change === null && (link.state === 'linked' || (kind === 'unlink' && link.state === 'pending'));

const cameSecond = 'Another change came first.';

const accepted = async ({ store }: ApiContext, operation: OperationDoc): Promise<Answer> => ({
  status: 202,
  body: toOperation((await store.operations.load(operation._id)) ?? operation),
});

/** Saves the change on the link, then wakes its workflow. A crash in between is found by the sweep. */
async function begin(
  context: ApiContext,
  link: LinkDoc,
  change: Omit<LinkChange, 'operationId'>,
): Promise<Answer> {
  const { store } = context;
  const { _id: linkId, portalId, personId } = link;
  const { kind } = change;
  if (!isOpenFor(link, kind)) throw refuse(link, kind);
  const operation = await store.operations.begin({ portalId, linkId, kind });
  const changed = await store.links.requestChange(linkId, { ...change, operationId: operation._id });
  if (!changed) {
    await store.operations.finish(operation._id, 'failed', cameSecond);
    throw refuse((await store.links.load(linkId)) ?? link, kind);
  }
  if (kind === 'changeContact') await store.reviews.close(portalId, personId);
  await wakeChanged(context, changed, kind);
  return accepted(context, operation);
}

/** A person says of a link in doubt that its contact is the right one. */
async function keep(context: ApiContext, link: LinkDoc): Promise<Answer> {
  const { store, linkWorkflows } = context;
  const { _id: linkId, portalId } = link;
  const operation = await store.operations.begin({ portalId, linkId, kind: 'changeContact' });
  const choice = await keepContact(store, link);
  if (choice.kind !== 'kept') {
    await store.operations.finish(operation._id, 'failed', cameSecond);
    throw new Problem('change_under_way');
  }
  await store.operations.finish(operation._id, 'done', null);
  if (choice.resumed) await linkWorkflows.signal(choice.resumed, resumeSignal);
  return accepted(context, operation);
}

/** Another contact for a link, and its end. */
export function createLinkChangeRoutes(context: ApiContext): Endpoint[] {
  const { store } = context;
  const answers = { 202: { description: 'Saved; it is carried out by itself.', schema: operationSchema } };
  const load = async (linkId: string): Promise<LinkDoc> => orNotFound(await store.links.load(linkId), 'link');
  return [
    endpoint('PUT /links/:linkId/contact', {
      tag: 'Links',
      summary: 'Give a link another contact, or say of a link in doubt that its contact is the right one',
      body: z.strictObject({ crmContactId: crmContactIdField, entries: z.enum(['keep', 'move']) }),
      answers,
      async handle({ params, body }) {
        const link = await load(params.linkId);
        const isSame = link.state === 'linked' && link.crmContactId === body.crmContactId;
        if (isSame && link.change === null) {
          if (link.doubt === null) throw new Problem('same_contact');
          return keep(context, link);
        }
        return begin(context, link, { kind: 'changeContact', ...body, remember: false });
      },
    }),
    endpoint('DELETE /links/:linkId', {
      tag: 'Links',
      summary: 'End a link',
      query: z.strictObject({
        entries: z.enum(['keep', 'remove']).optional().meta({ description: '`keep` unless given.' }),
        remember: flag.optional().meta({ description: '`true`: do not link this person again by itself.' }),
      }),
      answers,
      async handle({ params, query: { entries = 'keep', remember = false } }) {
        const link = await load(params.linkId);
        return begin(context, link, { kind: 'unlink', crmContactId: null, entries, remember });
      },
    }),
  ];
}
