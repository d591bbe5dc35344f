import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { webhookTypes } from '../../domain/webhooks/event';
import { signRequest } from '../../webhooks/sign';

interface Flow {
  nodes: { name: string; type: string; parameters: Record<string, ReturnType<typeof JSON.parse>> }[];
  connections: Record<string, { main: { node: string }[][] }>;
}

const file = join(__dirname, '../../docs/examples/n8n-contact-link.json');
const { nodes, connections } = JSON.parse(readFileSync(file, 'utf8')) as Flow;
const names = nodes.map(({ name }) => name);
const find = (type: string) => nodes.find((node) => node.type === `n8n-nodes-base.${type}`)?.parameters;

test('the flow for n8n leads each kind of event from the hook to a node of its own', () => {
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(Object.keys(connections)));
  const reached = new Set<string>();
  const walk = (name: string): void => {
    reached.add(name);
    for (const next of connections[name]?.main.flat() ?? []) if (!reached.has(next.node)) walk(next.node);
  };
  walk('Contact Link');
  expect([...reached].sort()).toEqual([...names].sort());
  const kinds = find('switch')?.['rules'].values.map(({ outputKey }: { outputKey: string }) => outputKey);
  expect(kinds).toEqual([...webhookTypes]);
  const targets = connections['What happened']?.main.map(([first]) => first?.node);
  expect(targets).toEqual(webhookTypes.map((type) => `On ${type}`));
});

const secret = `whsec_${Buffer.from('a secret of 32 bytes, or so it is').toString('base64')}`;
const event = { type: 'link.ended', timestamp: '2026-01-01T00:00:00.000Z', data: { linkId: 'x' } };

/** Runs the flow's own code as n8n does, on a request that its hook took with the raw body. */
function check(change: (request: ReturnType<typeof signRequest>) => object = () => ({}), now = new Date()) {
  const signed = signRequest('the-id', secret, event, now);
  const { headers, body } = { ...signed, ...change(signed) };
  const code = String(find('code')?.['jsCode']).replace('whsec_PUT_YOURS_HERE', secret);
  const json = { headers, body: JSON.parse(body) };
  const helpers = { getBinaryDataBuffer: () => Promise.resolve(Buffer.from(body)) };
  const run = runInThisContext(`(async function ($input, require) {${code}})`) as (
    ...given: unknown[]
  ) => unknown;
  const input = { first: () => ({ json }) };
  return run.call({ helpers }, input, createRequire(__filename)) as Promise<{ json: object }[]>;
}

test('its code takes what we sign, with the id by which an event is taken once', async () => {
  expect(find('webhook')?.['options']).toEqual({ rawBody: true });
  expect(await check()).toEqual([{ json: { id: 'the-id', ...event } }]);
});

test('its code refuses another body, another signature and an old request', async () => {
  await expect(check(({ body }) => ({ body: body.replace('"x"', '"y"') }))).rejects.toThrow('signature');
  const unsigned = ({ headers }: ReturnType<typeof signRequest>) => ({
    headers: { ...headers, 'webhook-signature': 'v1,AAAA' },
  });
  await expect(check(unsigned)).rejects.toThrow('signature');
  await expect(check(() => ({}), new Date(Date.now() - 600_000))).rejects.toThrow('too old');
});
