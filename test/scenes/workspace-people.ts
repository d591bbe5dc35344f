import type { IncomingMessage } from '../../domain/message';
import { ingestMessage } from '../../intake/ingest-message';
import { toIncoming } from '../helpers/incoming';
import { linkOne, personWith } from './link-one';
import { eventually, requestLink, say, type Product } from './product';

interface Cast {
  name: string;
  phone: string;
  says: readonly string[];
  /** The name on the contact's card; null: nobody has the number. */
  card?: string | null;
}

/** Names and texts that a page must bear: markup, BB code, other directions, emoji, lengths. */
export const planted = {
  markup: '<img src=x onerror="document.title=\'broken\'">',
  bbCode: '[url=https://example.com]click[/url] [b]bold[/b]',
  override: 'abc\u202Egnp.exe',
};

const cast: readonly Cast[] = [
  {
    name: 'Ana Souza',
    phone: '+5511988887777',
    says: ['Good morning! Is the order ready?', 'I can come by at 4 pm 🙂'],
  },
  {
    name: 'Klaus Weber',
    phone: '+491701234567',
    says: ['Guten Tag, das Angebot ist angekommen.', 'Können wir morgen telefonieren?'],
  },
  {
    name: 'Мария Иванова',
    phone: '+79161234567',
    says: ['Здравствуйте! Счёт оплачен.', 'Спасибо за быстрый ответ 👍'],
  },
  { name: 'محمد الأحمد', phone: '+971501234567', says: ['مرحبا، متى يصل الطلب رقم 4471؟', 'شكرا جزيلا'] },
  { name: 'Lucía Fernández de la Torre y Martínez-Echevarría', phone: '+34612345678', says: ['Buenos días'] },
  { name: '🌸 Flower Shop 🌸', phone: '+4917699998888', says: ['We deliver 120 roses on Friday 🌹🌹🌹'] },
  {
    name: planted.markup,
    phone: '+4915111112222',
    says: [planted.markup, planted.bbCode, planted.override],
    card: 'Peter Plant',
  },
  { name: 'João Pereira', phone: '+351912345678', says: ['Olá! Tudo bem?'] },
  { name: 'Sophie Martin', phone: '+33612345678', says: ['Bonjour'] },
  { name: 'Tom Becker', phone: '+491715550001', says: ['Is this still available?'] },
];

const strangers: readonly Cast[] = [
  { name: 'Nina Vogel', phone: '+491729990001', says: ['Hello, I found your number online.'], card: null },
  { name: 'Chen Wei', phone: '+8613812345678', says: ['你好，请问有现货吗？'], card: null },
];

/** What is no text, as people send it, and what others plant in it. */
const shown: Partial<IncomingMessage>[] = [
  { kind: 'poll', details: { poll: { question: planted.markup, options: ['Monday', 'Tuesday'] } } },
  { kind: 'location', details: { place: { latitude: 52.52, longitude: 13.4, name: 'Alexanderplatz' } } },
  { kind: 'contacts', details: { contacts: [{ name: 'Ute Vogel', phones: ['+4930123456'] }] } },
  {
    kind: 'order',
    details: { order: { title: 'Roses', itemCount: 120, items: ['red', 'white'], total: '99 EUR' } },
  },
  { kind: 'event', details: { invitation: { name: 'Tasting', startsAt: new Date('2026-12-01T18:00:00Z') } } },
  { kind: 'call', details: { call: { isVideo: true, outcome: 'missed' } } },
];

async function showMore(product: Product, peer: string): Promise<void> {
  const { store, account } = product;
  for (const [place, more] of shown.entries()) {
    const at = new Date(Date.now() - (40 - place) * 60_000);
    const incoming = toIncoming({ id: `shown ${place}`, text: '', peer, name: null, at });
    await ingestMessage(store, account, { ...incoming, text: null, ...more }, 'test');
  }
}

/** Two who are paused: one has messages that wait, one needs a person. No workflow is theirs, so that nothing takes that away. */
async function addPaused({ store, portal, portalId, account }: Product): Promise<void> {
  const add = async (name: string, phone: string) => {
    const crmContactId = portal.addContact({ name, phones: [phone] });
    const personId = await personWith(store, portalId, phone, name);
    const { _id } = await linkOne(store, portalId, personId, crmContactId);
    await store.links.setRhythm(_id, 'paused', ['rounds', 'parked']);
    return _id;
  };
  const peer = '+351912345000';
  await add('Rita Waiting', peer);
  for (const id of ['waits 1', 'waits 2'])
    await ingestMessage(
      store,
      account,
      toIncoming({ id, text: 'Are you there?', peer, name: 'Rita Waiting' }),
      'test',
    );
  const needy = await add('Nuno Needy', '+351912345001');
  const advice = 'Bitrix24 does not show us the contact any more.';
  const since = new Date().toISOString();
  await store.links.setAttention(needy, { code: 'contact_unreadable', advice, since });
}

/** Fills the product with people who have written: linked ones, strangers, and one whose number two contacts have. */
export async function fillWithPeople(product: Product): Promise<{ linkIds: string[] }> {
  const { portal } = product;
  const linkIds: string[] = [];
  let minutes = 90;
  const speak = async ({ name, phone, says }: Cast) => {
    for (const [number, text] of says.entries()) {
      minutes -= 2;
      const at = new Date(Date.now() - minutes * 60_000);
      await say(product, { id: `${phone}-${number}`, text, peer: phone, name, at });
    }
    const at = new Date(Date.now() - (minutes - 1) * 60_000);
    await say(product, {
      id: `${phone}-us`,
      text: 'Thank you for writing, we will answer at once.',
      peer: phone,
      fromMe: true,
      at,
    });
  };
  for (const person of cast) {
    await speak(person);
    if (person.name === planted.markup) await showMore(product, person.phone);
    portal.addContact({ name: person.card ?? person.name, phones: [person.phone] });
    linkIds.push(await requestLink(product, { phone: person.phone, name: person.name }));
  }
  for (const person of strangers) await speak(person);
  portal.addContact({ name: 'Eva Stone', phones: ['+49 160 5550003'] });
  portal.addContact({ name: 'Eva Stone (Stone & Sons)', phones: ['0160 5550003'] });
  await speak({ name: 'Eva', phone: '+491605550003', says: ['Which of us is it?'] });
  await requestLink(product, { phone: '+491605550003', name: 'Eva' });
  await eventually('the links are made', async () => {
    const links = await Promise.all(linkIds.map((linkId) => product.store.links.load(linkId)));
    return links.every((link) => link?.state === 'linked' && link.messagesBackedUp > 0);
  });
  await addPaused(product);
  return { linkIds };
}
