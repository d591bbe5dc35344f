import type { TimelineComment } from '../data/records';
import { isMap, RestError, toId, toText, type Method, type MethodContext, type Params } from './method';

interface Binding {
  comment: TimelineComment;
  contactId: number;
}

const invalid = (name: string) => new RestError(400, '', `${name} is not defined or invalid.`);

function toOwner(given: unknown, { data }: MethodContext): TimelineComment {
  const id = toId(given);
  if (id === 0) throw invalid('OWNER_ID');
  const comment = data.comments.get(id);
  if (comment === undefined) throw new RestError(400, '', 'Not found.');
  return comment;
}

function toBinding(params: Params, context: MethodContext): Binding {
  const { fields } = params;
  if (!isMap(fields)) throw new RestError(400, 'ERROR_ARGUMENT', 'Wrong params.');
  const comment = toOwner(fields['OWNER_ID'], context);
  const contactId = toId(fields['ENTITY_ID']);
  if (contactId === 0) throw invalid('ENTITY_ID');
  if (toText(fields['ENTITY_TYPE']).toLowerCase() !== 'contact') throw invalid('ENTITY_TYPE');
  return { comment, contactId };
}

/** An upsert: binding twice is one binding. */
const bind: Method = (params, context) => {
  const { comment, contactId } = toBinding(params, context);
  if (!context.data.contacts.has(contactId)) return { result: false };
  if (!comment.contactIds.includes(contactId)) {
    const bound = { ...comment, contactIds: [...comment.contactIds, contactId] };
    context.data.commit([{ kind: 'comment', comment: bound }]);
  }
  return { result: true, wrote: comment.id };
};

/** Takes the comment from that page; the record itself stays. */
const unbind: Method = (params, context) => {
  const { comment, contactId } = toBinding(params, context);
  if (!comment.contactIds.includes(contactId)) throw new RestError(400, '', 'Not found.');
  const contactIds = comment.contactIds.filter((id) => id !== contactId);
  context.data.commit([{ kind: 'comment', comment: { ...comment, contactIds } }]);
  return { result: true, wrote: comment.id };
};

const list: Method = (params, context) => {
  const filter = isMap(params['filter']) ? params['filter'] : {};
  if (toId(filter['OWNER_ID']) === 0) throw invalid('OWNER_ID');
  const comment = context.data.comments.get(toId(filter['OWNER_ID']));
  const rows = (comment?.contactIds ?? []).map((contactId) => ({
    OWNER_ID: String(comment?.id),
    ENTITY_ID: String(contactId),
    ENTITY_TYPE: 'contact',
  }));
  return { result: rows, total: rows.length };
};

/** `crm.timeline.bindings.*`. */
export const bindingMethods: Record<string, Method> = {
  'crm.timeline.bindings.bind': bind,
  'crm.timeline.bindings.unbind': unbind,
  'crm.timeline.bindings.list': list,
};
