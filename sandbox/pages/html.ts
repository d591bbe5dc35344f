const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as text: nothing in it is markup. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

const style = `
  :root { color-scheme: light dark; --line: #e3e8ee; --dim: #8a94a3; --card: #fff; --page: #eef2f5; --ink: #333; --blue: #1b6ac9; }
  @media (prefers-color-scheme: dark) {
    :root { --line: #353c46; --dim: #7f8a99; --card: #232930; --page: #181c21; --ink: #dfe5ec; --blue: #7ab4f5; }
  }
  * { box-sizing: border-box; }
  body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: var(--page); color: var(--ink); }
  header { background: #2a4d7c; color: #fff; padding: 10px 24px; font-weight: 600; }
  header a { color: inherit; text-decoration: none; }
  header small { font-weight: 400; opacity: .75; margin-left: 8px; }
  main { max-width: 1080px; margin: 24px auto; padding: 0 16px; }
  h1 { font-size: 24px; font-weight: 500; margin: 0 0 16px; overflow-wrap: anywhere; }
  a { color: var(--blue); }
  .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px; margin-bottom: 14px; }
  .columns { display: grid; grid-template-columns: minmax(200px, 280px) 1fr; gap: 18px; align-items: start; }
  @media (max-width: 720px) { .columns { grid-template-columns: 1fr; } }
  table { width: 100%; border-collapse: collapse; }
  th { text-align: left; font-weight: 500; color: var(--dim); font-size: 13px; }
  th, td { padding: 9px 10px; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
  tr:last-child td { border-bottom: 0; }
  dt { color: var(--dim); font-size: 13px; margin-top: 10px; }
  dd { margin: 0; overflow-wrap: anywhere; }
  .when, .marker, .empty { color: var(--dim); font-size: 13px; }
  .marker { opacity: .7; font-family: ui-monospace, monospace; margin-top: 8px; overflow-wrap: anywhere; }
  .files { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 10px; }
  figure { margin: 0; max-width: 320px; }
  figure img, figure video { display: block; max-width: 260px; max-height: 200px; border-radius: 8px; }
  figcaption { font-size: 13px; overflow-wrap: anywhere; }
  .text { white-space: pre-wrap; overflow-wrap: anywhere; }
`;

interface Frame {
  /** Markup of the bar at the top. */
  head?: string;
  /** The page loads itself anew every few seconds. */
  isLive?: boolean;
}

const portalHead = '<a href="/">CRM</a><small>sandbox portal</small>';

/** A whole page. `body` is markup. */
export function toPage(
  title: string,
  body: string,
  { head = portalHead, isLive = true }: Frame = {},
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${isLive ? '<meta http-equiv="refresh" content="4">' : ''}
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<header>${head}</header>
<main>
${body}
</main>
</body>
</html>
`;
}
