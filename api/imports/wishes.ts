import { z } from 'zod';
import { dayOrders, type FileAnswers } from '../../domain/export/chat-file';
import { badField } from '../http/problem';
import { idField, phoneField } from '../http/fields';

const isTimeZone = (value: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).format() !== '';
  } catch {
    return false;
  }
};

const speakerField = z.string().trim().max(200);

const common = {
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, 'is no time zone such as Europe/Berlin')
    .optional()
    .meta({ description: 'The zone of the phone; the portal’s unless given.' }),
  dayOrder: z
    .enum(dayOrders)
    .optional()
    .meta({ description: 'The order of day, month and year in its dates.' }),
  me: speakerField.optional().meta({ description: 'The speaker that is us; empty: we do not speak in it.' }),
  contact: speakerField
    .optional()
    .meta({ description: 'The speaker that is the contact; the other one is us.' }),
  phone: phoneField.optional().meta({ description: 'The number of the contact.' }),
};

export const fileQuery = z.strictObject(common);

export const fileAnswer = z.strictObject({
  ...common,
  groupChatId: idField.optional().meta({ description: 'It is the chat of this group.' }),
  groupTitle: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'It is the chat of a group of this name that is not known yet.' }),
  participants: z
    .array(z.object({ name: speakerField, phone: phoneField }))
    .max(1_024)
    .optional()
    .meta({ description: 'The numbers of speakers of a group, whose contacts get it on their pages.' }),
});

type FileWish = z.output<typeof fileAnswer>;

/** Of two speakers the other one is us. */
function toMe({ me, contact }: FileWish, names: readonly string[]): string | undefined {
  if (me !== undefined && me !== '' && !names.includes(me))
    throw badField('me', 'is nobody who speaks in the chat');
  if (contact === undefined || me !== undefined) return me;
  if (!names.includes(contact)) throw badField('contact', 'is nobody who speaks in the chat');
  if (names.length > 2) throw badField('contact', 'is for chats of two; say who is us');
  return names.find((name) => name !== contact) ?? '';
}

/** What was said now, beside what was said before. */
export function toAnswers(
  wish: FileWish,
  before: FileAnswers,
  names: readonly string[],
  readPhone: (phone: string, field: string) => string,
): FileAnswers {
  const { timeZone, dayOrder, phone, groupChatId, groupTitle, participants } = wish;
  const said: FileAnswers = {
    ...{ timeZone, dayOrder, groupChatId, groupTitle, me: toMe(wish, names) },
    e164: phone === undefined ? undefined : readPhone(phone, 'phone'),
    participants: participants?.map((one) => ({
      name: one.name,
      e164: readPhone(one.phone, 'participants'),
    })),
  };
  return {
    ...before,
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
  };
}
