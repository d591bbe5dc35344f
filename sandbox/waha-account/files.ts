import { toBuffer } from 'qrcode';

/** A second of silence as WhatsApp's voice notes are: Opus in Ogg. */
const voiceBase64 = [
  'T2dnUwACAAAAAAAAAAABAAAAAAAAAIRs2SQBE09wdXNIZWFkAQEAAIC7AAAAAABPZ2dTAAAAAAAAAAAAAAEAAAABAAAAIXqpKgEX',
  'T3B1c1RhZ3MHAAAAc2FuZGJveAAAAABPZ2dTAASAuwAAAAAAAAEAAAACAAAA6VQzxjIDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD',
  'AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA/j//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj/',
  '/vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj//vj/',
  '/vj//vj//vj//vj//vj//vj//vj//vj//g==',
].join('');

export const voice = { mimetype: 'audio/ogg; codecs=opus', filename: null, base64: voiceBase64 };

/** A picture that is another one for each text: patterns are drawn without a library for images. */
export async function drawPicture(text: string) {
  const image = await toBuffer(text, { scale: 8, color: { dark: '#1d4e89', light: '#fbf7ee' } });
  return { mimetype: 'image/png', filename: null, base64: image.toString('base64') };
}

const pdf = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 120]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 46>>stream
BT /F 18 Tf 40 60 Td (Delivery note 2231) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
%%EOF
`;

export const deliveryNote = {
  mimetype: 'application/pdf',
  filename: 'Delivery note 2231.pdf',
  base64: Buffer.from(pdf).toString('base64'),
};
