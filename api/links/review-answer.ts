import { z } from 'zod';
import { chooseContact, type SavedChange } from '../../linking/choose-contact';
import type { ReviewDoc } from '../../store/reviews/reviews';
import { resumeSignal } from '../../workflows/messages';
import type { ApiContext, AskedContext } from '../context';
import type { Answer } from '../http/endpoint';
import { toLinkAnswer } from './link-answers';
import { wakeChanged } from './wake-changed';
import { requestLink } from './link-requests';
import { operationSchema, toOperation } from '../cards/operation-card';
import { Problem } from '../http/problem';

/** Links that stand and get the chosen contact: one, or both of a conflict. None: they had it already. */
export const changedSchema = z.object({
  outcome: z.literal('changed'),
  operations: z.array(operationSchema),
});

/** Wakes the links of saved changes, and answers with their operations. Safe to repeat. */
export async function carryOut(context: ApiContext, changes: readonly SavedChange[]): Promise<Answer> {
  const { store } = context;
  for (const { link } of changes) await wakeChanged(context, link, 'changeContact');
  const operations = await Promise.all(
    changes.map(async ({ operation }) =>
      toOperation((await store.operations.load(operation._id)) ?? operation),
    ),
  );
  return { status: 202, body: { outcome: 'changed', operations } };
}

/** A person says which contact it is: a request to link, another contact for what is linked, or the one it has. */
export async function answerWithContact(
  context: AskedContext,
  review: ReviewDoc,
  crmContactId: number,
): Promise<Answer> {
  const { store, linkWorkflows, who } = context;
  const choice = await chooseContact(store, review, { crmContactId, who });
  switch (choice.kind) {
    case 'request': {
      const person = await store.people.load(review.personId);
      const name = person?.name ?? null;
      const request = { crmContactId, createIfMissing: false, name, who, at: new Date() };
      return requestLink(context, review, request);
    }
    case 'changed':
      return carryOut(context, choice.changes);
    case 'kept': {
      if (choice.resumed) await linkWorkflows.signal(choice.resumed, resumeSignal);
      const link = await store.links.findByPerson(review.portalId, review.personId);
      if (!link) throw new Problem('review_answered');
      return toLinkAnswer(store, { link, isNew: false }, null);
    }
    case 'busy':
      throw new Problem('change_under_way', { detail: 'Answer again when it is done.' });
    case 'apart':
      throw new Problem('review_of_people', {
        detail: 'They are not both linked and have different numbers: no contact makes them one. Ignore it.',
      });
  }
}
