import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Who } from '../../domain/access';
import type { LinkDoc, LinkEvent } from '../../store/links/link-schema';
import type { BulkWish, OperationDoc } from '../../store/operations';
import { operationSchema, toOperation } from '../cards/operation-card';
import { toWho } from '../cards/who-card';
import type { Carrier } from '../carry-on';
import type { ApiContext, AskedContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { orNotFound, Problem } from '../http/problem';
import { requestChange } from '../links/changes';
import { atOnce, refusalOf, type WorkOff } from './portion';

type UndoWish = BulkWish & { action: 'undo' };

/** What happens to a link in its course, or says nothing about whose it is. */
const ofCourse: readonly string[] = ['requested', 'linked', 'paused', 'resumed'];

/** Whether a person had their hands in it since it was asked for, or that is too long ago to say. */
function isChangedByPerson({ history }: LinkDoc): boolean {
  const asked = history.findLastIndex(({ what }) => what === 'requested');
  return asked < 0 || history.slice(asked).some(({ what, who }) => who && !ofCourse.includes(what));
}

/** What this undo asked for before its process died, or an answer was lost, is its own doing. */
const isOwn = ({ what, who, at }: LinkEvent, asker: Who, since: Date): boolean =>
  what === 'unlink' && at >= since && isDeepStrictEqual(who, asker);

async function endOne(
  context: AskedContext,
  link: LinkDoc,
  { createdAt }: OperationDoc,
  { entries, remember }: UndoWish,
): Promise<void> {
  const isRepeated = link.history.some((event) => isOwn(event, context.who, createdAt));
  if (!isRepeated && isChangedByPerson(link)) throw new Problem('changed_by_person');
  if (link.state === 'unlinked') {
    if (isRepeated) return;
    throw new Problem('link_unlinked');
  }
  await requestChange(context, link, 'unlink', { crmContactId: null, entries, remember });
}

/** Ends the next links that an operation made, as a person would end each. Safe to repeat. */
export const undoLinks =
  (wish: UndoWish): WorkOff =>
  async (context, operation, after) => {
    const links = await context.store.links.listOfOperation(wish.of ?? '', { after, limit: atOnce });
    const codes = await Promise.all(
      links.map((link) => refusalOf(() => endOne(context, link, operation, wish))),
    );
    const refused = codes.flat();
    const ended = Array.from({ length: links.length - refused.length }, () => 'ended');
    const last = links.length < atOnce ? null : (links.at(-1)?._id ?? null);
    return { count: links.length, refused, outcomes: ended, after: last };
  };

function requireUndoable({ kind, bulk, state }: OperationDoc): void {
  if (kind !== 'bulk' || (bulk?.action !== 'import' && bulk?.action !== 'link'))
    throw new Problem('operation_not_undoable', { detail: 'Only what linked many people is undone as one.' });
  if (state === 'running') throw new Problem('operation_running', { detail: 'Cancel it first.' });
}

const undo = (context: ApiContext, runner: Carrier): Endpoint =>
  endpoint('POST /operations/:operationId/undo', {
    role: 'agent',
    operationId: 'undoOperation',
    tag: 'Links',
    summary: 'End the links that an operation made, except those that a person has changed since',
    body: z.strictObject({
      entries: z.enum(['keep', 'remove']).optional().meta({ description: '`keep` unless given.' }),
      remember: z.boolean().optional().meta({ description: 'Do not link these people again by themselves.' }),
    }),
    answers: {
      202: {
        description:
          'Saved; it is an operation of its own. `refused` counts what stays: `changed_by_person`, or `link_unlinked`, which had ended before. Contacts that were made in Bitrix24 stay.',
        schema: operationSchema,
      },
      409: { description: '`operation_running`, `operation_not_undoable`' },
    },
    async handle({ params, body: { entries = 'keep', remember = false }, actor }) {
      const { operations, links } = context.store;
      const undone = orNotFound(await operations.load(params.operationId), 'operation');
      requireUndoable(undone);
      const { _id: of, portalId } = undone;
      const bulk = { action: 'undo', ids: null, filter: null, entries, remember, of } as const;
      const total = await links.countOfOperation(of);
      const begun = { portalId, linkId: null, kind: 'bulk', who: toWho(actor), bulk, total } as const;
      const operation = await operations.begin(begun);
      runner.run(operation);
      return { status: 202, body: toOperation(operation) };
    },
  });

const cancel = (context: ApiContext): Endpoint =>
  endpoint('POST /operations/:operationId/cancel', {
    role: 'agent',
    operationId: 'cancelOperation',
    tag: 'Links',
    summary: 'Stop an operation on many links where it is; what it did stays',
    answers: {
      200: { description: 'It; as it was where it had ended before.', schema: operationSchema },
      404: { description: 'There is no operation on many links of this id.' },
    },
    async handle({ params: { operationId } }) {
      const { operations, linkRows } = context.store;
      const known = await operations.load(operationId);
      const bulk = orNotFound(known?.kind === 'bulk' ? known : null, 'operation on many links');
      if (await operations.cancelBulk(operationId)) await linkRows.forget(operationId);
      return ok(toOperation((await operations.load(operationId)) ?? bulk));
    },
  });

/** Operations on many links are stopped and undone. */
export const createUndoRoutes = (context: ApiContext, runner: Carrier): Endpoint[] => [
  undo(context, runner),
  cancel(context),
];
