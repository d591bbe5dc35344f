import type { Order, Product } from '../../../domain/content/details';
import { firstText, readNumber, readText } from '../engine-data';
import { short, type Found } from './cards';

/** Amounts come in thousandths. */
function toPrice(thousandths: number | null, currency: string | null): string | null {
  if (thousandths === null) return null;
  return [(thousandths / 1_000).toFixed(2), short(currency, 8)].filter(Boolean).join(' ');
}

/** whatsapp-web.js has the fields in the message itself. */
const sidesOf = ({ content, data }: Found): unknown[] => [content, data];

const numberOf = (found: Found, name: string): number | null =>
  sidesOf(found)
    .map((side) => readNumber(side, name))
    .find((value) => value !== null) ?? null;
const textOf = (found: Found, name: string): string | null =>
  sidesOf(found)
    .map((side) => readText(side, name))
    .find((value) => value !== null) ?? null;

export function readOrder(found: Found): Order | null {
  const title = short(textOf(found, 'orderTitle'));
  const itemCount = numberOf(found, 'itemCount');
  const total = toPrice(numberOf(found, 'totalAmount1000'), textOf(found, 'totalCurrencyCode'));
  if (!title && itemCount === null && !total) return null;
  return { title, ...(itemCount === null ? {} : { itemCount }), ...(total ? { total } : {}) };
}

export function readProduct({ key, content, data }: Found): Product | null {
  const given = key === 'productMessage' ? (firstText(content, ['product.title']) ? content : null) : null;
  const at = (name: string): string[] => [`product.${name}`, name];
  const side = given ?? data;
  const title = short(firstText(side, at('title')));
  if (!title) return null;
  const amount = readNumber(side, 'product', 'priceAmount1000') ?? readNumber(side, 'priceAmount1000');
  const price = toPrice(amount, firstText(side, [...at('currencyCode'), 'currency']));
  const description = short(firstText(side, at('description')), 500);
  const link = short(firstText(side, at('url')));
  return {
    title,
    ...(description ? { description } : {}),
    ...(price ? { price } : {}),
    ...(link ? { link } : {}),
  };
}
