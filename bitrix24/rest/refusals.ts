import type { Bitrix24Error } from '../errors';
import { askAdmin, type Refusal, type Row, rows, unclear, unknown, wait } from './refusal-table';

/** The one error class whose remedy fits the refusal. What no row knows: 5xx is unknown, the rest unclear. */
export function toError(refusal: Refusal): Bitrix24Error {
  const row = rows.find((candidate) => matches(candidate, refusal));
  if (row) return row.to(refusal);
  return refusal.status !== null && (refusal.status >= 500 || refusal.status < 400)
    ? unknown(refusal)
    : unclear(refusal);
}

/** A page instead of JSON. A 4xx is a proxy's refusal and was not carried out; everything else may have been. */
export function toPageError(page: { status: number; method: string; retryAfterMs: number | null }) {
  const { status } = page;
  const refusal = { ...page, code: `HTTP_${status}`, description: '', crmContactId: null };
  if (status === 429) return wait('requests', 60_000)(refusal);
  if (status < 400 || status >= 500 || status === 408) return unknown(refusal);
  return askAdmin(
    'The address of the portal answers with a page instead of REST: check it.',
    'request',
  )(refusal);
}

function matches({ codes, statuses, description }: Row, refusal: Refusal): boolean {
  if (codes && !codes.some((code) => code.toUpperCase() === refusal.code.toUpperCase())) return false;
  // Inside a batch there is no status: a row that asks for one is then decided by its code and description.
  if (statuses && (refusal.status === null ? !codes : !statuses.includes(refusal.status))) return false;
  return description ? description.test(refusal.description) : true;
}
