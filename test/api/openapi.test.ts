import { useApi } from '../scenes/api';

const api = useApi();

interface Described {
  path: string;
  method: string;
  operation: ReturnType<typeof JSON.parse>;
}

async function describeApi() {
  const { body } = await api.get('/api/openapi.json');
  const operations: Described[] = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods as object).map(([method, operation]) => ({ path, method, operation })),
  );
  return { body, operations };
}

const nameOf = ({ method, path }: Described) => `${method.toUpperCase()} ${path}`;

test('every operation has a readable id of its own', async () => {
  const { operations } = await describeApi();
  expect(operations.length).toBeGreaterThan(30);
  const ids = Object.fromEntries(operations.map((each) => [nameOf(each), each.operation.operationId]));
  for (const id of Object.values(ids)) expect(id).toMatch(/^[a-z]+([A-Z][a-z]+)+$/);
  expect(new Set(Object.values(ids)).size).toBe(operations.length);
  expect(ids).toMatchObject({
    'GET /api/v1/links': 'listLinks',
    'POST /api/v1/links': 'createLink',
    'GET /api/v1/links/{linkId}': 'getLink',
    'POST /api/v1/links/{linkId}/pause': 'pauseLink',
    'GET /api/v1/events': 'streamEvents',
    'POST /hooks/waha/{accountId}': 'receiveWahaWebhook',
  });
});

test('every operation tells which tokens it refuses, and that it refuses too many requests', async () => {
  const { operations } = await describeApi();
  for (const each of operations) {
    const { responses } = each.operation;
    const isHook = each.path.startsWith('/hooks/');
    const needsNoToken = isHook || each.path === '/api/v1/log-in';
    const refusals = needsNoToken ? ['401', '429'] : ['401', '403', '429'];
    const problems = refusals.map((status) => responses[status]?.content?.['application/problem+json']);
    expect([nameOf(each), problems.filter((problem) => problem?.schema).length]).toEqual([
      nameOf(each),
      refusals.length,
    ]);
    for (const status of refusals) expect(responses[status].description).not.toBe('');
    if (isHook) expect(responses).not.toHaveProperty('403');
  }
});

test('an operation that answers CSV when asked for it says so, and no other', async () => {
  const { operations } = await describeApi();
  const asks = ({ operation }: Described) =>
    (operation.parameters ?? []).some(({ name }: { name: string }) => name === 'format');
  const offers = ({ operation }: Described) => 'text/csv' in (operation.responses['200']?.content ?? {});
  const csv = operations.filter(offers).map(nameOf);
  expect(csv).toEqual(['GET /api/v1/crm/link-plan', 'GET /api/v1/crm/phone-quality']);
  // The list of links says it in words, and an export is a file whatever its format.
  const others = [
    'GET /api/v1/links',
    'GET /api/v1/operations/{operationId}/rows',
    'GET /api/v1/chats/{chatId}/export',
  ];
  expect(operations.filter(asks).map(nameOf).sort()).toEqual([...csv, ...others].sort());
  for (const { operation } of operations.filter(offers)) {
    expect(Object.keys(operation.responses['200'].content)).toEqual(['application/json', 'text/csv']);
  }
});

test('only the kinds of account that work are described', async () => {
  const { body, operations } = await describeApi();
  const kinds = ['ingest', 'waha', 'meta', 'export', 'evolution'];
  expect(body.components.schemas.Account.properties.kind.enum).toEqual(kinds);
  const create = operations.find((each) => nameOf(each) === 'POST /api/v1/accounts');
  const { schema } = create?.operation.requestBody.content['application/json'];
  expect(schema.properties.kind.enum).toEqual(kinds);
});
