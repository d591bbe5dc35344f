import type { RequestHandler } from 'express';
import { sendFrontPage, toFacts } from '../source-server/front-page';
import type { EvolutionState } from './evolution-state';

/** The number of the stand-in's phone, which scans every code that is shown when it talks by itself. */
export const phoneOfSandbox = '+49 1579 9990003';

/** What a newcomer fills in to connect this server, and its instances. */
export const createFrontPage =
  ({ options, instances }: EvolutionState): RequestHandler =>
  (request, response) => {
    const given = {
      'WhatsApp number': phoneOfSandbox,
      'Address of Evolution': `http://${request.get('host')}`,
      'API key of Evolution': options.apiKey,
      Instance: 'sales',
      'Our address as Evolution reaches it':
        'the address of Contact Link’s page, such as http://127.0.0.1:3000',
    };
    const known = [...instances.values()].map(({ name, state }): [string, string] => [name, state]);
    const cards = [
      `<p>In Contact Link: Sources, Add a number, Evolution API. Then its phone scans the code, and messages come.</p>${toFacts(given)}`,
      known.length > 0
        ? `<p>Instances</p>${toFacts(Object.fromEntries<string>(known))}`
        : '<p>No instance yet.</p>',
    ];
    sendFrontPage(response, { server: 'Evolution API', cards, isLive: true });
  };
