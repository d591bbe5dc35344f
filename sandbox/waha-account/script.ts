import type { Said } from '../waha/waha';

/** The account's own number and name; invented like everybody here. */
export const ownPhone = '+4915799990002';
export const ownName = 'Sandbox support';
export const ownLid = '88010020030040';

/** People that the portal knows, and one that it does not. Xiaowen writes under a LID: WAHA tells her number when asked. */
const klara = { jid: '491701234567@c.us', name: 'Klara W.' };
const alina = { jid: '79123456712@c.us', name: 'Алина' };
const beatriz = { jid: '5541988773210@c.us', name: 'Bia Camargo' };
const xiaowen = { jid: '205000111222333@lid', name: '沈晓雯' };
const guest = { jid: '4915200000077@c.us', name: 'Mara (site manager)' };

export const lids: Record<string, string | null> = { '205000111222333': '8613812345670' };

export const groupId = '120363025246125486@g.us';

type Person = typeof klara;
type Picture = { picture: string };
type Step =
  | { kind: 'say'; said: Said; file?: 'voice' | 'note' | Picture }
  /** Changes what was said so many steps ago. */
  | { kind: 'react' | 'edit' | 'revoke'; back: number; by: Person | null; text: string }
  | { kind: 'subject'; text: string };
export type { Step };

const from = (person: Person, text: string | null, more: Partial<Said> = {}): Step => ({
  kind: 'say',
  said: { chatId: person.jid, name: person.name, text, ...more },
});
const to = (person: Person, text: string): Step => ({
  kind: 'say',
  said: { chatId: person.jid, fromMe: true, text },
});
const inGroup = (person: Person | null, text: string | null, more: Partial<Said> = {}): Step => ({
  kind: 'say',
  said: {
    ...{ chatId: groupId, text, fromMe: person === null },
    ...(person ? { participant: person.jid, name: person.name } : {}),
    ...more,
  },
});
const withFile = (step: Step, file: 'voice' | 'note' | Picture): Step =>
  step.kind === 'say' ? { ...step, file } : step;
const location = { latitude: 52.520008, longitude: 13.404954, description: 'Site entrance, gate B' };

/** What is said, one after the other and again from the start. */
export const script: readonly Step[] = [
  from(klara, 'Is the support number this one?'),
  to(klara, 'Yes, for everything about your installation.'),
  { kind: 'subject', text: 'Installation Lindenstraße 4' },
  inGroup(klara, 'Good morning, when does the team arrive?'),
  inGroup(null, 'Around 8:30, two colleagues.'),
  withFile(inGroup(guest, 'The plan for the second floor'), {
    picture: 'Plan of the second floor, Lindenstrasse 4',
  }),
  { kind: 'react', back: 1, by: klara, text: '👍' },
  withFile(inGroup(alina, null), 'voice'),
  inGroup(beatriz, 'Can we move it to Wenesday?'),
  { kind: 'edit', back: 1, by: beatriz, text: 'Can we move it to Wednesday?' },
  inGroup(null, 'Wednesday works, 9:00.'),
  from(xiaowen, '请问安装手册有英文版吗？'),
  to(xiaowen, '有的，马上发给您。'),
  withFile(to(klara, 'Here is the delivery note.'), 'note'),
  from(klara, null, { fields: { location } }),
  from(klara, 'Sent to the wrong chat, sorry'),
  { kind: 'revoke', back: 1, by: klara, text: '' },
  withFile(from(klara, 'This is how it looks now'), { picture: 'How the window looks now' }),
  { kind: 'react', back: 1, by: null, text: '❤️' },
];
