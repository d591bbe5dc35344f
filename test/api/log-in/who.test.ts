import { useApiOf, type Reply } from '../../scenes/api';
import { createBrowser, logInUser, type Browser } from '../../scenes/browser';
import { eventually, useProduct } from '../../scenes/product';

const product = useProduct();
const api = useApiOf(product);

let agent: Browser & { userId: string };
let rosa: object;
beforeAll(async () => {
  await product.startWorker();
  const user = await logInUser(api, 'agent');
  agent = { ...createBrowser(api, user.cookie), userId: user.userId };
  rosa = { kind: 'user', id: user.userId, name: 'A agent' };
});

const done = async (operation: Reply): Promise<Reply['body']> =>
  eventually('the end of the operation', async () => {
    const { body } = await agent.send('GET', `/operations/${operation.body.id}`);
    return body.state === 'done' && body;
  });
const history = async (linkId: string) => (await agent.send('GET', `/links/${linkId}`)).body.history;

test('a link says who chose its contact, paused, resumed, changed and ended it', async () => {
  const { portal } = product;
  const [first, second] = [portal.addContact({ name: 'One' }), portal.addContact({ name: 'Two' })];
  const made = await agent.send('POST', '/links', { phone: '+4915123456781', crmContactId: first });
  expect(made.body.link.decision).toMatchObject({ by: 'person', who: rosa });
  const { id } = made.body.link;
  await agent.send('POST', `/links/${id}/pause`);
  await agent.send('POST', `/links/${id}/pause`);
  await agent.send('POST', `/links/${id}/resume`);
  const change = await agent.send('PUT', `/links/${id}/contact`, { crmContactId: second, entries: 'keep' });
  expect((await done(change)).who).toEqual(rosa);
  expect((await agent.send('GET', `/links/${id}`)).body.decision).toMatchObject({ by: 'person', who: rosa });
  const token = (await api.post('/api/v1/tokens', { name: 'night job', role: 'agent' })).body.token;
  await done(await api.send('DELETE', `/api/v1/links/${id}`, { token }));
  const job = expect.objectContaining({ kind: 'token', name: 'night job' });
  expect((await history(id)).map(({ what, who }: { what: string; who: unknown }) => [what, who])).toEqual([
    ['requested', rosa],
    ['linked', null],
    ['paused', rosa],
    ['resumed', rosa],
    ['changeContact', rosa],
    ['contact changed', rosa],
    ['unlink', job],
    ['unlinked', job],
  ]);
});

test('a contact that we made, and a review that was ignored or answered, say who wanted it', async () => {
  const created = await agent.send('POST', '/links', { phone: '+4915123456782', createIfMissing: true });
  expect(created.body.link.decision).toMatchObject({ by: 'created', who: rosa });

  const unmatched = await agent.send('POST', '/links', { phone: '+4915123456783' });
  const review = async () => (await agent.send('GET', `/reviews/${unmatched.body.reviewId}`)).body;
  expect(await review()).toMatchObject({ state: 'open', answeredBy: null });
  await agent.send('POST', `/reviews/${unmatched.body.reviewId}`, { ignore: true });
  expect(await review()).toMatchObject({ state: 'ignored', answeredBy: rosa });
  const crmContactId = product.portal.addContact({ name: 'Three' });
  await agent.send('POST', `/reviews/${unmatched.body.reviewId}`, { crmContactId });
  expect(await review()).toMatchObject({ state: 'answered', answeredBy: rosa });
});

test('a link that its number made on request says by whom it was requested, and that the number decided', async () => {
  product.portal.addContact({ name: 'Four', phones: ['+4915123456784'] });
  const { body } = await api.post('/api/v1/links', { phone: '+4915123456784' });
  expect(body.link.decision).toMatchObject({ by: 'phone', who: null });
  expect(body.link.history[0]).toMatchObject({ what: 'requested', who: { kind: 'administrator' } });
});
