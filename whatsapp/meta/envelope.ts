import { z } from 'zod';

/** One change of a delivery: a field's news about one of the business' numbers. */
export interface MetaChange {
  field: string;
  /** Null: the change is of no number, or does not say of which. */
  phoneNumberId: string | null;
  /** The number as Meta shows it; null where it is not told. */
  displayPhone: string | null;
  value: Record<string, unknown>;
  /** The same envelope with another value, as it is kept where that cannot be read. */
  wrap: (value: unknown) => unknown;
}

/** A delivery's changes, and those of its parts that have no form that is known. */
export interface MetaDelivery {
  changes: MetaChange[];
  broken: unknown[];
}

const id = z.union([z.string(), z.number().transform(String)]);
const entryShape = z.looseObject({ id: z.unknown().optional(), changes: z.array(z.unknown()) });
const bodyShape = z.looseObject({
  object: z.literal('whatsapp_business_account'),
  entry: z.array(z.unknown()),
});
const changeShape = z.looseObject({ field: z.string().max(100), value: z.record(z.string(), z.unknown()) });
const metadataShape = z.looseObject({
  phone_number_id: id.nullish().catch(null),
  display_phone_number: id.nullish().catch(null),
});

const wrapIn = (entryId: unknown, field: string) => (value: unknown) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: entryId ?? null, changes: [{ field, value }] }],
});

function readChange(entryId: unknown, given: unknown): MetaChange | null {
  const { data } = changeShape.safeParse(given);
  if (!data) return null;
  const { field, value } = data;
  const metadata = metadataShape.safeParse(value['metadata']).data;
  return {
    ...{ field, value, wrap: wrapIn(entryId, field) },
    phoneNumberId: metadata?.phone_number_id ?? null,
    displayPhone: metadata?.display_phone_number ?? null,
  };
}

/** The changes of one POST: of several businesses and several of their numbers, each by itself. */
export function readDelivery(body: unknown): MetaDelivery {
  const delivery: MetaDelivery = { changes: [], broken: [] };
  const { data } = bodyShape.safeParse(body);
  if (!data) return { changes: [], broken: [body] };
  for (const one of data.entry) {
    const entry = entryShape.safeParse(one).data;
    if (!entry) delivery.broken.push(one);
    for (const given of entry?.changes ?? []) {
      const change = readChange(entry?.id, given);
      if (change) delivery.changes.push(change);
      else delivery.broken.push(given);
    }
  }
  return delivery;
}
