import { parsePhone, isCountryCode } from '../domain/phone';
import type { PortalDoc } from '../store/portals';
import type { Store } from '../store/store';
import { badField, notFound, Problem } from './http/problem';

/** The portal that was named, or the only one there is. */
export async function choosePortal(store: Store, portalId: string | undefined): Promise<PortalDoc> {
  if (portalId !== undefined) {
    const named = await store.portals.load(portalId);
    if (!named) throw notFound('No such portal.');
    return named;
  }
  const [only, ...others] = await store.portals.list();
  if (!only) throw new Problem('no_portal', { detail: 'Set BITRIX24_WEBHOOK_URL and start again.' });
  if (others.length > 0)
    throw badField('portalId', 'is needed: several portals are connected', 'portal_required');
  return only;
}

/** What somebody typed as E.164, read with the country of the portal, else with ours. Throws a 422 naming the field. */
export function readPhone(
  phone: string,
  portal: Pick<PortalDoc, 'defaultCountry'>,
  ours: string | null,
  field = 'phone',
): string {
  const country = portal.defaultCountry ?? ours;
  const parsed = parsePhone(phone, country !== null && isCountryCode(country) ? country : null);
  if (parsed) return parsed.e164;
  throw badField(
    field,
    'is no full phone number; write it with its country, such as +49 170 1234567',
    'bad_phone',
  );
}
