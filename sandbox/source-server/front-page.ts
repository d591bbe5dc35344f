import type { Response } from 'express';
import { escapeHtml, toPage } from '../pages/html';

/** What a person fills in on the page of Contact Link, by the names of its fields. */
export const toFacts = (facts: Readonly<Record<string, string>>): string =>
  `<table>${Object.entries(facts)
    .map(([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`)
    .join('')}</table>`;

export const toCard = (markup: string): string => `<section class="card">${markup}</section>`;

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'";

/** The first page of a stand-in server. `cards` are markup. */
export function sendFrontPage(
  response: Response,
  { server, cards, isLive = false }: { server: string; cards: readonly string[]; isLive?: boolean },
): void {
  const body = `<h1>${escapeHtml(server)}</h1>${cards.map(toCard).join('')}`;
  const head = `${escapeHtml(server)}<small>sandbox</small>`;
  response.set('content-security-policy', policy).send(toPage(server, body, { head, isLive }));
}
