/** The languages that the example of a first delivery is written in. */
export const languages = ['curl', 'js'] as const;
export type ExampleLanguage = (typeof languages)[number];

const createBody = () => ({
  schema: '1',
  messages: [
    {
      id: `first-message-${Math.floor(Date.now() / 1000)}`,
      chatId: '491701234567@c.us',
      fromMe: false,
      timestamp: Math.floor(Date.now() / 1000),
      type: 'text',
      text: 'Hello',
      sender: { phone: '+491701234567', name: 'Test' },
    },
  ],
});

const toCurl = (url: string): string =>
  [
    `curl -X POST ${url} \\`,
    `  -H "Authorization: Bearer $TOKEN" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${JSON.stringify(createBody())}'`,
  ].join('\n');

const toScript = (url: string): string =>
  [
    `const answer = await fetch('${url}', {`,
    `  method: 'POST',`,
    '  headers: { Authorization: `Bearer ${process.env.TOKEN}`, ' + `'Content-Type': 'application/json' },`,
    `  body: JSON.stringify(${JSON.stringify(createBody(), null, 2).replaceAll('\n', '\n  ')}),`,
    `});`,
    `console.log(answer.status, await answer.json());`,
  ].join('\n');

/** One message delivered to this server; the token is read from the environment, and stands in no history of a shell. */
export const toExample = (language: ExampleLanguage, origin: string): string => {
  const url = `${origin}/api/v1/ingest/messages`;
  return language === 'curl' ? toCurl(url) : toScript(url);
};
