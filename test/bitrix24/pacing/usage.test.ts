import { createBudget } from '../../../bitrix24/pacing/budget-state';
import { charge, withMethod } from '../../../bitrix24/pacing/method-time';
import { toUsage } from '../../../bitrix24/pacing/usage';

const minute = 60_000;
const now = 100 * minute;

test('nothing used is nothing', () => {
  expect(toUsage(createBudget(now), now)).toEqual({ requests: 0, methodTime: null });
});

test('shares are of the line that is never crossed, of the method that used most', () => {
  const used = (ms: number) => (budget: Parameters<typeof charge>[0]) => charge(budget, now, ms);
  const small = withMethod(createBudget(now), 'crm.contact.list', used(1_000));
  const both = withMethod(small, 'crm.timeline.comment.add', used(216_000));
  const state = { ...both, requests: { level: 25, atMs: now } };
  expect(toUsage(state, now)).toEqual({
    requests: 0.5,
    methodTime: { method: 'crm.timeline.comment.add', share: 0.5 },
  });
});
