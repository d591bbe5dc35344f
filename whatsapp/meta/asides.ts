import { z } from 'zod';
import { isStrong, type Identity } from '../../domain/identity';
import { readIdentity, type MetaPeople } from './people';

const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

const syncShape = z.looseObject({
  action: text,
  contact: z.looseObject({
    ...{ full_name: text, first_name: text, phone_number: text, wa_id: text },
    ...{ user_id: text, parent_user_id: text, username: text },
  }),
});

const toPerson = (
  addresses: Parameters<typeof readIdentity>[0],
  { name, username }: { name?: string | null | undefined; username?: string | null | undefined },
  people: MetaPeople,
): Identity[] => {
  const [waId, userId, parentId] = addresses;
  const contact = {
    ...{ wa_id: waId, user_id: userId, parent_user_id: parentId, username },
    profile: { name },
  };
  const identity = readIdentity([], { ...people, contacts: [contact] }, { isOnly: true });
  return identity.aliases.some(isStrong) ? [identity] : [];
};

/** The phone's own address book. What is taken out of it there stays known here. */
export function listSynced(given: unknown, people: MetaPeople): Identity[] {
  return listed(given).flatMap((one) => {
    const { data } = syncShape.safeParse(one);
    if (!data || data.action === 'remove') return [];
    const { full_name: full, first_name: first, username, phone_number: phone, wa_id: waId } = data.contact;
    const { user_id: user, parent_user_id: parent } = data.contact;
    return toPerson([phone ?? waId, user, parent], { name: full ?? first, username }, people);
  });
}

const statusShape = z.looseObject({
  ...{ recipient_id: text, recipient_user_id: text, recipient_parent_user_id: text, recipient_type: text },
});

/** Of the fate of what we sent, in whatever order it comes, only by which names its addressee is known. */
export function listRecipients(given: unknown, people: MetaPeople): Identity[] {
  return listed(given).flatMap((one) => {
    const { data } = statusShape.safeParse(one);
    if (!data || data.recipient_type === 'group') return [];
    const addresses = [data.recipient_id, data.recipient_user_id, data.recipient_parent_user_id];
    return toPerson(addresses, {}, people).filter(({ aliases }) => aliases.length > 1);
  });
}
