const types: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  '3gp': 'video/3gpp',
};

/** The type of a file that a browser may show, by its name's ending; null: it is only downloaded. */
export const typeOf = (name: string): string | null =>
  types[/\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? ''] ?? null;

export const familyOf = (name: string): 'image' | 'audio' | 'video' | 'other' => {
  const family = typeOf(name)?.split('/')[0];
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'other';
};
