import { randomBytes } from 'node:crypto';
import { NativeConnection } from '@temporalio/worker';
import { toLinkWorkflowId, toWatchWorkflowId } from '../../domain/ids';
import { createLogger } from '../../telemetry';
import { portalWatchWorkflowName } from '../../workflows/messages';
import { ensureSearchAttributes, keepSearchable } from '../../worker/search-attributes';
import { temporalAddress } from '../helpers/servers';
import { eventually, requestLink, say, useProduct } from '../scenes/product';

type Services = Parameters<typeof ensureSearchAttributes>[0];

const refuse = (code: number, details = '') =>
  Promise.reject(Object.assign(new Error('refused'), { code, details }));

/** An operator service that knows these attributes, and answers a registration like this. */
function services(
  known: Record<string, number>,
  add: () => Promise<object> = () => Promise.resolve({}),
  list: () => Promise<object> = () => Promise.resolve({ customAttributes: known }),
) {
  const added: object[] = [];
  const operatorService = {
    listSearchAttributes: list,
    addSearchAttributes: ({ searchAttributes }: { searchAttributes: object }) => {
      added.push(searchAttributes);
      return add();
    },
  };
  const aliases = Object.fromEntries(
    Object.entries(known).map(([name, type], index) => [
      `${type === 2 ? 'Keyword' : 'Datetime'}0${index}`,
      name,
    ]),
  );
  const workflowService = {
    describeNamespace: () => Promise.resolve({ config: { customSearchAttributeAliases: aliases } }),
  };
  return { added, given: { operatorService, workflowService } as unknown as Services };
}

const all = {
  ContactLinkPortal: 2,
  ContactLinkState: 2,
  ContactLinkAttention: 2,
  ContactLinkLastSync: 6,
};

test('what is there already is left alone', async () => {
  const { given, added } = services(all);
  expect(await ensureSearchAttributes(given, 'default')).toEqual({ kind: 'there' });
  expect(added).toEqual([]);
});

test('only what is missing is registered', async () => {
  const { ContactLinkAttention, ContactLinkLastSync, ...rest } = all;
  const { given, added } = services(rest);
  expect(await ensureSearchAttributes(given, 'default')).toEqual({ kind: 'added' });
  expect(added).toEqual([{ ContactLinkAttention, ContactLinkLastSync }]);
});

test('another process that registers them at this moment is no trouble', async () => {
  const { given } = services({}, () => refuse(6));
  expect(await ensureSearchAttributes(given, 'default')).toEqual({ kind: 'added' });
});

test('a name that exists with another type is left alone', async () => {
  const { given, added } = services({ ...all, ContactLinkState: 1 });
  const why = 'ContactLinkState exists with another type';
  expect(await ensureSearchAttributes(given, 'ours')).toEqual({ kind: 'refused', why });
  expect(added).toEqual([]);
});

test('without the permission there is the command for an administrator', async () => {
  const { ContactLinkPortal, ContactLinkAttention, ContactLinkLastSync } = all;
  const rest = { ContactLinkPortal, ContactLinkAttention, ContactLinkLastSync };
  expect(await ensureSearchAttributes(services(rest, () => refuse(7)).given, 'ours')).toEqual({
    kind: 'refused',
    why:
      'this process may not register them. By hand: temporal operator search-attribute create ' +
      '--namespace ours --name ContactLinkState --type Keyword',
  });
});

test('a namespace that is full says so in its own words', async () => {
  const full = () => refuse(3, 'cannot have more than 10 search attributes of type Keyword');
  expect(await ensureSearchAttributes(services({}, full).given, 'default')).toMatchObject({
    kind: 'refused',
    why: expect.stringMatching(/^cannot have more than 10 .* By hand: temporal operator/) as string,
  });
});

test('where the operator may not be asked, the namespace says what it has', async () => {
  const { given, added } = services(all, undefined, () => refuse(7));
  expect(await ensureSearchAttributes(given, 'default')).toEqual({ kind: 'there' });
  expect(added).toEqual([]);
});

test('a server that is away is no refusal', async () => {
  const { given } = services(all, undefined, () => refuse(14));
  await expect(ensureSearchAttributes(given, 'default')).rejects.toMatchObject({ code: 14 });
});

const logger = createLogger({ level: 'silent', name: 'test' });

test('a refusal is said once, and nothing is searched by', async () => {
  const stopping = new AbortController();
  const warn = jest.spyOn(logger, 'warn');
  const { given } = services({}, () => refuse(7));
  const isSearchable = keepSearchable({
    ...{ connection: given, namespace: 'default', logger, signal: stopping.signal },
  });
  await eventually('the sentence', () => warn.mock.calls.length === 1);
  expect(warn.mock.calls[0]?.[0]).toContain(
    "Temporal's lists cannot be searched by link, and all else works",
  );
  expect(isSearchable()).toBe(false);
  stopping.abort();
});

const product = useProduct({
  portal: { contacts: [{ name: 'Klaus', lastName: 'Weber', phones: ['+49 170 1234567'] }] },
});

test('a namespace without them gets them', async () => {
  const connection = await NativeConnection.connect({ address: temporalAddress() });
  const namespace = `without-${randomBytes(4).toString('hex')}`;
  const { workflowService } = connection;
  const day = { seconds: { low: 86_400, high: 0, unsigned: false } as never };
  await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: day });
  try {
    const first = await eventually('the namespace', () =>
      ensureSearchAttributes(connection, namespace).catch(() => null),
    );
    expect(first).toEqual({ kind: 'added' });
    expect(await ensureSearchAttributes(connection, namespace)).toEqual({ kind: 'there' });
  } finally {
    await connection.close();
  }
});

test('links and their portal are found in the lists by state, attention and time', async () => {
  product.deps.isSearchable = () => true;
  await product.startWorker();
  const { client, portalId, taskQueue } = product;
  const linkId = await requestLink(product);
  const lost = await requestLink(product, { phone: '+491709999999', createIfMissing: false });
  await client.workflow.start(portalWatchWorkflowName, {
    workflowId: toWatchWorkflowId(portalId),
    taskQueue,
    args: [{ portalId }],
  });
  const find = async (query: string) => {
    const found: string[] = [];
    const whole = `ContactLinkPortal = '${portalId}' AND ${query}`;
    for await (const { workflowId } of client.workflow.list({ query: whole })) found.push(workflowId);
    return found;
  };
  await eventually('the link', async () => (await find(`ContactLinkState = 'rounds'`)).length === 1);
  expect(await find(`ContactLinkState = 'rounds'`)).toEqual([toLinkWorkflowId(linkId)]);
  await eventually('the watch', async () => (await find(`ContactLinkState = 'watch'`)).length === 1);
  await eventually('the end', async () => (await find(`ContactLinkState = 'unlinked'`)).length === 1);
  expect(await find(`ContactLinkState = 'unlinked'`)).toEqual([toLinkWorkflowId(lost)]);
  expect(await find('ContactLinkAttention IS NOT NULL')).toEqual([]);
  const past = new Date(Date.now() - 3_600_000).toISOString();
  expect(await find(`ContactLinkState = 'rounds' AND ContactLinkLastSync < '${past}'`)).toEqual([]);
  product.portal.setFaults([{ kind: 'revoked', times: -1 }]);
  await say(product, { id: 'L1', text: 'Hello' });
  await eventually(
    'the trouble',
    async () => (await find(`ContactLinkAttention = 'portal_reauthorise'`)).length > 0,
  );
});
