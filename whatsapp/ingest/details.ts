import type { Details, Named, SharedContact } from '../../domain/content/details';
import type { MessageKind } from '../../domain/content/kind';
import { isAmong } from '../people';
import { parseVCard } from '../vcard';
import type { IngestEnvelope } from './envelope';
import { findAddressAlias } from './aliases';
import type { IngestMessage } from './schema';

/** Without what was not given. */
const given = <Value extends object>(value: Value): { [Key in keyof Value]: NonNullable<Value[Key]> } =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field != null && field !== '')) as {
    [Key in keyof Value]: NonNullable<Value[Key]>;
  };

function toTime(value: number | string | null | undefined): Date | undefined {
  const number = Number(value ?? NaN);
  const at = new Date(number > 1e11 ? number : number * 1_000);
  return at.getTime() > 0 && at.getTime() < Date.UTC(2200, 0) ? at : undefined;
}

function toContact({ name, phones, vcard }: NonNullable<IngestMessage['contacts']>[number]): SharedContact {
  const card = parseVCard(vcard ?? '');
  return { name: name ?? card.name, phones: phones ?? card.phones };
}

function toNamed(addresses: readonly string[] | null | undefined, envelope: IngestEnvelope): Named[] {
  return (addresses ?? []).flatMap((address) => {
    const alias = findAddressAlias(address, envelope.bsuidScope);
    if (!alias) return [];
    return [{ key: alias.key, ...(isAmong(alias, envelope.ownAliases) ? { isUs: true as const } : {}) }];
  });
}

/** What each kind says in fields of its own. */
const readers: { [kind in MessageKind]?: (message: IngestMessage, envelope: IngestEnvelope) => Details } = {
  location({ location }) {
    if (!location) return {};
    const { latitude, longitude, name, address, live } = location;
    return {
      place: { latitude, longitude, ...given({ name, address, isLive: live || null }) },
    };
  },
  contacts({ contacts }) {
    const known = (contacts ?? [])
      .map(toContact)
      .filter(({ name, phones }) => name !== null || phones.length > 0);
    return known.length > 0 ? { contacts: known } : {};
  },
  poll({ poll, text }) {
    return poll ? { poll: { question: poll.question ?? text ?? null, options: poll.options ?? [] } } : {};
  },
  event({ invitation }) {
    if (!invitation) return {};
    const { name = null, startsAt, endsAt, place, link, cancelled } = invitation;
    const times = { startsAt: toTime(startsAt), endsAt: toTime(endsAt) };
    return {
      invitation: {
        name,
        ...given({ ...times, place, link, isCancelled: cancelled || null }),
      },
    };
  },
  order({ order }) {
    if (!order) return {};
    const { title = null, ...more } = order;
    return { order: { title, ...given(more) } };
  },
  product({ product }) {
    if (!product) return {};
    const { title = null, ...more } = product;
    return { product: { title, ...given(more) } };
  },
  invite: ({ groupInvite }) => given({ groupInvite }),
  call({ call }) {
    const { video, outcome, durationMs } = call ?? {};
    return { call: { isVideo: video ?? false, ...given({ outcome, durationMs }) } };
  },
  system({ group }, envelope) {
    if (!group) return {};
    const { change, people, value } = group;
    return { group: { change, people: toNamed(people, envelope), ...given({ value }) } };
  },
};

/** All that the message says besides its text. */
export function readDetails(message: IngestMessage, kind: MessageKind, envelope: IngestEnvelope): Details {
  const { replyTo, viewOnce, broadcast, media } = message;
  const mentions = toNamed(message.mentions, envelope);
  const type = replyTo?.type === 'reaction' ? null : replyTo?.type;
  const isSound = kind === 'voice' || kind === 'audio' || kind === 'video';
  return {
    ...readers[kind]?.(message, envelope),
    ...(isSound && media?.durationMs ? { durationMs: media.durationMs } : {}),
    ...(replyTo?.id || replyTo?.story || type
      ? { reply: { ...(replyTo?.story ? { isStory: true } : {}), ...(type ? { kind: type } : {}) } }
      : {}),
    ...(mentions.length > 0 ? { mentions } : {}),
    ...(viewOnce ? { viewOnce: true } : {}),
    ...(broadcast ? { broadcast: true } : {}),
  };
}
