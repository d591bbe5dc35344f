import { Router } from 'express';
import type { PortalState } from '../portal-state';
import { toContactListPage } from './contact-list-page';
import { typeOf } from './file-type';
import { toContactPage, toMissingPage } from './contact-page';

const contentPolicy =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The pages a person looks at: all contacts, and one contact with its timeline. */
export function createPageRoutes(portal: PortalState): Router {
  const router = Router();
  router.use((_req, res, next) => {
    res.setHeader('content-security-policy', contentPolicy);
    res.setHeader('x-content-type-options', 'nosniff');
    res.setHeader('cache-control', 'no-store');
    next();
  });
  router.get('/', (_req, res) => {
    res.type('html').send(toContactListPage(portal));
  });
  router.get('/crm/contact/details/:id', (req, res) => {
    const contact = portal.data.contacts.get(Number(req.params.id));
    if (contact === undefined) res.status(404).type('html').send(toMissingPage());
    else res.type('html').send(toContactPage(portal, contact));
  });
  router.get('/disk/downloadFile/:id', (req, res) => {
    const id = Number(req.params.id);
    const bytes = portal.data.files.find(id);
    if (bytes === undefined) {
      res.status(404).type('html').send(toMissingPage());
      return;
    }
    const type = typeOf(portal.data.findFileName(id) ?? '');
    res.setHeader('content-disposition', type === null ? 'attachment' : 'inline');
    res.type(type ?? 'application/octet-stream').send(bytes);
  });
  return router;
}
