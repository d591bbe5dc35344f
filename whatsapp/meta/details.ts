import type { Details, Order, Place, SharedContact } from '../../domain/content/details';
import type { MessageKind } from '../../domain/message';
import { clip, oneLine } from '../clip';
import { parseVCard } from '../vcard';
import type { MetaContent } from './payload';

const maxContacts = 50;
const maxItems = 50;

/** One line of at most so many characters, or null. */
export const short = (text: string | null | undefined, maxCharacters = 256): string | null =>
  oneLine(clip(text ?? '', maxCharacters)) || null;

function readPlace({ location }: MetaContent): Place | null {
  const { latitude, longitude, name, address } = location ?? {};
  const isPoint = (value: number | null | undefined, most: number): value is number =>
    typeof value === 'number' && Math.abs(value) <= most;
  if (!isPoint(latitude, 90) || !isPoint(longitude, 180)) return null;
  const [shownName, shownAddress] = [short(name), short(address)];
  return {
    ...{ latitude, longitude },
    ...(shownName && { name: shownName }),
    ...(shownAddress && { address: shownAddress }),
  };
}

type Shared = NonNullable<MetaContent['contacts']>[number];

function toShared({ name, org, phones, vcard }: Shared): SharedContact {
  const parts = [name?.first_name, name?.last_name].filter(Boolean).join(' ');
  const card = vcard ? parseVCard(vcard) : { name: null, phones: [] };
  const numbers = (phones ?? [])
    .slice(0, 10)
    .flatMap(({ phone, wa_id: waId }) => short(phone, 64) ?? (waId ? `+${clip(waId, 20)}` : []));
  const shown = short(name?.formatted_name, 128) ?? short(parts, 128) ?? card.name;
  return { name: shown ?? short(org?.company, 128), phones: numbers.length > 0 ? numbers : card.phones };
}

function readContacts({ contacts }: MetaContent): SharedContact[] | null {
  const known = (contacts ?? [])
    .slice(0, maxContacts)
    .map(toShared)
    .filter(({ name, phones }) => name !== null || phones.length > 0);
  return known.length > 0 ? known : null;
}

const isAmount = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e12;

type Item = NonNullable<NonNullable<MetaContent['order']>['product_items']>[number];

function toItem(item: Item): string {
  const { quantity, product_retailer_id: id, item_price: price, currency } = item;
  const count = isAmount(quantity) ? `${quantity} × ` : '';
  const cost = isAmount(price) ? `, ${price} ${short(currency, 8) ?? ''}`.trimEnd() : '';
  return `${count}${short(id, 100) ?? 'a product'}${cost}`;
}

/** All items in one currency, or nothing is said of the sum. */
function sumOf(items: readonly Item[]): string | null {
  const currencies = new Set(items.map(({ currency }) => short(currency, 8)));
  const [currency] = currencies;
  if (currencies.size !== 1 || !currency) return null;
  const costs = items.map(({ quantity, item_price: price }) =>
    isAmount(quantity) && isAmount(price) ? quantity * price : NaN,
  );
  const sum = costs.reduce((all, cost) => all + cost, 0);
  return isAmount(sum) ? `${Number(sum.toFixed(2))} ${currency}` : null;
}

function readOrder({ order }: MetaContent): Order | null {
  if (!order) return null;
  const items = order.product_items ?? [];
  const counts = items.map(({ quantity }) => (isAmount(quantity) ? quantity : 1));
  const total = sumOf(items);
  return {
    title: null,
    itemCount: counts.reduce((all, count) => all + count, 0),
    ...(total === null ? {} : { total }),
    items: items.slice(0, maxItems).map(toItem),
  };
}

function readOfKind(content: MetaContent, kind: MessageKind): Details {
  const place = kind === 'location' ? readPlace(content) : null;
  const contacts = kind === 'contacts' ? readContacts(content) : null;
  const order = kind === 'order' ? readOrder(content) : null;
  return { ...(place && { place }), ...(contacts && { contacts }), ...(order && { order }) };
}

/** What the message says besides its text: of what it answers Meta gives the id only, of a product asked about its number in the catalogue. */
export function readDetails(content: MetaContent, kind: MessageKind): Details {
  const { context, referral } = content;
  const ad = short(referral?.headline) ?? short(referral?.body) ?? short(referral?.source_url);
  const isAboutProduct = Boolean(context?.referred_product);
  return {
    ...readOfKind(content, kind),
    ...(ad && (kind === 'text' || kind === 'unsupported') ? { ad } : {}),
    ...(isAboutProduct ? { reply: { kind: 'product' as const } } : context?.id ? { reply: {} } : {}),
  };
}

export const readQuotedProduct = ({ context }: MetaContent): string | null =>
  short(context?.referred_product?.product_retailer_id, 100);
