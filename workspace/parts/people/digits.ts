/** A piece of a number as it is written; `differs`: its digits stand here only. */
interface Piece {
  text: string;
  differs: boolean;
}

/** Which digits of `a` are left out of the longest run that both have in common, in order. */
function markDifferent(a: readonly string[], b: readonly string[]): boolean[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = lengths[i] ?? [];
    for (let j = b.length - 1; j >= 0; j -= 1)
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const marks: boolean[] = [];
  for (let i = 0, j = 0; i < a.length;) {
    const isSame = a[i] === b[j] && at(i, j) === at(i + 1, j + 1) + 1;
    const isOnlyHere = !isSame && (j >= b.length || at(i + 1, j) >= at(i, j + 1));
    if (isSame || isOnlyHere) marks.push(!isSame);
    if (isSame || isOnlyHere) i += 1;
    if (isSame || !isOnlyHere) j += 1;
  }
  return marks;
}

/** A number in pieces, so that the digits which the other one lacks can be marked. What is no digit never differs. */
export function compareNumbers(number: string, other: string): Piece[] {
  const isDigit = (letter: string): boolean => /\d/.test(letter);
  const marks = markDifferent([...number].filter(isDigit), [...other].filter(isDigit));
  let next = 0;
  const pieces: Piece[] = [];
  for (const letter of number) {
    const differs = isDigit(letter) ? (marks[next++] ?? false) : false;
    const last = pieces.at(-1);
    if (last && last.differs === differs) last.text += letter;
    else pieces.push({ text: letter, differs });
  }
  return pieces;
}
