import type { TimelineComment } from '../data/records';
import { saveFiles, toFileMap } from './comment-files';
import { contactTypeId } from './contact-fields';
import * as rest from './method';
import type { Method, MethodContext, Params } from './method';

const { isMap, RestError, toId, toText } = rest;

const isContactType = (value: unknown) => toText(value).toLowerCase() === 'contact';

/** Only the key `fields` in lower case is taken. */
function toFields(params: Params): Params {
  if (!isMap(params['fields'])) throw rest.missingParameter('fields');
  return params['fields'];
}

function toCommentText(fields: Params): string {
  const text = toText(fields['COMMENT']);
  if (text.trim() === '') throw new RestError(400, 'INVALID_ARG_VALUE', 'Comment message is empty');
  return text;
}

function findComment(params: Params, { data }: MethodContext, code: string): TimelineComment {
  if (params['id'] === undefined) throw rest.missingParameter('id');
  const comment = data.comments.get(toId(params['id']));
  if (comment === undefined) throw new RestError(400, code, 'Not found.');
  const ownerId = toId(params['ownerId']);
  if (ownerId === 0) return comment;
  if (toId(params['ownerTypeId']) === contactTypeId && comment.contactIds.includes(ownerId)) return comment;
  throw new RestError(400, code === '' ? '' : 'OWNER_NOT_FOUND', 'Owner was not found.');
}

/** Has no external id and is never deduplicated: two calls make two comments. */
const add: Method = (params, context) => {
  const { data, clock } = context;
  const fields = toFields(params);
  const contactId = toId(fields['ENTITY_ID']);
  if (!isContactType(fields['ENTITY_TYPE']) || !data.contacts.has(contactId)) {
    throw new RestError(400, 'OWNER_NOT_FOUND', 'Owner was not found.');
  }
  const text = toCommentText(fields);
  const comment: TimelineComment = {
    files: saveFiles(fields['FILES'], context),
    id: data.nextId('comment'),
    contactIds: [contactId],
    authorId: toId(fields['AUTHOR_ID']) || 1,
    createdAtMs: clock.nowMs(),
    text,
  };
  data.commit([{ kind: 'comment', comment }]);
  return { result: comment.id, wrote: comment.id };
};

/** With `FILES`, all old files are deleted; without the key they stay. */
const update: Method = (params, context) => {
  const before = findComment(params, context, 'NOT_FOUND');
  const fields = toFields(params);
  const { data } = context;
  const text = 'COMMENT' in fields ? toCommentText(fields) : before.text;
  const files = 'FILES' in fields ? saveFiles(fields['FILES'], context) : before.files;
  data.commit([{ kind: 'comment', comment: { ...before, text, files } }]);
  if (files !== before.files) for (const { id } of before.files) data.files.remove(id);
  return { result: before.id, wrote: before.id };
};

/** Of a comment on several pages only the page named by `ownerId` loses it; without one it is refused. */
const remove: Method = (params, context) => {
  const comment = findComment(params, context, 'NOT_FOUND');
  const { data } = context;
  const ownerId = toId(params['ownerId']);
  if (comment.contactIds.length > 1 && ownerId === 0) {
    throw new RestError(400, 'MULTIPLE_BINDINGS', 'The comment is bound to several entities.');
  }
  if (comment.contactIds.length > 1) {
    const contactIds = comment.contactIds.filter((id) => id !== ownerId);
    data.commit([{ kind: 'comment', comment: { ...comment, contactIds } }]);
  } else {
    data.commit([{ kind: 'commentGone', id: comment.id }]);
    for (const { id } of comment.files) data.files.remove(id);
  }
  return { result: null, wrote: comment.id };
};

function toRow(comment: TimelineComment, contactId: number, { clock }: MethodContext): Params {
  return {
    ID: String(comment.id),
    ENTITY_ID: String(contactId),
    ENTITY_TYPE: 'contact',
    CREATED: clock.format(comment.createdAtMs),
    COMMENT: comment.text,
    AUTHOR_ID: String(comment.authorId),
    FILES: toFileMap(comment, clock),
  };
}

const get: Method = (params, context) => {
  const comment = findComment(params, context, '');
  return { result: toRow(comment, toId(params['ownerId']) || (comment.contactIds[0] ?? 0), context) };
};

function toCommentOrder(order: unknown): (a: TimelineComment, b: TimelineComment) => number {
  const [field = 'ID', way = 'ASC'] = (isMap(order) ? Object.entries(order) : [])[0] ?? [];
  const key = { ID: 'id', CREATED: 'createdAtMs', AUTHOR_ID: 'authorId' }[field.toUpperCase()];
  const sign = toText(way).toUpperCase() === 'DESC' ? -1 : 1;
  const by = key === 'createdAtMs' || key === 'authorId' ? key : 'id';
  return (a, b) => sign * (a[by] - b[by] || a.id - b.id);
}

/** Filters by `ENTITY_ID` and `ENTITY_TYPE` only, ignores every other key, and always counts. */
const list: Method = (params, context) => {
  const filter = isMap(params['filter']) ? params['filter'] : {};
  const contactId = toId(filter['ENTITY_ID']);
  if (contactId === 0) throw new RestError(400, '', 'Parameter ENTITY_ID is not defined or invalid.');
  if (!isContactType(filter['ENTITY_TYPE'])) throw new RestError(400, '', 'Access denied.');
  if (!context.data.contacts.has(contactId)) throw new RestError(400, '', 'Not found.');
  const comments = context.data.commentsOf(contactId).sort(toCommentOrder(params['order']));
  const { page, ...counts } = rest.toPage(comments, Math.max(0, rest.toStart(params)));
  const select = rest.toSelect(params).map((name) => name.toUpperCase());
  const isWanted = (name: string) => select.length === 0 || select.includes('*') || select.includes(name);
  const rows = page.map((comment) => {
    const row = toRow(comment, contactId, context);
    return Object.fromEntries(Object.entries(row).filter(([name]) => isWanted(name)));
  });
  return { result: rows, ...counts };
};

/** `crm.timeline.comment.*`. */
export const commentMethods: Record<string, Method> = {
  'crm.timeline.comment.add': add,
  'crm.timeline.comment.update': update,
  'crm.timeline.comment.delete': remove,
  'crm.timeline.comment.get': get,
  'crm.timeline.comment.list': list,
};
