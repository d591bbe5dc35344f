import type { Response } from 'express';
import type { PortalState } from '../portal-state';
import type { RestError } from './method';

const html = (title: string) =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;

const gatewayTitles = { 403: '403 Forbidden', 502: '502 Bad Gateway', 504: '504 Gateway Time-out' };

/** Answers one request once: as the portal, as the proxy before it, or not at all. */
export class Reply {
  constructor(
    private readonly portal: PortalState,
    private readonly res: Response,
  ) {}

  json(status: number, body: object, errorCode?: string): void {
    this.send(status, 'application/json; charset=utf-8', JSON.stringify(body), errorCode);
  }

  error(error: RestError): void {
    this.json(error.status, { error: error.code, error_description: error.description }, error.code);
  }

  /** An HTML page of the proxy before the portal. */
  gateway(status: keyof typeof gatewayTitles): void {
    this.send(status, 'text/html', html(gatewayTitles[status]));
  }

  redirect(location: string): void {
    if (!this.isOpen()) return;
    this.res.setHeader('location', location);
    this.send(302, 'text/html', html('302 Found'));
  }

  /** Breaks the connection without an answer. */
  drop(): void {
    if (!this.isOpen()) return;
    this.portal.statistics.broke();
    this.res.destroy();
  }

  private isOpen(): boolean {
    return !this.res.headersSent && !this.res.destroyed;
  }

  private send(status: number, type: string, body: string, errorCode?: string): void {
    if (!this.isOpen()) return;
    this.portal.statistics.answer(status, errorCode);
    this.res.statusCode = status;
    this.res.setHeader('content-type', type);
    this.res.setHeader('content-length', Buffer.byteLength(body));
    this.res.end(body);
  }
}
