import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TroubleCode } from '../../activities/failures';
import { describeApi, type AppDeps } from '../../api/app';
import { decisionRules, linkEvents } from '../../domain/link';
import { formRuleNames, listOtherForms, readingRuleNames } from '../../domain/phone';
import { toKey, toRuleParts } from '../../workspace/language/rule-parts';

const root = join(__dirname, '..', '..', 'workspace');
type Words = { [key: string]: string | Words };

const read = (folder: string, language: string): Words =>
  JSON.parse(readFileSync(join(root, folder, 'messages', `${language}.json`), 'utf8'));

const at = (words: Words | string | undefined, path: string): unknown =>
  path
    .split('.')
    .reduce<Words | string | undefined>(
      (inside, name) => (typeof inside === 'object' ? inside[name] : undefined),
      words,
    );

/** The keys that have no words in English; that no other language lacks one is tested beside this. */
const listMissing = (folder: string, keys: readonly string[]): string[] =>
  keys.filter((key) => typeof at(read(folder, 'en'), key) !== 'string');

/** Every rule that can be on a link or a candidate, by itself and behind the rule of another form of the number. */
const forms = [...formRuleNames, 'renumbered: Benin, ARCEP, 30 November 2024'];
const readings = [...readingRuleNames, 'national number in DE'];
const rules = [
  ...decisionRules,
  ...readings,
  ...forms,
  ...forms.flatMap((form) => readings.slice(1).map((reading) => `${form}, ${reading}`)),
];

test('every rule by which somebody is linked is said in words', () => {
  const keys = rules.flatMap(toRuleParts).map(({ key }) => `rule.${key}`);
  expect(listMissing('.', keys)).toEqual([]);
});

test('a rule is taken apart with what it names', () => {
  const [renumbered = { rule: '' }] = listOtherForms('+22997123456');
  expect(toRuleParts(`${renumbered.rule}, national number in BJ`)).toEqual([
    { key: 'renumbered', source: 'Benin, ARCEP, 30 November 2024' },
    { key: 'national', country: 'BJ' },
  ]);
  expect(toRuleParts('found by Bitrix24, and its value is not surely this number')).toHaveLength(1);
});

test('everything that the history of a link records is said in words', () => {
  expect(
    listMissing(
      join('pages', 'contact'),
      linkEvents.map((event) => `event.${toKey(event)}`),
    ),
  ).toEqual([]);
});

/** The API is only described: nothing of what it would need is touched. */
const nothing: unknown = new Proxy(() => nothing, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => '' : nothing),
  apply: () => nothing,
});

test('everything that the list of changes names is said in words', () => {
  const deps = { store: nothing, temporal: nothing, logger: nothing, metrics: nothing, portalOf: nothing };
  const described = describeApi({ ...deps, adminToken: 'none', publicUrl: null } as unknown as AppDeps);
  const { paths } = described as { paths: Record<string, Record<string, { operationId: string }>> };
  const changes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'get' && !/^\/hooks|\/ingest\/|\/search/.test(path))
      .map(([, { operationId }]) => `audit.action.${operationId}`),
  );
  expect(changes.length).toBeGreaterThan(40);
  expect(listMissing('.', changes)).toEqual([]);
});

/** By its type none of them can be left out. */
const troubles: Record<TroubleCode, true> = {
  ...{ portal_busy: true, portal_unreachable: true, portal_reauthorise: true, portal_gone: true },
  ...{ portal_blocked: true, ask_administrator: true, contact_gone: true, contact_unreadable: true },
  ...{ contacts_vanished: true, page_unreadable: true, refusal_unclear: true, refused: true },
  ...{ store_unavailable: true, unexpected: true },
};

test('every trouble of a link or portal is said in words', () => {
  const keys = Object.keys(troubles).map((code) => `attention.${code}`);
  expect(listMissing('.', keys)).toEqual([]);
});
