import { parsePhone, type CountryCode } from '../domain/phone';
import { toCountry } from '../linking/look-up';
import type { PortalDoc } from '../store/portals/portal-schema';
import type { Store } from '../store/store';
import type { ApiContext } from './context';
import { badField, orNotFound, Problem } from './http/problem';

/** A portal that can be worked with, or the problem that it cannot. */
export async function loadConnected(store: Store, portalId: string): Promise<PortalDoc> {
  const portal = orNotFound(await store.portals.load(portalId), 'portal');
  if (portal.disconnectedAt === null) return portal;
  throw new Problem('portal_disconnected', { detail: 'Set its webhook and start again to connect it.' });
}

/** The portal that was named, if it is connected, or the only one that is. */
export async function choosePortal(store: Store, portalId: string | undefined): Promise<PortalDoc> {
  if (portalId !== undefined) return loadConnected(store, portalId);
  const [only, ...others] = await store.portals.list();
  if (!only) throw new Problem('no_portal', { detail: 'Set BITRIX24_WEBHOOK_URL and start again.' });
  if (others.length > 0)
    throw badField('portalId', 'is needed: several portals are connected', 'portal_required');
  return only;
}

/** The chosen portal with its contacts, which are asked over the network. */
export async function openPortal({ store, portalOf }: ApiContext, portalId: string | undefined) {
  const portal = await choosePortal(store, portalId);
  const { contacts } = await portalOf(portal._id);
  return { portal, contacts };
}

/** The country that numbers without one belong to: the portal's, else ours. */
export const countryOf = (
  portal: Pick<PortalDoc, 'defaultCountry'>,
  ours: string | null,
): CountryCode | null => toCountry(portal.defaultCountry ?? ours);

/** A typed phone as E.164, read with `countryOf` its portal. Throws a 422 naming the field. */
export function readPhone(
  phone: string,
  portal: Pick<PortalDoc, 'defaultCountry'>,
  ours: string | null,
  field = 'phone',
): string {
  const parsed = parsePhone(phone, countryOf(portal, ours));
  if (parsed) return parsed.e164;
  throw badField(
    field,
    'is no full phone number; write it with its country, such as +49 170 1234567',
    'bad_phone',
  );
}
