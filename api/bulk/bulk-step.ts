import type { LinkDoc } from '../../store/links/link-schema';
import type { LinksWish } from '../../store/operations';
import { backUpNowSignal, pauseSignal, resumeSignal } from '../../workflows/messages';
import type { AskedContext } from '../context';
import { requestChange } from '../links/changes';
import { comeBack, Problem } from '../http/problem';

/** Does with one link what is done with many. Each may be done again. Throws the problem that leaves it as it is. */
export async function takeStep(context: AskedContext, link: LinkDoc, wish: LinksWish): Promise<void> {
  const { store, linkWorkflows, who } = context;
  if (wish.action === 'unlink') {
    const { entries, remember } = wish;
    await requestChange(context, link, 'unlink', { crmContactId: null, entries, remember });
    return;
  }
  if (link.state !== 'linked') throw new Problem('link_not_linked');
  switch (wish.action) {
    case 'pause':
      await store.links.setRhythm(link._id, 'paused', ['rounds', 'parked'], who);
      await linkWorkflows.signal(link, pauseSignal);
      return;
    case 'resume':
      await store.links.setRhythm(link._id, 'rounds', ['paused'], who);
      await linkWorkflows.signal(link, resumeSignal);
      return;
    case 'back-up-now':
      if (!(await linkWorkflows.signal(link, backUpNowSignal))) throw comeBack('temporal_unavailable');
  }
}
