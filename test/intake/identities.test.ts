import fc from 'fast-check';
import { toPhoneAlias, type Alias, type Identity } from '../../domain/identity';
import type { AccountDoc } from '../../store/accounts';
import { learnAddressBook } from '../../intake/address-book';
import { ingestMessage } from '../../intake/ingest-message';
import type { Store } from '../../store/store';
import { parseIngestEnvelope } from '../../whatsapp/ingest/envelope';
import { translateIngestMessage } from '../../whatsapp/ingest/translate';
import { translateWaha } from '../../whatsapp/waha/translate';
import { addPortal, useStore } from '../scenes/store';
import { link, tell, toMessage } from '../scenes/merge';

const store = useStore();
let portalId: string;
let account: AccountDoc;

beforeEach(async () => {
  ({ portalId, account } = await addPortal(store));
});

const phone = toPhoneAlias('+491701234567');
const maria = toPhoneAlias('+491707654321');
const lid: Alias = { kind: 'lid', key: 'lid:4639135154355' };
const otherLid: Alias = { kind: 'lid', key: 'lid:4639135154356' };
const bsuid: Alias = { kind: 'bsuid', key: 'bsuid:portfolio/1/DE.1' };
const username: Alias = { kind: 'username', key: 'username:klaus.w' };

const say = (aliases: Alias[], id: string) => ingestMessage(store, account, toMessage(aliases, id), 'test');
const learn = (...identities: Identity[]) => learnAddressBook(store, portalId, identities, 'book');
const pair = (...aliases: Alias[]): Identity => ({ aliases, name: null });
const find = ({ key }: Alias) => store.people.findByAlias(portalId, key);
const load = async (alias: Alias) => {
  const person = await find(alias);
  if (!person) throw new Error('nobody has this alias');
  return person;
};
const countPeople = () => store.people.model.countDocuments({ portalId, mergedInto: null }).exec();

test.each([
  ['LID', lid],
  ['BSUID', bsuid],
])(
  'what a %s said before its number was known is backed up once an address book tells the pair',
  async (_, hidden) => {
    await say([hidden], 'early');
    await say([phone], 'P');
    const linked = await link(store, portalId, phone);
    await tell(store, linked);
    await store.links.setRhythm(linked._id, 'parked', ['rounds']);
    expect(await learn(pair(phone, hidden))).toEqual([linked._id]);
    expect((await load(hidden))._id).toBe((await load(phone))._id);
    expect(await store.chats.listDirect(portalId, linked.personId)).toHaveLength(1);
    expect(await tell(store, linked)).toBe(1);
    expect(await learn(pair(phone, hidden))).toEqual([]);
  },
);

test('the rest of an address book is none of ours', async () => {
  expect(await learn(pair(phone, lid), { aliases: [maria], name: 'Maria' })).toEqual([]);
  expect(await countPeople()).toBe(0);
});

test('a pair known already costs no write', async () => {
  await say([phone, lid], 'P');
  await learn({ aliases: [phone, lid, username], name: 'Klaus W.' });
  const refuse = () => Promise.reject(new Error('written'));
  const reading: Store = {
    ...store,
    people: { ...store.people, findOrCreate: refuse, rememberName: refuse },
  };
  const known = { aliases: [phone, lid, username], name: 'Klaus W.' };
  await learnAddressBook(reading, portalId, [known], 'book');
  await expect(learnAddressBook(reading, portalId, [pair(phone, bsuid)], 'book')).rejects.toThrow('written');
});

test('one BSUID in two portfolios is two people', async () => {
  const elsewhere: Alias = { kind: 'bsuid', key: 'bsuid:portfolio/2/DE.1' };
  await say([bsuid], 'A');
  await say([elsewhere], 'B');
  expect(await countPeople()).toBe(2);
});

test('each alias and name has when and where it was first seen', async () => {
  await say([phone, lid], 'A');
  await learn({ aliases: [phone, bsuid, username], name: 'Weber Ltd' });
  await learn({ aliases: [phone, bsuid, username], name: 'Weber Ltd' });
  const { aliases, names, usernames, name } = await load(phone);
  const seen = (source: string) => ({ source, firstSeenAt: expect.any(Date) as Date });
  expect(aliases).toMatchObject([
    { ...phone, ...seen('test') },
    { ...lid, ...seen('test') },
    { ...bsuid, ...seen('book') },
  ]);
  expect(usernames).toMatchObject([{ ...username, ...seen('book'), seenElsewhereAt: null }]);
  expect(names).toMatchObject([
    { name: 'Klaus', ...seen('test') },
    { name: 'Weber Ltd', ...seen('book') },
  ]);
  // The person's own name is shown before the one of an address book.
  expect(name).toBe('Klaus');
});

test('a username that goes to somebody else is recorded, and merges nobody', async () => {
  await say([phone, username], 'A');
  await say([otherLid, username], 'B');
  await say([maria, username], 'C');
  await learn(pair(lid, username), pair(phone, username));
  expect(await countPeople()).toBe(3);
  expect(await find(lid)).toBeNull();
  const noted = await Promise.all(
    [phone, otherLid, maria].map(async (alias) => (await load(alias)).usernames?.[0]),
  );
  expect(noted.map((one) => [one?.key, one?.seenElsewhereAt instanceof Date])).toEqual([
    [username.key, true],
    [username.key, true],
    [username.key, false],
  ]);
  expect(await store.reviews.model.countDocuments({ portalId })).toBe(0);
  expect((await load(phone)).aliases.map(({ kind }) => kind)).toEqual(['phone']);
});

test('people who have nothing in common but a username stay two when a pair becomes known', async () => {
  await say([lid, username], 'A');
  await say([phone, username], 'B');
  expect(await countPeople()).toBe(2);
  await learn(pair(lid, phone));
  expect(await countPeople()).toBe(1);
  expect((await load(phone)).usernames).toHaveLength(1);
});

/** Takes a whole ingest request in, as the route does. */
async function takeRequest(request: object): Promise<void> {
  const context = {
    receivedAt: new Date(),
    ownAliases: [toPhoneAlias(account.e164)],
    accountId: account._id,
  };
  const parsed = parseIngestEnvelope(request, context);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  await learnAddressBook(store, portalId, parsed.envelope.identities, 'ingest');
  for (const raw of parsed.envelope.messages) {
    const translation = translateIngestMessage(raw, parsed.envelope);
    if (translation.kind !== 'message') throw new Error(JSON.stringify(translation));
    await ingestMessage(store, account, translation.message, 'ingest');
  }
}

const seconds = (minute: number) => 1_795_300_000 + minute * 60;
const text = (id: string, chatId: string, minute = 0) => ({
  ...{ id, chatId, fromMe: false, timestamp: seconds(minute), text: id },
});

test('a request tells pairs, BSUIDs, usernames and a changed number, all the way to the people', async () => {
  await takeRequest({ messages: [text('A', '4639135154355@lid'), text('B', 'DE.1')] });
  expect(await countPeople()).toBe(2);
  await takeRequest({
    identities: [{ lid: '4639135154355', phone: phone.key.slice(6), bsuid: 'DE.1', username: '@klaus.w' }],
    messages: [text('C', '+491701234567')],
  });
  expect(await countPeople()).toBe(1);
  const system = { kind: 'number_changed', phone: '+491707654321', bsuid: 'DE.2' };
  const notice = { ...text('N', '491701234567@c.us', 5), type: 'system', system };
  await takeRequest({ messages: [notice, text('D', '+491707654321', 6), text('E', 'DE.2', 7)] });
  await takeRequest({ messages: [notice] });
  const person = await load(maria);
  expect(await countPeople()).toBe(1);
  expect(person.former).toMatchObject([{ key: phone.key, movedTo: maria.key }]);
  expect(person.usernames).toMatchObject([{ key: username.key }]);
  const chats = await store.chats.listDirect(portalId, person._id);
  const messages = await store.messages.model.find({ chatId: { $in: chats.map(({ _id }) => _id) } }).lean();
  expect(messages.map(({ stanzaId }) => stanzaId).sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'N']);
});

test('the digits of a LID are never somebody’s phone, whatever path they take into the store', async () => {
  const user = fc.stringMatching(/^[1-9]\d{9,14}$/);
  const form = fc.constantFrom('@lid', ':3@lid', '_1:2@lid', '@hosted.lid', '@LID');
  await fc.assert(
    fc.asyncProperty(user, user, form, fc.boolean(), async (one, other, server, isGroup) => {
      ({ portalId, account } = await addPortal(store));
      const [jid, participant] = [`${one}${server}`, `${other}${server}`];
      const chatId = isGroup ? '120363321708924123@g.us' : jid;
      await takeRequest({
        identities: [
          { lid: jid, bsuid: 'DE.1' },
          { lid: other, username: 'ana' },
        ],
        chats: [{ id: chatId, participants: [{ id: participant, name: 'Ana' }] }],
        messages: [{ ...text('A', chatId), sender: { id: isGroup ? participant : jid, name: 'Ana' } }],
      });
      const payload = { id: `false_${jid}_B`, from: jid, fromMe: false, timestamp: seconds(0), body: 'B' };
      for (const told of translateWaha({ event: 'message', payload })) {
        if (told.kind === 'message') await ingestMessage(store, account, told.message, 'waha');
      }
      const people = await store.people.model.find({ portalId }).lean().exec();
      expect(people.length).toBeGreaterThan(0);
      for (const { aliases } of people) expect(aliases.map(({ kind }) => kind)).not.toContain('phone');
    }),
    { numRuns: 20 },
  );
});
