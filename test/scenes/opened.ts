type Close = () => unknown;

/** When a scene is opened and closed: before and after all tests of the file, or around each of them. */
export type Per = 'file' | 'test';

const waiting: Record<Per, Close[]> = { file: [], test: [] };

/**
 * The result of `open`, opened before the tests and closed after them; the last opened is closed first. It can be
 * named at the top of a file and read in tests only: until then there is nothing.
 */
export function opened<T extends object>(
  open: () => Promise<T>,
  close: (scene: T) => unknown,
  per: Per = 'file',
): T {
  let current: T | null = null;
  const scene = (): T => {
    if (!current) throw new Error('this scene is open in tests only, not while the file is read');
    return current;
  };
  const [before, after] = per === 'file' ? [beforeAll, afterAll] : [beforeEach, afterEach];
  before(async () => {
    const fresh = await open();
    current = fresh;
    waiting[per].push(() => close(fresh));
  });
  after(() => waiting[per].pop()?.());
  return new Proxy({} as T, {
    get: (_target, name) => {
      const value: unknown = Reflect.get(scene(), name);
      return typeof value === 'function' ? value.bind(scene()) : value;
    },
    ownKeys: () => Reflect.ownKeys(scene()),
    getOwnPropertyDescriptor: (_target, name) => ({
      ...Object.getOwnPropertyDescriptor(scene(), name),
      configurable: true,
    }),
  });
}
