import type { LinkDoc } from '../../store/links/link-schema';
import { backUpNowSignal, pauseSignal, resumeSignal } from '../../workflows/messages';
import { toWho } from '../cards/who-card';
import type { ApiContext } from '../context';
import { endpoint, type Answer, type Endpoint } from '../http/endpoint';
import { loadStatus, statusSchema } from '../links/link-status';
import { comeBack, orNotFound, Problem } from '../http/problem';

const answers = { 202: { description: 'Taken; the status as it is now.', schema: statusSchema } };

/** A link that is backed up, or the problem that says why it is not. */
async function loadLinked({ store }: ApiContext, linkId: string): Promise<LinkDoc> {
  const link = orNotFound(await store.links.load(linkId), 'link');
  if (link.state !== 'linked') throw new Problem('link_not_linked', { detail: `The link is ${link.state}.` });
  return link;
}

/** The round that a person asks for is a try, though the portal's next one is far off. */
const endPause = async ({ portalOf }: ApiContext, { portalId }: LinkDoc): Promise<void> => {
  const portal = await portalOf(portalId).catch(() => null);
  await portal?.endPause();
};

async function accepted(context: ApiContext, linkId: string): Promise<Answer> {
  return { status: 202, body: await loadStatus(context, linkId) };
}

/** The rhythm of a link: a round now, pause, resume. What is written on the link holds even when a signal is lost. */
export function createLinkRhythmRoutes(context: ApiContext): Endpoint[] {
  const { store, linkWorkflows } = context;
  const tag = 'Links';

  return [
    endpoint('POST /links/:linkId/back-up-now', {
      role: 'agent',
      operationId: 'backUpLinkNow',
      tag,
      summary: 'Start a backup round now',
      answers,
      async handle({ params }) {
        const link = await loadLinked(context, params.linkId);
        await endPause(context, link);
        if (!(await linkWorkflows.signal(link, backUpNowSignal))) throw comeBack('temporal_unavailable');
        return accepted(context, params.linkId);
      },
    }),
    endpoint('POST /links/:linkId/pause', {
      role: 'agent',
      operationId: 'pauseLink',
      tag,
      summary: 'No more rounds until resumed; what arrives waits',
      answers,
      async handle({ params, actor }) {
        const link = await loadLinked(context, params.linkId);
        await store.links.setRhythm(link._id, 'paused', ['rounds', 'parked'], toWho(actor));
        await linkWorkflows.signal(link, pauseSignal);
        return accepted(context, params.linkId);
      },
    }),
    endpoint('POST /links/:linkId/resume', {
      role: 'agent',
      operationId: 'resumeLink',
      tag,
      summary: 'Rounds go on, the first one now',
      answers,
      async handle({ params, actor }) {
        const link = await loadLinked(context, params.linkId);
        await store.links.setRhythm(link._id, 'rounds', ['paused'], toWho(actor));
        await endPause(context, link);
        await linkWorkflows.signal(link, resumeSignal);
        return accepted(context, params.linkId);
      },
    }),
  ];
}
