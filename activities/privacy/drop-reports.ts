import type { Store } from '../../store/store';

/**
 * A report of a portal may name whom we forget, so they are made anew. The operations first: one that is worked out now finds itself gone
 * and takes along what it saved last.
 */
export async function dropReports(
  { operations, reports }: Pick<Store, 'operations' | 'reports'>,
  portalId: string,
): Promise<void> {
  await operations.dropReports(portalId);
  await reports.removeOfPortal(portalId);
}
