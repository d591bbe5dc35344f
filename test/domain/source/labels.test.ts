import { hasSameLabels, labelsUnknown } from '../../../domain/source/labels';
import {
  createPolicyRule,
  usualPolicy,
  type SeenChat,
  type SourcePolicy,
} from '../../../domain/source/policy';

const now = new Date('2026-11-26T12:00:00Z');
const verdict = (
  labels: readonly string[] | null | undefined,
  policy: Partial<SourcePolicy> = {},
  chat: SeenChat = { kind: 'group', groupJid: '120363321708924123@g.us' },
) =>
  createPolicyRule({ ...usualPolicy, excludeLabels: ['Private'], ...policy }, now)(
    labels === undefined ? chat : { ...chat, labels },
    now,
    true,
  );

test.each<[string, readonly string[] | null | undefined, unknown]>([
  ['with the label is not wanted', ['Private'], 'excluded_label'],
  ['with it among others is not wanted', ['New order', 'Private'], 'excluded_label'],
  ['with its name typed in another way is not wanted', ['  PRIVATE '], 'excluded_label'],
  ['with other labels is wanted', ['New order'], null],
  ['without labels is wanted', [], null],
  ['of which nobody said the labels waits', null, labelsUnknown],
  ['of which nothing is said at all waits', undefined, labelsUnknown],
])('a chat %s', (_, labels, expected) => {
  expect(verdict(labels)).toEqual(expected);
});

test('without excluded labels no chat waits, in policies of before either', () => {
  expect(verdict(null, { excludeLabels: [] })).toBeNull();
  const { excludeLabels, ...before } = usualPolicy;
  expect(excludeLabels).toEqual([]);
  expect(
    createPolicyRule(before, now)({ kind: 'group', groupJid: '1@g.us', labels: null }, now, true),
  ).toBeNull();
});

test('what is not wanted for another reason does not wait', () => {
  expect(verdict(null, { syncGroups: false })).toBe('excluded_group');
  const person = { kind: 'direct', aliases: [{ kind: 'lid', key: 'lid:1' }], isLinked: false } as const;
  expect(verdict(null, { onlyLinkedContacts: true }, person)).toBe('excluded_not_linked');
});

test('the same labels in another order and writing are no new rule', () => {
  const of = (...excludeLabels: string[]): SourcePolicy => ({ ...usualPolicy, excludeLabels });
  expect(hasSameLabels(of('Private', 'Family'), of('family', 'PRIVATE', 'private'))).toBe(true);
  expect(hasSameLabels(null, of())).toBe(true);
  expect(hasSameLabels(of('Private'), of('Private', 'Family'))).toBe(false);
});
