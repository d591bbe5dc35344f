import { z } from 'zod';
import type { LinkChange, LinkDoc } from '../../store/links/link-schema';
import { keepContact } from '../../linking/choose-contact';
import { resumeSignal } from '../../workflows/messages';
import type { ApiContext } from '../context';
import { endpoint, type Answer, type Endpoint } from '../http/endpoint';
import { wakeChanged } from '../links/link-answers';
import { operationSchema, toOperation } from '../cards/operation-card';
import { notFound, Problem } from '../http/problem';
import { crmContactId } from './links';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

function refuse(link: LinkDoc, kind: LinkChange['kind']): Problem {
  if (link.change !== null) return new Problem('change_under_way');
  if (link.state === 'unlinking') return new Problem('link_unlinking');
  if (link.state === 'unlinked') return new Problem('link_unlinked');
  return new Problem(kind === 'unlink' ? 'change_under_way' : 'link_not_linked');
}

const isOpenFor = (link: LinkDoc, kind: LinkChange['kind']): boolean =>
  link.change === null && (link.state === 'linked' || (kind === 'unlink' && link.state === 'pending'));

/** Saves the change on the link, then tells its workflow. A crash in between is found by the sweep. */
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
    await store.operations.finish(operation._id, 'failed', 'Another change came first.');
    throw refuse((await store.links.load(linkId)) ?? link, kind);
  }
  if (kind === 'changeContact') await store.reviews.close(portalId, personId);
  await wakeChanged(context, changed, kind);
  return { status: 202, body: toOperation((await store.operations.load(operation._id)) ?? operation) };
}

/** A person says of a link in doubt that its contact is the right one. */
async function keep({ store, linkWorkflows }: ApiContext, link: LinkDoc): Promise<Answer> {
  const { _id: linkId, portalId } = link;
  const operation = await store.operations.begin({ portalId, linkId, kind: 'changeContact' });
  const choice = await keepContact(store, link);
  const isKept = choice.kind === 'kept';
  await store.operations.finish(
    operation._id,
    isKept ? 'done' : 'failed',
    isKept ? null : 'Another change came first.',
  );
  if (!isKept) throw new Problem('change_under_way');
  if (choice.resumed) await linkWorkflows.signal(choice.resumed, resumeSignal);
  return { status: 202, body: toOperation((await store.operations.load(operation._id)) ?? operation) };
}

/** Another contact for a link, and its end. */
export function createLinkChangeRoutes(context: ApiContext): Endpoint[] {
  const { store } = context;
  const answers = { 202: { description: 'Saved; it is carried out by itself.', schema: operationSchema } };
  const load = async (linkId: string): Promise<LinkDoc> => {
    const link = await store.links.load(linkId);
    if (!link) throw notFound('No such link.');
    return link;
  };
  return [
    endpoint({
      ...{ method: 'put', path: '/links/:linkId/contact', tag: 'Links' },
      summary: 'Give a link another contact, or say of a link in doubt that its contact is the right one',
      body: z.strictObject({ crmContactId, entries: z.enum(['keep', 'move']) }),
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
    endpoint({
      ...{ method: 'delete', path: '/links/:linkId', tag: 'Links' },
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
