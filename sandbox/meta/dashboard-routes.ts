import { Router, urlencoded } from 'express';
import { sendFrontPage, toFacts } from '../source-server/front-page';
import { escapeHtml } from '../pages/html';
import type { GraphState } from './graph-state';
import { subscribe } from './webhook';

const form = `
<form method="post" action="/dashboard">
  <p><label>Callback address<br><input name="callbackUrl" type="url" required size="70"></label></p>
  <p><label>Verify token<br><input name="verifyToken" required size="70"></label></p>
  <button>Verify and save</button>
</form>`;

function toCards({ options, kept }: GraphState, host: string, outcome: string): string[] {
  const given = {
    'WhatsApp number': options.displayPhone,
    'Phone number ID': options.phoneNumberId,
    'Access token': options.token,
    'App secret': options.appSecret,
    'Address in Meta’s place': `http://${host}`,
  };
  const state = kept.callbackUrl ? `Delivers to ${escapeHtml(kept.callbackUrl)}` : 'Delivers to nobody yet.';
  return [
    `<p>In Contact Link: Sources, Add a number, Meta Cloud API.</p>${toFacts(given)}`,
    `<p>Then copy both here, as into Meta’s dashboard; after that messages come.</p>${form}<p role="status">${outcome}${state}</p>`,
  ];
}

/** What Meta's dashboard is for an app: its secrets, and where it delivers to. */
export function createDashboardRoutes(state: GraphState): Router {
  const router = Router();
  router.get('/', (request, response) => {
    const cards = toCards(state, request.get('host') ?? '', '');
    sendFrontPage(response, { server: 'Meta', cards });
  });
  router.post('/dashboard', urlencoded({ extended: false }), async (request, response) => {
    // A page of elsewhere must not have this server ask addresses.
    const site = request.get('sec-fetch-site') ?? 'none';
    if (site !== 'same-origin' && site !== 'none') return void response.sendStatus(403);
    const { callbackUrl = '', verifyToken = '' } = request.body as Record<string, string>;
    const isOurs = await subscribe(state, { callbackUrl, verifyToken });
    const outcome = isOurs ? 'Saved. ' : 'The address did not give the challenge back: nothing was saved. ';
    const cards = toCards(state, request.get('host') ?? '', outcome);
    sendFrontPage(response.status(isOurs ? 200 : 400), { server: 'Meta', cards });
  });
  return router;
}
