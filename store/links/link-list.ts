import type { QueryFilter } from 'mongoose';
import type { LinkState, Rhythm } from '../../domain/link';
import { listFromNewest, type Page } from '../queries';
import type { LinkDoc, LinkModel } from './link-schema';

/** The links to list. `attention` is `any`, `none` or a code; `text` looks in names, numbers and contact ids. */
export interface LinkFilter {
  portalId?: string | undefined;
  state?: LinkState | undefined;
  rhythm?: Rhythm | undefined;
  attention?: string | undefined;
  text?: string | undefined;
}

/** The links, and the people by whose names and numbers they are searched. */
interface Searched {
  links: { model: LinkModel };
  people: { searchIds: (text: string, portalId: string | undefined) => Promise<string[]> };
}

async function toTextFilter(people: Searched['people'], text: string, portalId: string | undefined) {
  const personId = { $in: await people.searchIds(text, portalId) };
  const isContactId = /^[1-9]\d{0,14}$/.test(text);
  return isContactId ? { $or: [{ personId }, { crmContactId: Number(text) }] } : { personId };
}

function toAttentionFilter(attention: string | undefined): QueryFilter<LinkDoc> {
  if (attention === undefined) return {};
  if (attention === 'any') return { attention: { $ne: null } };
  return attention === 'none' ? { attention: null } : { 'attention.code': attention };
}

/** A page of links, newest first. */
export async function listLinks(
  { links, people }: Searched,
  { portalId, state, rhythm, attention, text }: LinkFilter,
  page: Page,
): Promise<LinkDoc[]> {
  const filter = {
    ...{ portalId: portalId || undefined, state, rhythm },
    ...toAttentionFilter(attention),
    ...(text ? await toTextFilter(people, text, portalId) : {}),
  };
  return listFromNewest(links.model, filter, page);
}
