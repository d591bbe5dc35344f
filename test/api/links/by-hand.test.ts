import { createPortalDirectory } from '../../../bitrix24/portal-directory';
import { usualSettings } from '../../../sandbox/portal-options';
import { statusQuery } from '../../../workflows/messages';
import { toLinkWorkflowId } from '../../../domain/ids';
import { useApiOf, type Reply } from '../../scenes/api';
import { eventually, say, useProduct } from '../../scenes/product';
import { countOn } from '../../scenes/watch';

const product = useProduct();
const api = useApiOf(product);

beforeAll(() => product.startWorker());
afterEach(() => product.portal.setSettings(usualSettings));

interface StoredContact {
  id: number;
  name: string;
  sourceId: string | null;
  sourceDescription: string;
  assignedById: number;
  fm: { value: string }[];
  [field: string]: unknown;
}

let next = 0;
const newPhone = () => `+49171${String(1_000_000 + (next += 1))}`;

async function contactsWith(phone: string): Promise<StoredContact[]> {
  const answer = await fetch(`${product.portal.url}/sandbox/contacts`);
  const contacts = (await answer.json()) as StoredContact[];
  return contacts.filter(({ fm }) => fm.some(({ value }) => value === phone));
}

async function onlyContactWith(phone: string): Promise<StoredContact> {
  const [contact, ...others] = await contactsWith(phone);
  if (!contact || others.length > 0) throw new Error('not exactly one contact');
  return contact;
}

const search = async (q: string) => (await api.post('/api/v1/crm/contacts/search', { q })).body;
/** Asked again while the link is pending, as it may be on a busy machine. */
async function create(phone: string, more: Record<string, unknown> = {}): Promise<Reply> {
  const reply = await api.post('/api/v1/links', { phone, createIfMissing: true, ...more });
  return reply.body.outcome === 'pending' ? create(phone, more) : reply;
}

test('contacts are found by name, number as it is written and whole e-mail, with what tells them apart', async () => {
  const add = (fields: Record<string, unknown>, emails: string[], phones: string[]) =>
    product.portal.addContact({ name: 'Mara', lastName: 'Lind', emails, phones, fields });
  const one = add({ post: 'Buyer', companyId: 7, assignedById: 4 }, ['mara@example.com'], ['0171 555 00 01']);
  const two = add({ secondName: 'Ines' }, ['m.lind@example.org'], ['+49 171 5550002']);
  const idsOf = async (q: string) =>
    (await search(q)).items.map(({ crmContactId }: { crmContactId: number }) => crmContactId);
  expect(await idsOf('lind mara')).toEqual([two, one]);
  expect(await idsOf('Ines Lind')).toEqual([two]);
  expect(await idsOf('Mara@Example.com')).toEqual([one]);
  expect(await idsOf('@example.com')).toEqual([]);
  expect(await idsOf('0049 (171) 5550001')).toEqual([one]);
  expect(await idsOf('0171/5550002')).toEqual([two]);
  expect(await idsOf(String(one))).toEqual([one]);
  const inAddress = await api.get(`/api/v1/crm/contacts?q=${encodeURIComponent('0171/5550002')}`);
  expect(inAddress.body).toEqual(await search('0171/5550002'));
  expect((await search('mara@example.com')).items[0]).toMatchObject({
    ...{ crmContactId: one, name: 'Mara Lind', phones: ['0171 555 00 01'], emails: ['mara@example.com'] },
    ...{ position: 'Buyer', crmCompanyId: 7, assignedById: 4, linkIds: [] },
  });
  const linked = await api.post('/api/v1/links', { phone: '+491715550002', crmContactId: two });
  expect((await search('m.lind@example.org')).items[0].linkIds).toEqual([linked.body.link.id]);
});

test('more contacts than are shown are told', async () => {
  for (let index = 0; index < 25; index += 1)
    product.portal.addContact({ name: 'Many', lastName: `N${index}` });
  const many = await search('many');
  expect([many.items.length, many.hasMore]).toEqual([20, true]);
  expect((await search('many N7')).hasMore).toBe(false);
});

test('ten simultaneous requests make one contact, with its name, number, responsible and source', async () => {
  const phone = newPhone();
  const asked = { name: 'Ten Times', assignedById: 4 };
  const answers = await Promise.all(Array.from({ length: 10 }, () => create(phone, asked)));
  expect(new Set(answers.map(({ body }) => body.outcome))).toEqual(new Set(['linked']));
  expect(answers.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(1);
  expect(new Set(answers.map(({ body }) => body.link.crmContactId)).size).toBe(1);
  expect(await onlyContactWith(phone)).toMatchObject({
    ...{ name: 'Ten Times', assignedById: 4, sourceId: 'OTHER', sourceDescription: 'WhatsApp' },
  });
  expect(answers[0]?.body.link.decision).toMatchObject({ by: 'created' });
});

test('a source that the portal no longer takes is left out, and one that a person names is used', async () => {
  await create(newPhone());
  const { sources } = usualSettings;
  product.portal.setSettings({ sources: [['CALL', 'Call']] });
  const phone = newPhone();
  expect((await create(phone)).body.outcome).toBe('linked');
  expect((await onlyContactWith(phone)).sourceId).toBe('CALL');
  product.portal.setSettings({ sources });
  const named = newPhone();
  expect((await create(named, { fields: { sourceId: 'WEB', lastName: 'Web' } })).status).toBe(201);
  expect(await onlyContactWith(named)).toMatchObject({ sourceId: 'WEB', lastName: 'Web' });
});

test.each([
  [
    [
      ['CALL', 'Call'],
      ['OTHER', 'Other'],
      ['7|WA', 'WhatsApp line'],
      ['UC_1', 'whatsapp'],
    ],
    'UC_1',
  ],
  [
    [
      ['CALL', 'Call'],
      ['OTHER', 'Other'],
      ['7|WA', 'WhatsApp line'],
    ],
    '7|WA',
  ],
  [
    [
      ['CALL', 'Call'],
      ['OTHER', 'Sonstiges'],
    ],
    'OTHER',
  ],
  [[['CALL', 'Call']], null],
] as [[string, string][], string | null][])(
  'of the sources %j a new contact gets %s',
  async (sources, chosen) => {
    const { store, portal, portalId } = product;
    const fresh = createPortalDirectory({
      credentials: store.portals,
      budgets: store.budgets,
      requestLimitMs: 2_000,
    });
    portal.setSettings({ sources });
    const { contacts } = await fresh.portalOf(portalId);
    expect(await contacts.findSource()).toBe(chosen);
    await fresh.close();
  },
);

test('a list of sources that cannot be read holds no contact up', async () => {
  const { store, portal, portalId } = product;
  const fresh = createPortalDirectory({
    credentials: store.portals,
    budgets: store.budgets,
    requestLimitMs: 2_000,
  });
  portal.setFaults([{ kind: 'emptyError', method: 'crm.status.list', times: 1 }]);
  const { contacts } = await fresh.portalOf(portalId);
  expect(await contacts.findSource()).toBeNull();
  expect(await contacts.findSource()).toBe('OTHER');
  await fresh.close();
});

test('fields that the portal requires are named by the answer, and the request goes on when they are given', async () => {
  product.portal.setSettings({
    requiredContactFields: ['ufCrm_1700000001', 'ufCrmBranch'],
    contactFields: {
      ufCrm_1700000001: { title: 'Contract no.' },
      ufCrmBranch: { title: 'Branch', type: 'enumeration', items: [{ ID: '45', VALUE: 'North' }] },
    },
  });
  const phone = newPhone();
  const refused = await create(phone);
  expect(refused.status).toBe(422);
  expect(refused.headers.get('content-type')).toContain('application/problem+json');
  expect(refused.body).toMatchObject({
    code: 'contact_fields_required',
    detail: expect.stringContaining('UF_CRM_1700000001'),
    errors: [
      {
        ...{ field: 'fields.UF_CRM_1700000001', message: 'is required by Bitrix24 (“Contract no.”)' },
        title: 'Contract no.',
      },
      {
        ...{
          field: 'fields.UF_CRM_BRANCH',
          message: 'is required by Bitrix24 (“Branch”); one of 45 (North)',
        },
        ...{ title: 'Branch', choices: [{ value: '45', title: 'North' }] },
      },
    ],
  });
  const { linkId } = refused.body;
  const stands = await api.get(`/api/v1/links/${linkId}`);
  expect(stands.body).toMatchObject({ state: 'pending', attention: { code: 'ask_administrator' } });
  const half = await create(phone, { fields: { UF_CRM_1700000001: 'C-7' } });
  expect([half.status, half.body.errors.map(({ field }: { field: string }) => field)]).toEqual([
    422,
    ['fields.UF_CRM_BRANCH'],
  ]);
  const given = { UF_CRM_1700000001: 'C-7', UF_CRM_BRANCH: 45 };
  const made = await create(phone, { fields: given });
  expect([made.status, made.body.outcome, made.body.link.id]).toEqual([200, 'linked', linkId]);
  expect(made.body.link.attention).toBeNull();
  expect(await onlyContactWith(phone)).toMatchObject({ ufCrm_1700000001: 'C-7', ufCrmBranch: '45' });
});

test('the same request goes on once the portal requires no more', async () => {
  product.portal.setSettings({ requiredContactFields: ['ufCrm_1700000002'] });
  const phone = newPhone();
  const refused = await Promise.all([create(phone), create(phone), create(phone)]);
  expect(refused.map(({ body }) => body.code)).toEqual(Array(3).fill('contact_fields_required'));
  product.portal.setSettings({ requiredContactFields: [] });
  expect((await create(phone)).body.outcome).toBe('linked');
  await onlyContactWith(phone);
});

test('an employee whom the portal does not know is named by the answer; another one is taken', async () => {
  product.portal.setSettings({ userIds: [1, 4] });
  const phone = newPhone();
  const refused = await create(phone, { assignedById: 99 });
  expect([refused.status, refused.body.code]).toEqual([422, 'invalid_request']);
  expect(refused.body.errors).toEqual([{ field: 'assignedById', message: 'is refused by Bitrix24' }]);
  expect(await contactsWith(phone)).toEqual([]);
  expect((await create(phone, { assignedById: 4 })).body.outcome).toBe('linked');
  expect((await onlyContactWith(phone)).assignedById).toBe(4);
});

test('a person may want a new contact in spite of the candidates', async () => {
  const phone = newPhone();
  for (const name of ['Twin', 'Twin']) product.portal.addContact({ name, phones: [phone] });
  const doubtful = await create(phone);
  expect(doubtful.body).toMatchObject({ outcome: 'ambiguous', reason: '2 contacts have this number.' });
  const made = await api.post(`/api/v1/reviews/${doubtful.body.reviewId}`, { create: true, name: 'Third' });
  expect([made.status, made.body.outcome]).toEqual([201, 'linked']);
  const names = (await contactsWith(phone)).map(({ name }) => name);
  expect(names).toEqual(['Twin', 'Twin', 'Third']);
});

/** A linked person whose contact lost the number, as the watch leaves it: held, with a review. */
async function addDoubtful() {
  const phone = newPhone();
  const [from, to] = [1, 2].map((index) => product.portal.addContact({ name: `Doubt ${index}` })) as [
    number,
    number,
  ];
  const { link } = (await api.post('/api/v1/links', { phone, crmContactId: from })).body;
  const stored = await product.store.links.load(link.id);
  if (!stored || !(await product.store.links.putInDoubt(stored, 'number_gone', new Date()))) {
    throw new Error('not in doubt');
  }
  const handle = product.client.workflow.getHandle(toLinkWorkflowId(link.id));
  await eventually('the held workflow', async () => (await handle.query(statusQuery)).rhythm === 'paused');
  const { portalId, personId } = stored;
  const review = await product.store.reviews.open({
    ...{ portalId, personId, linkId: link.id, kind: 'unmatched', reason: 'No contact has this number.' },
    candidates: [],
  });
  await say(product, { id: `D-${phone}`, text: `waits ${phone}`, peer: phone });
  return { phone, from, to, linkId: link.id as string, reviewId: review._id };
}

const stateOf = async (reviewId: string) => (await product.store.reviews.load(reviewId))?.state;
/** The waiting messages are on the page, and so are those that come then: the rounds go on. */
async function goesOn(contactId: number, phone: string): Promise<void> {
  await eventually('what waited on the page', () => countOn(product, [contactId], `waits ${phone}`) === 1);
  await say(product, { id: `L-${phone}`, text: `later ${phone}`, peer: phone });
  await eventually('what was said later', () => countOn(product, [contactId], `later ${phone}`) === 1);
}

test('a link in doubt gets the contact a person chooses, and what waited arrives there', async () => {
  const { phone, from, to, linkId, reviewId } = await addDoubtful();
  const created = await api.post(`/api/v1/reviews/${reviewId}`, { create: true });
  expect([created.status, created.body.code]).toEqual([409, 'link_in_doubt']);
  const answer = await api.post(`/api/v1/reviews/${reviewId}`, { crmContactId: to });
  expect(answer.status).toBe(202);
  expect(answer.body).toMatchObject({ outcome: 'changed', operations: [{ linkId, kind: 'changeContact' }] });
  await goesOn(to, phone);
  expect(countOn(product, [from], `waits ${phone}`)).toBe(0);
  expect((await api.get(`/api/v1/links/${linkId}`)).body).toMatchObject({
    ...{ crmContactId: to, doubt: null, attention: null, decision: { by: 'person' } },
  });
  expect(await stateOf(reviewId)).toBe('answered');
  const late = await api.post(`/api/v1/reviews/${reviewId}`, { crmContactId: from });
  expect([late.status, late.body.code]).toEqual([409, 'review_answered']);
});

test('a link in doubt keeps its contact when a person says so, by its review or by its contact', async () => {
  const [first, second] = [await addDoubtful(), await addDoubtful()];
  const kept = await api.post(`/api/v1/reviews/${first.reviewId}`, { crmContactId: first.from });
  expect([kept.status, kept.body.outcome, kept.body.link.doubt]).toEqual([200, 'linked', null]);
  const put = await api.send('PUT', `/api/v1/links/${second.linkId}/contact`, {
    body: { crmContactId: second.from, entries: 'keep' },
  });
  expect([put.status, put.body.state]).toEqual([202, 'done']);
  for (const { phone, from, reviewId } of [first, second]) {
    await goesOn(from, phone);
    expect(await stateOf(reviewId)).toBe('answered');
  }
});

test('another contact given to a link in doubt answers its review, and the link goes on', async () => {
  const { phone, to, linkId, reviewId } = await addDoubtful();
  const put = await api.send('PUT', `/api/v1/links/${linkId}/contact`, {
    body: { crmContactId: to, entries: 'move' },
  });
  expect(put.status).toBe(202);
  await goesOn(to, phone);
  expect(await stateOf(reviewId)).toBe('answered');
  expect((await api.get(`/api/v1/links/${linkId}/status`)).body.rhythm).toBe('rounds');
});

test('a chosen contact that does not exist changes nothing: candidates and doubt stay', async () => {
  const phone = newPhone();
  const [first] = ['Pair', 'Pair'].map((name) => product.portal.addContact({ name, phones: [phone] }));
  const { reviewId } = (await api.post('/api/v1/links', { phone })).body;
  const wrong = await api.post(`/api/v1/reviews/${reviewId}`, { crmContactId: 999_999 });
  expect([wrong.status, wrong.body.outcome, wrong.body.candidates.length]).toEqual([200, 'ambiguous', 2]);
  expect(wrong.body.reason).toContain('does not exist');
  expect((await api.post(`/api/v1/reviews/${reviewId}`, { crmContactId: first })).status).toBe(201);

  const doubtful = await addDoubtful();
  const put = await api.post(`/api/v1/reviews/${doubtful.reviewId}`, { crmContactId: 999_999 });
  const [{ id }] = put.body.operations;
  const operation = await eventually('the refusal', async () => {
    const { body } = await api.get(`/api/v1/operations/${id}`);
    return body.state === 'failed' ? body : null;
  });
  expect(operation.reason).toContain('does not exist');
  const link = await eventually('the link in doubt', async () => {
    const stored = await product.store.links.load(doubtful.linkId);
    return stored?.change === null && stored.doubt?.held ? stored : null;
  });
  expect(link).toMatchObject({ crmContactId: doubtful.from, rhythm: 'paused' });
  expect(countOn(product, [doubtful.from, doubtful.to], `waits ${doubtful.phone}`)).toBe(0);
});
