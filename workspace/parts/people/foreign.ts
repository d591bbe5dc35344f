/** Signs that turn the direction of what stands around them, such as the one that makes `gnp.exe` read `exe.png`. */
const turning = /[\u202A-\u202E\u2066-\u2069]/gu;

/** Text of others without the signs that would make it read as something else. */
export const withoutTurns = (text: string | null | undefined): string => (text ?? '').replace(turning, '');
