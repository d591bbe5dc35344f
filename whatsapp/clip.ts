/** At most so many characters, none cut in two; what is cut says so. */
export function clip(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const characters = [...text.slice(0, maxCharacters * 2)];
  return characters.length <= maxCharacters ? text : `${characters.slice(0, maxCharacters - 1).join('')}…`;
}

/** Breaks of every kind become spaces. */
export const oneLine = (text: string): string => text.replace(/[\s\u0085]+/gu, ' ').trim();
