import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { createListed } from '../../activities/listing';
import type { Store } from '../../store/store';
import { newLinkState, takeTrouble } from '../../workflows/link-state';
import { runActivity } from '../scenes/run-activity';

const settings = {
  ...{ backupIntervalMs: 7_000, parkAfterQuietRounds: null, portalRequestLimitMs: 60_000 },
  ...{ writeWindowMs: 10_000, clockMarginMs: 5_000 },
};

/** What the workflow sees of a step that fails. */
async function failStep(deps: Pick<Parameters<typeof createListed>[0], 'isSearchable'>) {
  const store = { links: { load: () => Promise.resolve({ portalId: 'portal-1' }) } } as unknown as Store;
  const step = createListed({ store, settings, ...deps })(() => Promise.reject(new Error('away')));
  const cause = await runActivity(step, { linkId: 'link-1' }).catch((error: unknown) => error);
  return new ActivityFailure('failed', 'step', '1', 'NON_RETRYABLE_FAILURE', undefined, cause as Error);
}

test.each([
  ['that may tell the lists', { isSearchable: () => true }, { portalId: 'portal-1' }],
  ['that may not', {}, null],
])('a link whose first round fails waits the interval of its worker, one %s', async (_, deps, listing) => {
  const self = newLinkState('link-1');
  takeTrouble(self, await failStep(deps));
  expect(self).toMatchObject({ intervalMs: 7_000, listing });
});

test('a failure of an older version, which says no interval, changes none', () => {
  const self = { ...newLinkState('link-1'), intervalMs: 5_000 };
  const cause = ApplicationFailure.create({ type: 'away', details: [{ portalId: 'portal-1' }] });
  takeTrouble(self, new ActivityFailure('failed', 'step', '1', 'NON_RETRYABLE_FAILURE', undefined, cause));
  expect(self).toMatchObject({ intervalMs: 5_000, listing: { portalId: 'portal-1' } });
});
