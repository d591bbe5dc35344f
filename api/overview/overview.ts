import { z } from 'zod';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { portalOverviewSchema, type PortalOverview } from './overview-card';
import { loadPortalOverview } from './portal-overview';

/** Many pages look at once: they are shown the same, at most so old. */
const freshMs = 3_000;

/** How everything is: what a manager sees first. */
export function createOverviewRoutes(context: ApiContext): Endpoint[] {
  let last: { at: number; answer: Promise<PortalOverview[]> } | null = null;

  async function load(): Promise<PortalOverview[]> {
    const portals = await context.store.portals.list();
    return Promise.all(portals.map((portal) => loadPortalOverview(context, portal)));
  }

  function loadOnce(): Promise<PortalOverview[]> {
    if (last && Date.now() - last.at < freshMs) return last.answer;
    const answer = load();
    last = { at: Date.now(), answer };
    answer.catch(() => (last = null));
    return answer;
  }

  return [
    endpoint('GET /overview', {
      role: 'viewer',
      operationId: 'getOverview',
      tag: 'Overview',
      summary:
        'How every connected portal is, at a glance: links, what waits, what needs a person, sources, budget',
      answers: {
        200: {
          description: 'At most three seconds old.',
          schema: z.object({ portals: z.array(portalOverviewSchema) }),
        },
      },
      handle: async () => ok({ portals: await loadOnce() }),
    }),
  ];
}
