import { keepContact } from '../../linking/choose-contact';
import type { LinkChange, LinkDoc } from '../../store/links/link-schema';
import type { OperationDoc, Wish } from '../../store/operations';
import { resumeSignal } from '../../workflows/messages';
import { toOperation } from '../cards/operation-card';
import type { ApiContext, AskedContext } from '../context';
import { ok, type Answer } from '../http/endpoint';
import { Problem } from '../http/problem';
import { wakeChanged } from './wake-changed';

type Kind = LinkChange['kind'];

function refuse(link: LinkDoc, kind: Kind): Problem {
  if (link.change !== null) return new Problem('change_under_way');
  if (link.state === 'unlinking') return new Problem('link_unlinking');
  if (link.state === 'unlinked') return new Problem('link_unlinked');
  return new Problem(kind === 'unlink' ? 'change_under_way' : 'link_not_linked');
}

const isOpenFor = (link: LinkDoc, kind: Kind): boolean =>
  link.change === null && (link.state === 'linked' || (kind === 'unlink' && link.state === 'pending'));

const isSameWish = (a: Wish, b: Wish): boolean =>
  a.crmContactId === b.crmContactId && a.entries === b.entries && a.remember === b.remember;

/** Whether the link is as the wish wants it, by what it says itself: its end or its contact. */
const isSo = (link: LinkDoc, kind: Kind, wish: Wish): boolean =>
  kind === 'unlink'
    ? link.state === 'unlinked' && (link.doNotLinkAgain ?? false) === wish.remember
    : link.state === 'linked' && link.doubt === null && link.crmContactId === wish.crmContactId;

const cameSecond = 'Another change came first.';

const accepted = async ({ store }: ApiContext, operation: OperationDoc): Promise<Answer> => ({
  status: 202,
  body: toOperation((await store.operations.load(operation._id)) ?? operation),
});

/** Done without a step: for a wish that is fulfilled and has no operation that says so. */
async function doneAtOnce(
  { store, who }: AskedContext,
  link: LinkDoc,
  kind: Kind,
  wish: Wish,
): Promise<Answer> {
  const { _id: linkId, portalId } = link;
  const operation = await store.operations.begin({ portalId, linkId, kind, wish, who });
  await store.operations.finish(operation._id, 'done', null);
  return ok(toOperation({ ...operation, state: 'done' }));
}

/** The steps after a change is saved. Safe to repeat: a repeated request does what an API that died left undone. */
async function carryOn(
  context: AskedContext,
  link: LinkDoc,
  kind: Kind,
  operation: OperationDoc,
): Promise<Answer> {
  if (kind === 'changeContact') {
    const { store, who } = context;
    await store.reviews.close(link.portalId, link.personId, { who });
  }
  await wakeChanged(context, link, kind);
  return accepted(context, operation);
}

/** Null: the last change left the entries elsewhere than this wish wants them, or did not write down where. */
async function answerFulfilled(
  context: AskedContext,
  link: LinkDoc,
  kind: Kind,
  wish: Wish,
): Promise<Answer | null> {
  const { operations, reviews } = context.store;
  const { who } = context;
  const last = await operations.findLastDone(link._id, kind);
  if (last && !last.wish && wish.entries !== 'keep') return null;
  const isItsOwn = last?.wish?.crmContactId === wish.crmContactId;
  if (last?.wish && isItsOwn && !isSameWish(last.wish, wish)) return null;
  if (kind === 'changeContact') await reviews.close(link.portalId, link.personId, { who });
  return last && isItsOwn ? ok(toOperation(last)) : doneAtOnce(context, link, kind, wish);
}

/** A wish that came before, as from a client that heard no answer: its operation. Null: it asks for something else. */
async function answerRepeated(
  context: AskedContext,
  link: LinkDoc,
  kind: Kind,
  wish: Wish,
): Promise<Answer | null> {
  const { change } = link;
  if (!change) return isSo(link, kind, wish) ? answerFulfilled(context, link, kind, wish) : null;
  const isSame = change.kind === kind && isSameWish(change, wish);
  const operation = isSame ? await context.store.operations.load(change.operationId) : null;
  return operation && carryOn(context, link, kind, operation);
}

/** Saves the change on the link, then wakes its workflow. A crash in between is found by the sweep. */
export async function requestChange(
  context: AskedContext,
  link: LinkDoc,
  kind: Kind,
  wish: Wish,
): Promise<Answer> {
  const { store, who } = context;
  const { _id: linkId, portalId } = link;
  const repeated = await answerRepeated(context, link, kind, wish);
  if (repeated) return repeated;
  if (!isOpenFor(link, kind)) throw refuse(link, kind);
  if (isSo(link, kind, wish)) throw new Problem('same_contact');
  const operation = await store.operations.begin({ portalId, linkId, kind, wish, who });
  const change = { kind, ...wish, operationId: operation._id, who };
  const changed = await store.links.requestChange(linkId, change);
  if (!changed) {
    await store.operations.finish(operation._id, 'failed', cameSecond);
    const now = (await store.links.load(linkId)) ?? link;
    const first = await answerRepeated(context, now, kind, wish);
    if (first) return first;
    throw refuse(now, kind);
  }
  return carryOn(context, changed, kind, operation);
}

/** A person says of a link in doubt that its contact is the right one. */
export async function keepDoubted(context: AskedContext, link: LinkDoc, wish: Wish): Promise<Answer> {
  const { store, linkWorkflows, who } = context;
  const { _id: linkId, portalId } = link;
  const operation = await store.operations.begin({ portalId, linkId, kind: 'changeContact', wish, who });
  const choice = await keepContact(store, link, who);
  if (choice.kind !== 'kept') {
    await store.operations.finish(operation._id, 'failed', cameSecond);
    throw new Problem('change_under_way');
  }
  await store.operations.finish(operation._id, 'done', null);
  if (choice.resumed) await linkWorkflows.signal(choice.resumed, resumeSignal);
  return accepted(context, operation);
}
